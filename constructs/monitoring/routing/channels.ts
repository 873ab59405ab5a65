/**
 * Where alerts of Prometheus can go: the chat, the pager, the mail and the hooks of one environment. Nothing here is
 * secret; whatever carries a token is a key of one Kubernetes Secret, named and never written down.
 */

/** The keys of the receivers' Secret, each with what it holds. */
export const RECEIVER_SECRET_KEYS = {
  slackUrl: 'slack-url',
  pagerDutyOnCall: 'pagerduty-on-call-key',
  pagerDutyOperations: 'pagerduty-operations-key',
  smtpPassword: 'smtp-password',
  webhookUrl: 'webhook-url',
  heartbeatUrl: 'heartbeat-url',
} as const;

/** What of a receiver is secret: Slack's incoming webhook, PagerDuty's integration keys, and so on. */
export type ReceiverSecret = keyof typeof RECEIVER_SECRET_KEYS;

/** Rooms of the chat, each with its `#`. */
export interface SlackChannels {
  /** What nobody has to act on at once, and whatever no other route takes. */
  readonly default: string;
  /** What wakes somebody. */
  readonly critical: string;
  /** What is looked at in working hours. */
  readonly warning: string;
  /** The team that looks after database and cache. */
  readonly database: string;
}

/** Mail, by SMTP with a password. */
export interface EmailChannel {
  /** `host:port`. Port 465 speaks TLS from the first byte, any other one must offer STARTTLS. Alibaba Cloud lets nothing out to port 25. */
  readonly smarthost: string;
  /** The sender's address. */
  readonly from: string;
  /** The name to log in by. */
  readonly username: string;
  /** The teams' addresses. */
  readonly to: {
    /** Looks after database and cache. */
    readonly database: string;
    /** Looks after nodes, pods and ingress. */
    readonly operations: string;
    /** Looks after budget, quota and use. */
    readonly business: string;
  };
}

/** The port on which a mail server speaks TLS from the first byte: Alertmanager then must not ask for STARTTLS, too. */
const IMPLICIT_TLS_PORT = '465';

/** Whether the mail server speaks TLS from the first byte. */
export function speaksTlsFirst({ smarthost }: Pick<EmailChannel, 'smarthost'>): boolean {
  return smarthost.endsWith(`:${IMPLICIT_TLS_PORT}`);
}

/** Everything that Alertmanager can reach. A channel that is left out takes its receivers' part in it away, and nothing else. */
export interface AlertChannels {
  /** Name of the Secret that holds the {@link RECEIVER_SECRET_KEYS} in use, in the namespace of the gateway. Without it the operator turns the whole routing down. */
  readonly secretName: string;
  /** Chat. */
  readonly slack: SlackChannels;
  /** Critical alerts page, by two integration keys: one for who is on call, one for operations. */
  readonly pagerDuty: boolean;
  /** Mail. @default none: the teams are told by chat alone */
  readonly email?: EmailChannel;
  /** Critical alerts and warnings go to a hook as well: DingTalk, by way of an adapter that writes its messages. */
  readonly webhook: boolean;
  /** A dead man's switch that rings when the Watchdog is heard no more: proof that alerts get out at all. */
  readonly heartbeat: boolean;
}
