/**
 * Liveness, readiness, and what each component says.
 * Liveness looks at nothing, so that no outage elsewhere restarts a process. Readiness fails first when the process shuts
 * down, and besides for what makes it useless alone: a database it cannot reach or whose schema is not its own, and a
 * missing upstream key. Not for Redis or the upstream, whose outage would take every replica away at once.
 */
import type { FastifyInstance } from 'fastify';
import { ERROR_BODY_SCHEMA } from '../api-schemas';
import type { Examination } from '../health/examination';
import { HEALTH_STATUSES } from '../health/health-check';
import type { HealthStatus } from '../health/health-check';
import type { Lifecycle } from '../lifecycle';
import { ALIASES, ROUTES } from '../routes';
import type { Upstream } from '../upstream/upstream';

export interface HealthProps {
  readonly lifecycle: Lifecycle;
  readonly upstream: Upstream;
  /** @default nothing besides the process itself is looked at */
  readonly examination?: Examination;
}

const STATUS = { type: 'string', enum: HEALTH_STATUSES } as const;
const LIFECYCLE = { type: 'string', enum: ['serving', 'draining', 'closing'] } as const;
const PROVIDER = { type: 'string', enum: ['dashscope', 'echo'] } as const;

const LIVE_SCHEMA = {
  type: 'object',
  required: ['status'],
  additionalProperties: false,
  properties: { status: { type: 'string', const: 'live' } },
} as const;

const READY_SCHEMA = {
  type: 'object',
  required: ['status', 'upstream'],
  additionalProperties: false,
  properties: { status: { type: 'string', enum: ['ready', 'unhealthy', 'draining', 'closing'] }, upstream: PROVIDER },
} as const;

const DETAILED_SCHEMA = {
  type: 'object',
  required: ['status', 'lifecycle', 'upstream', 'components'],
  additionalProperties: false,
  properties: {
    status: STATUS,
    lifecycle: LIFECYCLE,
    upstream: PROVIDER,
    components: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'essential', 'status', 'durationMs'],
        additionalProperties: false,
        properties: {
          name: { type: 'string' },
          essential: { type: 'boolean', description: 'Whether readiness fails with it.' },
          status: STATUS,
          detail: { type: 'string' },
          durationMs: { type: 'number', description: 'How long it took to answer.' },
        },
      },
    },
  },
} as const;

const described = (description: string, schema: object) => ({ description, ...schema });
const ABOUT = { tags: ['health'] } as const;

const LIVE = { ...ABOUT, summary: 'Liveness', response: { 200: described('The process runs.', LIVE_SCHEMA) } };
const READY = {
  ...ABOUT,
  summary: 'Readiness',
  response: {
    200: described('It wants traffic.', READY_SCHEMA),
    503: described('It shuts down, or something is missing without which it is useless.', READY_SCHEMA),
  },
};
const DETAILED = {
  ...ABOUT,
  summary: 'Every component',
  description: 'From an address of ADMIN_ALLOWED_CIDRS. Each component is asked at most once a second.',
  response: {
    200: described('Every component is healthy.', DETAILED_SCHEMA),
    503: described('One is less than healthy, which `status` tells; or, with an error body, the process shuts down.', {
      anyOf: [DETAILED_SCHEMA, ERROR_BODY_SCHEMA],
    }),
    403: described('The address may not ask.', ERROR_BODY_SCHEMA),
  },
};

/** Less than healthy is a failure here: whoever asks wants to hear of it, and no balancer asks on this path. */
const STATUS_CODES: Readonly<Record<HealthStatus, 200 | 503>> = { healthy: 200, degraded: 503, unhealthy: 503 };

export const health = (server: FastifyInstance, { lifecycle, upstream, examination }: HealthProps): void => {
  const config = { probe: true };
  for (const path of [ROUTES.live, ...ALIASES.live]) {
    server.get(path, { config, schema: LIVE }, () => ({ status: 'live' }));
  }
  for (const path of [ROUTES.ready, ...ALIASES.ready]) {
    server.get(path, { config, schema: READY }, async (_request, reply) => {
      const serving = lifecycle.state === 'serving';
      // A process that shuts down says so at once, whatever it stands on.
      const able = serving && (await examination?.essentials())?.status !== 'unhealthy';
      const status = able ? 'ready' : serving ? 'unhealthy' : lifecycle.state;
      return reply.code(able ? 200 : 503).send({ status, upstream: upstream.provider });
    });
  }
  if (examination === undefined) return;
  server.get(ROUTES.detailed, { schema: DETAILED }, async (_request, reply) => {
    const { status, components } = await examination.all();
    const body = { status, lifecycle: lifecycle.state, upstream: upstream.provider, components };
    return reply.code(STATUS_CODES[status]).header('cache-control', 'no-store').send(body);
  });
};
