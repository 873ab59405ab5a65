/**
 * What operators order the circuit breakers to do. An order holds at once in the process that took it, and in its siblings
 * on this machine; through Redis all others, those that start later included, have it within {@link POLL_MS}. While Redis
 * is away each machine keeps what it knows.
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
  close(): void;
}

/** The other processes of this machine, those that start later included. */
export interface OrderSiblings {
  /** Tells them an order that this process was given. */
  tell(upstream: string, order: Order): void;
  /** Calls back with each order that one of them was given, or had before this process started. */
  onOrder(listener: (upstream: string, order: Order) => void): void;
}

export interface BreakerOrdersProps {
  readonly targets: GuardedTargets;
  readonly redis: Pick<Redis, 'run' | 'up'>;
  readonly siblings: OrderSiblings;
  readonly clock: Clock;
  readonly log: FastifyBaseLogger;
}

export const createBreakerOrders = (props: BreakerOrdersProps): BreakerOrders => {
  const { targets, redis, siblings, clock, log } = props;
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

  siblings.onOrder((upstream, order) => {
    const target = named(upstream);
    if (target === undefined) return;
    given++;
    target.breaker.order(order);
    // Redis does not know it yet, and what it says once it is back is older.
    if (!redis.up) unsent.set(target.name, order);
  });

  return {
    list: () => targets.map(viewOf),
    give: async (upstream, order) => {
      const target = named(upstream);
      if (target === undefined) return undefined;
      given++;
      target.breaker.order(order);
      log.warn({ kind: KIND, upstream: target.name, order }, 'circuit breaker ordered by an administrator');
      await send(target.name, order);
      // Behind Redis, or a sibling that reads it meanwhile would take the order back until it reads again.
      siblings.tell(target.name, order);
      given++;
      return viewOf(target);
    },
    close: () => {
      closed = true;
      cancel();
    },
  };
};

const viewOf = ({ name, breaker }: GuardedTarget): BreakerView => ({ upstream: name, ...breaker.standing() });
