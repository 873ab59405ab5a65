/**
 * Liveness, readiness, and what each component says.
 * Liveness looks at nothing, so that no outage elsewhere restarts a process. Readiness fails first when the process shuts
 * down, and besides for what makes it useless alone: a database it cannot reach or whose schema is not its own, and a
 * missing upstream key. Not for Redis or the upstream, whose outage would take every replica away at once.
 */
import type { FastifyInstance } from 'fastify';
import type { Examination } from '../health/examination';
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

/** Less than healthy is a failure here: whoever asks wants to hear of it, and no balancer asks on this path. */
const STATUS_CODES: Readonly<Record<HealthStatus, number>> = { healthy: 200, degraded: 503, unhealthy: 503 };

export const health = (server: FastifyInstance, { lifecycle, upstream, examination }: HealthProps): void => {
  const config = { probe: true };
  for (const path of [ROUTES.live, ...ALIASES.live]) {
    server.get(path, { config }, () => ({ status: 'live' }));
  }
  for (const path of [ROUTES.ready, ...ALIASES.ready]) {
    server.get(path, { config }, async (_request, reply) => {
      const serving = lifecycle.state === 'serving';
      // A process that shuts down says so at once, whatever it stands on.
      const able = serving && (await examination?.essentials())?.status !== 'unhealthy';
      const status = able ? 'ready' : serving ? 'unhealthy' : lifecycle.state;
      return reply.code(able ? 200 : 503).send({ status, upstream: upstream.provider });
    });
  }
  if (examination === undefined) return;
  server.get(ROUTES.detailed, async (_request, reply) => {
    const { status, components } = await examination.all();
    const body = { status, lifecycle: lifecycle.state, upstream: upstream.provider, components };
    return reply.code(STATUS_CODES[status]).header('cache-control', 'no-store').send(body);
  });
};
