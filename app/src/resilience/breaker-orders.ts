/**
 * What operators order the circuit breakers to do. An order holds at once in the process that took it; through Redis all
 * others, those that start later included, have it within {@link POLL_MS}. While Redis is away each keeps what it knows.
 * Without Redis an order reaches this process only, and {@link BreakerOrders.onOrder} is how it is told to its siblings.
 */
import type { FastifyBaseLogger } from 'fastify';
import type { Clock } from '../clock';
import type { LogKind } from '../log';
import type { Redis } from '../redis/redis';
import type { TargetName } from '../upstream/targets';
import { ORDERS } from './breaker';
import type { BreakerStanding, Order } from './breaker';
import type { GuardedTarget, GuardedTargets } from './guarded-target';

const KIND: LogKind = 'security';

/** A hash: the upstream's name, and the order for it. Kept until it is taken back. */
const ORDERS_KEY = 'gateway:breaker-orders';
export const POLL_MS = 2_000;

/** One breaker as administrators see it. */
export interface BreakerView extends BreakerStanding {
  readonly upstream: TargetName;
}

export interface BreakerOrders {
  list(): readonly BreakerView[];
  /** @returns the breaker after it; `undefined` when there is no such upstream */
  give(upstream: string, order: Order): Promise<BreakerView | undefined>;
  /** Follows an order that another process of this machine was given. */
  follow(upstream: string, order: Order): void;
  /** Calls back with each order that this process was given. */
  onOrder(listener: (upstream: TargetName, order: Order) => void): void;
  close(): void;
}

export interface BreakerOrdersProps {
  readonly targets: GuardedTargets;
  readonly redis: Pick<Redis, 'run'>;
  readonly clock: Clock;
  readonly log: FastifyBaseLogger;
}

export const createBreakerOrders = ({ targets, redis, clock, log }: BreakerOrdersProps): BreakerOrders => {
  const listeners: ((upstream: TargetName, order: Order) => void)[] = [];
  const named = (upstream: string): GuardedTarget | undefined => targets.find(({ name }) => name === upstream);
  /** Given while Redis was away: what it says of these upstreams is older. */
  const unsent = new Map<TargetName, Order>();
  let closed = false;
  let cancel = (): void => undefined;
  /** Counts the orders given here, so that what was read before one does not undo it. */
  let given = 0;

  const send = async (upstream: TargetName, order: Order): Promise<void> => {
    unsent.set(upstream, order);
    const answer = await redis.run('breaker_orders', (client) =>
      order === 'automatic' ? client.hdel(ORDERS_KEY, upstream) : client.hset(ORDERS_KEY, { [upstream]: order }),
    );
    if (answer !== undefined && unsent.get(upstream) === order) unsent.delete(upstream);
  };

  const poll = async (): Promise<void> => {
    for (const [upstream, order] of [...unsent]) await send(upstream, order);
    const before = given;
    const orders = await redis.run('breaker_orders', (client) => client.hgetall(ORDERS_KEY));
    if (closed) return;
    if (orders !== undefined && before === given) {
      for (const { name, breaker } of targets) {
        if (unsent.has(name)) continue;
        const order = ORDERS.find((known) => known === orders[name]) ?? 'automatic';
        if (order !== breaker.standing().order) breaker.order(order);
      }
    }
    cancel = clock.after(POLL_MS, () => void poll());
  };
  void poll();

  return {
    list: () => targets.map(viewOf),
    give: async (upstream, order) => {
      const target = named(upstream);
      if (target === undefined) return undefined;
      given++;
      target.breaker.order(order);
      log.warn({ kind: KIND, upstream: target.name, order }, 'circuit breaker ordered by an administrator');
      for (const listener of listeners) listener(target.name, order);
      await send(target.name, order);
      given++;
      return viewOf(target);
    },
    follow: (upstream, order) => {
      given++;
      named(upstream)?.breaker.order(order);
    },
    onOrder: (listener) => {
      listeners.push(listener);
    },
    close: () => {
      closed = true;
      cancel();
    },
  };
};

const viewOf = ({ name, breaker }: GuardedTarget): BreakerView => ({ upstream: name, ...breaker.standing() });
