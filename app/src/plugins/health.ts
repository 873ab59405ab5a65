/** Liveness and readiness. Liveness looks at nothing outside; readiness fails first when the process shuts down. */
import type { FastifyInstance } from 'fastify';
import type { Lifecycle } from '../lifecycle';
import { ALIASES, ROUTES } from '../routes';
import type { Upstream } from '../upstream/upstream';

export const health = (
  server: FastifyInstance,
  { lifecycle, upstream }: { lifecycle: Lifecycle; upstream: Upstream },
): void => {
  const config = { probe: true };
  for (const path of [ROUTES.live, ...ALIASES.live]) {
    server.get(path, { config }, () => ({ status: 'live' }));
  }
  for (const path of [ROUTES.ready, ...ALIASES.ready]) {
    server.get(path, { config }, (_request, reply) => {
      const ready = lifecycle.state === 'serving';
      return reply.code(ready ? 200 : 503).send({
        status: ready ? 'ready' : lifecycle.state,
        upstream: upstream.provider,
      });
    });
  }
};
