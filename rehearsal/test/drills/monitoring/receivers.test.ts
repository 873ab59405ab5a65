/** Who is told, on loopback: a message is for whoever lives where it came, whatever it says. */
import { createInterface } from 'node:readline';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { prod } from '../../../../environments/prod';
import { Receivers } from '../../../drills/monitoring/receivers';

let receivers: Receivers;
beforeEach(async () => {
  receivers = await Receivers.start(prod.monitoring.channels);
});
afterEach(() => receivers.stop());

const post = (url: string, body: object): Promise<Response> =>
  fetch(url, { method: 'POST', body: JSON.stringify(body) });

const TITLE = '[FIRING 2] prod critical: ServiceDown (gateway)';
const TEXT = 'The gateway does not serve\nNo replica answers.\nRunbook: https://r.example/ServiceDown.md\n\n';

test('[M5] a chat’s message is for who reads its room', async () => {
  const { channels, secrets } = receivers;
  const taken = await post(secrets.slackUrl, {
    channel: channels.slack.critical,
    attachments: [{ title: TITLE, text: TEXT }],
  });
  // Alertmanager reads an answer of JSON as Slack's API answers it, and asks again when it says nothing of success.
  expect(taken.headers.get('content-type')).toBe('text/plain');
  expect(receivers.messages).toMatchObject([
    {
      receiver: 'critical-alerts',
      way: 'chat',
      status: 'firing',
      alert: 'ServiceDown',
      severity: 'critical',
      runbooks: ['https://r.example/ServiceDown.md'],
    },
  ]);
  await post(secrets.slackUrl, { channel: '#lunch', attachments: [{ title: TITLE, text: TEXT }] });
  expect(receivers.strays).toEqual([`chat: ${TITLE}`]);
});

test('[M5] a page is for whose key it has, and its end is of the incident that it names', async () => {
  const { pagerDutyUrl, secrets } = receivers;
  const page = { routing_key: secrets.pagerDutyOperations, dedup_key: 'one' };
  await post(pagerDutyUrl, { ...page, event_action: 'trigger', payload: { summary: TITLE } });
  await post(pagerDutyUrl, { ...page, event_action: 'resolve' });
  expect(receivers.messages).toMatchObject([
    { receiver: 'ops-team', status: 'firing', alert: 'ServiceDown' },
    { receiver: 'ops-team', status: 'resolved', alert: 'ServiceDown' },
  ]);
  await post(pagerDutyUrl, { ...page, dedup_key: 'another', event_action: 'resolve' });
  expect(receivers.strays).toEqual(['pager: resolve of another']);
});

test('[M5] a hook’s message says by which labels its alerts were put together', async () => {
  await post(receivers.secrets.heartbeatUrl, {
    status: 'firing',
    groupLabels: { alertname: 'Watchdog' },
    alerts: [
      { labels: { alertname: 'Watchdog', severity: 'info' }, annotations: { runbook_url: 'https://r.example' } },
    ],
  });
  expect(receivers.messages).toMatchObject([
    { receiver: 'heartbeat', alert: 'Watchdog', severity: 'info', alerts: 1, groupedBy: ['alertname'] },
  ]);
});

test('[M5] mail is taken by TLS and with the password alone, and is for who has the address', async () => {
  const { channels, secrets, authority } = receivers;
  const { email } = channels;
  if (email === undefined) throw new Error('production has mail');
  const plain = new Conversation(connectPlain(Number(email.smarthost.split(':')[1]), '127.0.0.1'));
  expect(await plain.heard()).toMatch(/^220/);
  expect(await plain.say('MAIL FROM:<a@b.example>')).toMatch(/^530/);
  expect(await plain.say('STARTTLS')).toMatch(/^220/);
  plain.leave();
  const secure = new Conversation(connectTls({ socket: plain.socket, ca: authority, servername: 'localhost' }));
  const login = (password: string): string => Buffer.from(`\0${email.username}\0${password}`).toString('base64');
  expect(await secure.say(`AUTH PLAIN ${login('wrong')}`)).toMatch(/^535/);
  expect(await secure.say(`AUTH PLAIN ${login(secrets.smtpPassword)}`)).toMatch(/^235/);
  expect(await secure.say(`RCPT TO:<${email.to.business}>`)).toMatch(/^250/);
  expect(await secure.say('DATA')).toMatch(/^354/);
  const subject = '=?UTF-8?Q?[RESOLVED]_prod_warning:_HighCost?= =?UTF-8?Q?_(business)?=';
  expect(await secure.say(`Subject: ${subject}\r\nTo: x\r\n\r\nwords\r\n.`)).toMatch(/^250/);
  expect(receivers.messages).toMatchObject([
    { receiver: 'business-team', way: 'mail', status: 'resolved', alert: 'HighCost', severity: 'warning' },
  ]);
  secure.socket.destroy();
});

/** One line said, one line heard. */
class Conversation {
  readonly #lines;
  readonly #reader;

  constructor(readonly socket: Socket) {
    this.#reader = createInterface({ input: socket });
    this.#lines = this.#reader[Symbol.asyncIterator]();
  }

  async heard(): Promise<string> {
    const line: IteratorResult<string, unknown> = await this.#lines.next();
    return String(line.value);
  }

  say(line: string): Promise<string> {
    this.socket.write(`${line}\r\n`);
    return this.heard();
  }

  /** Leaves the socket to somebody else. */
  leave(): void {
    this.#reader.close();
    this.socket.removeAllListeners('data');
  }
}
