/** Lets an administrator see the circuit breakers of the upstreams, hold one open or closed, and let go of it again. */
import type { FastifyInstance } from 'fastify';
import { errorResponses, NEEDS_KEY } from '../api-schemas';
import { NotFoundError } from '../errors';
import type { Order } from '../resilience/breaker';
import { ORDERS } from '../resilience/breaker';
import type { BreakerOrders, BreakerView } from '../resilience/breaker-orders';
import { ROUTES } from '../routes';
import { TARGET_NAMES } from '../upstream/targets';

export interface CircuitBreakersProps {
  readonly orders: Pick<BreakerOrders, 'list' | 'give'>;
}

const BREAKER_SCHEMA = {
  description: 'A breaker as this process has it; an order is the same in all.',
  type: 'object',
  required: ['upstream', 'state', 'order', 'failures', 'retryAfterMs'],
  additionalProperties: false,
  properties: {
    upstream: { type: 'string', enum: TARGET_NAMES },
    state: {
      type: 'string',
      enum: ['closed', 'half-open', 'open'],
      description: 'closed: it is asked; open: it is not; half-open: one request tries it.',
    },
    order: {
      type: 'string',
      enum: ORDERS,
      description: 'What an administrator has it do; automatic: judge by itself.',
    },
    failures: { type: 'integer', minimum: 0, description: 'Transient failures since the last answer.' },
    retryAfterMs: {
      type: ['number', 'null'],
      minimum: 0,
      description: 'Milliseconds until it is tried again; null: when an administrator lets it.',
    },
  },
} as const;

const LIST_SCHEMA = {
  description: 'The breakers, in the order in which their upstreams are asked.',
  type: 'object',
  required: ['data'],
  additionalProperties: false,
  properties: { data: { type: 'array', items: BREAKER_SCHEMA } },
} as const;

const PARAMS_SCHEMA = {
  type: 'object',
  required: ['upstream'],
  properties: { upstream: { type: 'string', minLength: 1, maxLength: 64 } },
} as const;

const ACTIONS: readonly { readonly path: string; readonly order: Order; readonly summary: string }[] = [
  { path: 'force-open', order: 'open', summary: 'Ask this upstream no more, until further notice' },
  { path: 'force-close', order: 'closed', summary: 'Ask this upstream whatever happens, until further notice' },
  { path: 'reset', order: 'automatic', summary: 'Close the circuit, forget its failures, and let it judge by itself' },
];

export const circuitBreakers = (server: FastifyInstance, { orders }: CircuitBreakersProps): void => {
  const config = { permission: 'admin' } as const;
  const common = { tags: ['circuit breakers'], security: NEEDS_KEY };

  const listSchema = {
    ...common,
    summary: 'See the circuit breakers',
    response: { 200: LIST_SCHEMA, ...errorResponses() },
  };
  server.get(ROUTES.circuitBreakers, { config, schema: listSchema }, () => ({ data: orders.list().map(shown) }));

  for (const { path, order, summary } of ACTIONS) {
    const schema = {
      ...common,
      summary,
      params: PARAMS_SCHEMA,
      response: { 200: BREAKER_SCHEMA, ...errorResponses(404) },
    };
    server.post<{ readonly Params: { readonly upstream: string } }>(
      `${ROUTES.circuitBreakers}/:upstream/${path}`,
      { config, schema },
      async ({ params }) => {
        const breaker = await orders.give(params.upstream, order);
        if (breaker !== undefined) return shown(breaker);
        const names = orders.list().map(({ upstream }) => upstream);
        throw new NotFoundError(`there is no upstream of this name; there are ${names.join(', ')}`, {
          code: 'unknown_upstream',
          param: 'upstream',
        });
      },
    );
  }
};

/** A breaker as answers have it. */
const shown = (breaker: BreakerView) => ({ ...breaker, retryAfterMs: breaker.retryAfterMs ?? null });
