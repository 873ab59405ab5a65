/** What the kubelet asks the gateway, and what follows from the answers. Paths and port are the gateway's own. */
import { ROUTES } from '../../app/src/routes';
import { HTTP_PORT } from './names';

/** A question of the kubelet. Structurally what each of the three probes of a container is. */
export interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}

const asked = (path: string, pace: Omit<Probe, 'httpGet'>): Probe => ({
  httpGet: { path, port: HTTP_PORT.name },
  ...pace,
});

export const PROBES = {
  /** Until it answers, the others are not asked; a minute at the longest, which a slow node needs. */
  startupProbe: asked(ROUTES.live, { periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 60 }),
  /** Half a minute without an answer restarts the container. What it asks touches nothing outside of the process. */
  livenessProbe: asked(ROUTES.live, { periodSeconds: 10, timeoutSeconds: 3, failureThreshold: 3 }),
  /** Ten seconds without a good answer take the pod out of the Services. The gateway gives its components 800 ms. */
  readinessProbe: asked(ROUTES.ready, { periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 2 }),
} as const;
