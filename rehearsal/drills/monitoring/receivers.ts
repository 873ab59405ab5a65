/**
 * Everybody who is told, on loopback: chat, pager, mail, hook and dead man's switch. Each message is kept with the name of
 * the receiver that it was for, which is found by where it came and not by what it says.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { issueServerIdentity, type ServerIdentity } from '../../kubernetes/certificates';
import type { AlertChannels, ReceiverName, ReceiverSecret } from '../../../constructs/monitoring/routing';
import { MailServer } from './mail-server';

/** One message about a group of alerts. */
export interface Message {
  readonly receiver: ReceiverName;
  readonly way: 'chat' | 'pager' | 'mail' | 'hook';
  readonly status: 'firing' | 'resolved';
  readonly alert: string;
  readonly severity: string;
  /** How many alerts are in it, where the message says so. */
  readonly alerts?: number;
  /** Labels by which they were put together, where the message says so. */
  readonly groupedBy?: readonly string[];
  /** Pages of what to do that it names. */
  readonly runbooks: readonly string[];
  readonly atMs: number;
}

/** As the routing writes it into the title of each message. */
const TITLE = /^\[(FIRING|RESOLVED)(?: (\d+))?\] \S+ (\w*): (\w+)/;

const PAGERS = { pagerDutyOnCall: 'critical-alerts', pagerDutyOperations: 'ops-team' } as const;

const MAIL_NAME = 'localhost';

export class Receivers {
  readonly messages: Message[] = [];
  /** Messages that could not be understood, or were for nobody. */
  readonly strays: string[] = [];
  /** PagerDuty's end of an incident names nothing but its key. */
  readonly #incidents = new Map<string, { readonly alert: string; readonly severity: string }>();

  private constructor(
    private readonly server: Server,
    private readonly identity: ServerIdentity,
    private readonly original: AlertChannels,
    private readonly host: string,
  ) {}

  #mails: MailServer | undefined;

