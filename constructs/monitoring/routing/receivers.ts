/** Who is told: the receivers, by name, and by which of an environment's channels each one is reached. */
import type { AlertChannels, EmailChannel, ReceiverSecret } from './channels';

/** One way in which a receiver is reached. A secret is named, and the renderers say where it is. */
export type Integration =
  | { readonly kind: 'slack'; readonly url: ReceiverSecret; readonly channel: string }
  | { readonly kind: 'pagerDuty'; readonly routingKey: ReceiverSecret }
  | {
      readonly kind: 'email';
      readonly to: string;
      readonly server: Omit<EmailChannel, 'to'>;
      readonly password: ReceiverSecret;
    }
  /** `isHeartbeat`: the hook wants to hear that all is well, over and over, and is not told of an end. */
  | { readonly kind: 'webhook'; readonly url: ReceiverSecret; readonly isHeartbeat: boolean };

/** Every receiver that a route may name. */
export const RECEIVER_NAMES = [
  'default',
  'critical-alerts',
  'warning-alerts',
  'database-team',
  'ops-team',
  'business-team',
  'webhook',
  'heartbeat',
  'nobody',
] as const;

/** Name of a receiver. */
export type ReceiverName = (typeof RECEIVER_NAMES)[number];

/** A receiver, and all ways in which it is reached at once. */
export interface Receiver {
  readonly name: ReceiverName;
  readonly integrations: readonly Integration[];
}

/** The receivers that an environment's channels can reach, and `nobody`, who is for what is not to be heard. */
export function receivers(channels: AlertChannels): readonly Receiver[] {
  const { slack, email } = channels;
  const chat = (channel: string): Integration => ({ kind: 'slack', url: 'slackUrl', channel });
  const page = (routingKey: ReceiverSecret): readonly Integration[] =>
    channels.pagerDuty ? [{ kind: 'pagerDuty', routingKey }] : [];
  const hook = (isThere: boolean, url: ReceiverSecret, isHeartbeat: boolean): readonly Integration[] =>
    isThere ? [{ kind: 'webhook', url, isHeartbeat }] : [];
  const mail = (team: keyof EmailChannel['to']): readonly Integration[] =>
    email === undefined ? [] : [{ kind: 'email', to: email.to[team], server: email, password: 'smtpPassword' }];

  const ways: Readonly<Record<ReceiverName, readonly Integration[]>> = {
    default: [chat(slack.default)],
    'critical-alerts': [...page('pagerDutyOnCall'), chat(slack.critical)],
    'warning-alerts': [chat(slack.warning)],
    'database-team': [...mail('database'), chat(slack.database)],
    'ops-team': [...mail('operations'), ...page('pagerDutyOperations')],
    'business-team': mail('business'),
    webhook: hook(channels.webhook, 'webhookUrl', false),
    heartbeat: hook(channels.heartbeat, 'heartbeatUrl', true),
    nobody: [],
  };
  return RECEIVER_NAMES.map((name) => ({ name, integrations: ways[name] })).filter(
    ({ name, integrations }) => name === 'nobody' || integrations.length > 0,
  );
}

/** The secrets that a set of receivers needs. */
export function secretsOf(all: readonly Receiver[]): readonly ReceiverSecret[] {
  const named = all.flatMap(({ integrations }) =>
    integrations.map((integration) => {
      switch (integration.kind) {
        case 'slack':
        case 'webhook':
          return integration.url;
        case 'pagerDuty':
          return integration.routingKey;
        case 'email':
          return integration.password;
      }
    }),
  );
  return [...new Set(named)];
}
