/**
 * The HTTPS proxy by which unmodified clients reach the double: it ends TLS for the hosts that the double serves,
 * and tunnels every other host to where it is, so that a registry stays in reach through it.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { CertificateAuthority } from './certificates';
import type { Router } from './router';
import type { WireRequest } from './wire';
import { DIRECT_HOST } from './wire';

/** `host:port` of a CONNECT, where an IPv6 address stands in brackets. */
const TARGET = /^\[?(.*?)\]?(?::(\d+))?$/;

export class Proxy {
  readonly #inner: Server;
  readonly #outer: Server;
  readonly #sockets = new Set<Socket>();

  constructor(
    private readonly router: Router,
    private readonly authority: CertificateAuthority,
  ) {
    this.#inner = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        response.destroy(error instanceof Error ? error : new Error(String(error)));
      });
    });
    this.#outer = createServer((request, response) => {
      // Clients that speak plain HTTP name the whole address in the request line; one that does not means us.
      if (request.url?.startsWith('/')) request.headers.host = DIRECT_HOST;
      this.#inner.emit('request', request, response);
    });
    this.#outer.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    this.#outer.on('connect', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      const [, host = '', port = '443'] = TARGET.exec(request.url ?? '') ?? [];
      socket.on('error', () => socket.destroy());
      if (this.router.serves(host.toLowerCase())) {
        this.#intercept(host.toLowerCase(), socket, head).catch(() => socket.destroy());
      } else this.#tunnel(host, Number(port), socket, head);
    });
  }

  /** Listens on loopback. @param port 0 takes a free one */
  async listen(port = 0): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#outer.once('error', reject);
      this.#outer.listen(port, '127.0.0.1', resolve);
    });
    return `http://127.0.0.1:${portOf(this.#outer)}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) =>
      this.#outer.close(() => {
        resolve();
      }),
    );
  }

  async #intercept(host: string, socket: Socket, head: Buffer): Promise<void> {
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    if (head.length > 0) socket.unshift(head);
    const secureContext = await this.authority.contextFor(host);
    const secure = new TLSSocket(socket, { isServer: true, secureContext, ALPNProtocols: ['http/1.1'] });
    secure.on('error', () => secure.destroy());
    this.#inner.emit('connection', secure);
  }

  #tunnel(host: string, port: number, socket: Socket, head: Buffer): void {
    let connected = false;
    const upstream = connect(port, host, () => {
      connected = true;
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      if (head.length > 0) upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
    });
    this.#sockets.add(upstream);
    upstream.on('close', () => {
      this.#sockets.delete(upstream);
      // What came before it closed is still on its way to the client.
      socket.destroySoon();
    });
    upstream.on('error', () => {
      if (!connected) socket.write('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    });
    socket.on('close', () => upstream.destroy());
  }

  async #answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const answer = await this.router.handle(await wireRequestOf(incoming));
    if (answer === 'dropped') {
      outgoing.destroy();
      return;
    }
    const body = Buffer.from(answer.body);
    // HEAD announces a length without a body, which only the product knows.
    outgoing.writeHead(answer.status, { 'content-length': String(body.length), ...answer.headers });
    outgoing.end(incoming.method === 'HEAD' ? undefined : body);
  }
}

async function wireRequestOf(incoming: IncomingMessage): Promise<WireRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value]),
  );
  const host = (incoming.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
  const url = new URL(incoming.url ?? '/', `https://${host}`);
  return {
    method: incoming.method ?? 'GET',
    host,
    path: url.pathname,
    query: url.searchParams,
    headers,
    body: Buffer.concat(chunks),
  };
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy listens on no port');
  return address.port;
}