  /**
   * @param channels of the environment
   * @param host address of this machine on which they listen
   */
  static async start(channels: AlertChannels, host = '127.0.0.1'): Promise<Receivers> {
    const server = createServer();
    const receivers = new Receivers(server, await issueServerIdentity([MAIL_NAME]), channels, host);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      receivers.#respond(request, response).catch((fault: unknown) => {
        receivers.strays.push(`${request.url ?? ''}: ${String(fault)}`);
        response.writeHead(400).end();
      });
    });
    await new Promise<void>((listening, failed) => {
      server.once('error', failed).listen(0, host, listening);
    });
    if (channels.email !== undefined) {
      receivers.#mails = await MailServer.start({
        identity: receivers.identity,
        username: channels.email.username,
        password: receivers.secrets.smtpPassword,
        onMail: ({ to, subject }) => {
          receivers.#titled(receivers.#mailbox(to), 'mail', subject, '');
        },
      });
    }
    return receivers;
  }

  /** The environment's channels, with mail to where it is taken here. */
  get channels(): AlertChannels {
    const { email } = this.original;
    if (email === undefined || this.#mails === undefined) return this.original;
    return { ...this.original, email: { ...email, smarthost: `${MAIL_NAME}:${this.#mails.port}` } };
  }

  /** What the receivers' Secret would hold. */
  get secrets(): Readonly<Record<ReceiverSecret, string>> {
    return {
      slackUrl: `${this.#origin}/chat`,
      pagerDutyOnCall: 'pagerDutyOnCall',
      pagerDutyOperations: 'pagerDutyOperations',
      smtpPassword: 'made-up',
      webhookUrl: `${this.#origin}/webhook`,
      heartbeatUrl: `${this.#origin}/heartbeat`,
    };
  }

  get pagerDutyUrl(): string {
    return `${this.#origin}/pager`;
  }

  /** Who vouches for the mail server, as PEM. */
  get authority(): string {
    return this.identity.authority;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
    await this.#mails?.stop();
  }

  get #origin(): string {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('the receivers have no port');
    return `http://${this.host}:${address.port}`;
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await json(request);
    switch (request.url) {
      case '/chat':
        this.#chat(body as SlackMessage);
        break;
      case '/pager':
        this.#page(body as PagerDutyEvent);
        break;
      case '/webhook':
      case '/heartbeat':
        this.#hook(request.url === '/webhook' ? 'webhook' : 'heartbeat', body as HookMessage);
        break;
      default:
        throw new Error('nobody is there');
    }
    if (request.url === '/chat') {
      // As Slack's webhooks do: an answer that is called JSON and is none is sent for again and again.
      response.writeHead(200, { 'content-type': 'text/plain' }).end('ok');
      return;
    }
    response.writeHead(request.url === '/pager' ? 202 : 200, { 'content-type': 'application/json' });
    response.end('{"status":"success"}');
  }

  #chat({ channel, attachments: [attachment] }: SlackMessage): void {
    const rooms: Partial<Record<string, ReceiverName>> = {
      [this.original.slack.default]: 'default',
      [this.original.slack.critical]: 'critical-alerts',
      [this.original.slack.warning]: 'warning-alerts',
      [this.original.slack.database]: 'database-team',
    };
    this.#titled(rooms[channel], 'chat', attachment?.title ?? '', attachment?.text ?? '');
  }

  #page({ routing_key: key, event_action: action, dedup_key: incident, payload }: PagerDutyEvent): void {
    const receiver = key === 'pagerDutyOnCall' || key === 'pagerDutyOperations' ? PAGERS[key] : undefined;
    if (action === 'trigger') {
      const details = payload?.custom_details?.alerts ?? '';
      const read = this.#titled(receiver, 'pager', payload?.summary ?? '', details);
      if (read !== undefined) this.#incidents.set(incident, read);
      return;
    }
    const begun = this.#incidents.get(incident);
    if (receiver === undefined || begun === undefined) this.strays.push(`pager: ${action} of ${incident}`);
    else this.#take({ receiver, way: 'pager', status: 'resolved', ...begun, runbooks: [] });
  }

  #hook(receiver: 'webhook' | 'heartbeat', { status, groupLabels, alerts }: HookMessage): void {
    const runbooks = alerts.flatMap(({ annotations }) => annotations.runbook_url ?? []);
    this.#take({
      receiver,
      way: 'hook',
      status,
      alert: groupLabels.alertname ?? '',
      severity: groupLabels.severity ?? alerts[0]?.labels.severity ?? '',
      alerts: alerts.length,
      groupedBy: Object.keys(groupLabels).sort(),
      runbooks,
    });
  }

  #mailbox(address: string): ReceiverName | undefined {
    const to = this.original.email?.to;
    const boxes: readonly (readonly [string | undefined, ReceiverName])[] = [
      [to?.database, 'database-team'],
      [to?.operations, 'ops-team'],
      [to?.business, 'business-team'],
    ];
    return boxes.find(([box]) => box === address)?.[1];
  }

  #titled(
    receiver: ReceiverName | undefined,
    way: Message['way'],
    title: string,
    text: string,
  ): { readonly alert: string; readonly severity: string } | undefined {
    const [, status, , severity = '', alert = ''] = TITLE.exec(title) ?? [];
    if (receiver === undefined || status === undefined) {
      this.strays.push(`${way}: ${title}`);
      return undefined;
    }
    const runbooks = [...text.matchAll(/^Runbook: (\S+)$/gm)].map(([, url = '']) => url);
    this.#take({ receiver, way, status: status === 'FIRING' ? 'firing' : 'resolved', alert, severity, runbooks });
    return { alert, severity };
  }

  #take(message: Omit<Message, 'atMs'>): void {
    this.messages.push({ ...message, atMs: Date.now() });
  }
}

/** Source: Slack's documentation of incoming webhooks. */
interface SlackMessage {
  readonly channel: string;
  readonly attachments: readonly { readonly title?: string; readonly text?: string }[];
}

/** Source: PagerDuty's Events API v2. */
interface PagerDutyEvent {
  readonly routing_key: string;
  readonly event_action: 'trigger' | 'resolve';
  readonly dedup_key: string;
  readonly payload?: { readonly summary: string; readonly custom_details?: { readonly alerts?: string } };
}

/** Source: Alertmanager's documentation of `webhook_config`. */
interface HookMessage {
  readonly status: 'firing' | 'resolved';
  readonly groupLabels: Readonly<Partial<Record<string, string>>>;
  readonly alerts: readonly {
    readonly labels: Readonly<Partial<Record<string, string>>>;
    readonly annotations: Readonly<Partial<Record<string, string>>>;
  }[];
}
