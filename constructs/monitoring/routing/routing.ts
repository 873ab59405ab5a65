/** The routing of one environment: its receivers, the routes to them, and what keeps quiet while worse rings. */
import type { AlertChannels } from './channels';
import { receivers, type Receiver } from './receivers';
import { INHIBITIONS, routesTo, type Inhibition, type Route } from './routes';

/** What the renderers make a custom resource, or a file, of. */
export interface AlertRouting {
  /** Name of the environment, for the titles of messages. */
  readonly environment: string;
  /** Name of the Secret that holds what is secret. */
  readonly secretName: string;
  /** Who gets what no route takes. */
  readonly fallback: 'default';
  readonly receivers: readonly Receiver[];
  readonly routes: readonly Route[];
  readonly inhibitions: readonly Inhibition[];
}

/** The routing over an environment's channels. */
export function alertRouting(environment: string, channels: AlertChannels): AlertRouting {
  const reached = receivers(channels);
  return {
    environment,
    secretName: channels.secretName,
    fallback: 'default',
    receivers: reached,
    routes: routesTo(reached),
    inhibitions: INHIBITIONS,
  };
}
