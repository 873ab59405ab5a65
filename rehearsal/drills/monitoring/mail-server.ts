/** Takes mail on a loopback port, by STARTTLS and a password as mail services ask for it, and keeps what is said. */
import { createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { createSecureContext, TLSSocket } from 'node:tls';
import type { ServerIdentity } from '../../kubernetes/certificates';

export interface Mail {
  readonly to: string;
  readonly subject: string;
}

export interface MailServerProps {
  readonly identity: ServerIdentity;
  readonly username: string;
  readonly password: string;
  readonly onMail: (mail: Mail) => void;
}

export class MailServer {
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly props: MailServerProps,
  ) {}

  static async start(props: MailServerProps): Promise<MailServer> {
    const server = createServer();
    const mails = new MailServer(server, props);
    server.on('connection', (socket) => {
      mails.#keep(socket);
      socket.write('220 drill ESMTP\r\n');
      mails.#converse(socket, false);
    });
    await new Promise<void>((listening, failed) => {
      server.once('error', failed).listen(0, '127.0.0.1', listening);
    });
    return mails;
  }

  get port(): number {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('the mail server has no port');
    return address.port;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((closed) => this.server.close(closed));
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy()).once('close', () => this.#sockets.delete(socket));
  }

  /** Source: RFC 5321, and RFC 3207 for STARTTLS. */
  #converse(socket: Socket, isSecure: boolean): void {
    const { identity, username, password, onMail } = this.props;
    const lines = createInterface({ input: socket });
    const say = (...replies: readonly string[]): boolean =>
      socket.write(replies.map((reply) => `${reply}\r\n`).join(''));
    const login = Buffer.from(`\0${username}\0${password}`).toString('base64');
    let isKnown = false;
    let recipients: string[] = [];
    let message: string[] | undefined;

    const hear = (line: string): void => {
      if (message !== undefined) {
        if (line !== '.') {
          message.push(line);
          return;
        }
        const subject = subjectOf(message);
        for (const to of recipients) onMail({ to, subject });
        [message, recipients] = [undefined, []];
        say('250 taken');
        return;
      }
      const [command = ''] = line.toUpperCase().split(' ');
      if (command === 'EHLO') say('250-drill', isSecure ? '250 AUTH PLAIN' : '250 STARTTLS');
      else if (command === 'STARTTLS' && !isSecure) {
        lines.close();
        say('220 go on');
        const secureContext = createSecureContext({ cert: identity.certificate, key: identity.key });
        const secure = new TLSSocket(socket, { isServer: true, secureContext });
        this.#keep(secure);
        this.#converse(secure, true);
      } else if (command === 'AUTH') {
        isKnown = isSecure && line.split(' ')[2] === login;
        say(isKnown ? '235 known' : '535 who is that?');
      } else if (command === 'QUIT') {
        say('221 bye');
        socket.end();
      } else if (!isKnown) say('530 log in first');
      else if (command === 'RCPT') {
        recipients.push(/<(.+)>/.exec(line)?.[1] ?? '');
        say('250 ok');
      } else if (command === 'DATA') {
        message = [];
        say('354 go on');
      } else say('250 ok');
    };
    lines.on('line', hear);
  }
}

/** A subject may be encoded, and folded over several lines. */
function subjectOf(message: readonly string[]): string {
  const first = message.findIndex((line) => /^subject:/i.test(line));
  const folded = message.slice(first + 1).findIndex((line) => !/^[ \t]/.test(line));
  const text = message
    .slice(first, first + 1 + Math.max(0, folded))
    .join('')
    .replace(/^subject:\s*/i, '');
  return text.replaceAll(/=\?utf-8\?q\?(.*?)\?=\s*/gi, (_, quoted: string) =>
    Buffer.from(
      quoted
        .replaceAll('_', ' ')
        .replaceAll(/=([0-9A-F]{2})/gi, (__, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
      'latin1',
    ).toString(),
  );
}
