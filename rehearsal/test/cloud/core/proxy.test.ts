import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { CertificateAuthority } from '../../../cloud/certificates';
import { Cloud } from '../../../cloud/cloud';
import { Proxy } from '../../../cloud/proxy';
import { Router } from '../../../cloud/router';
import { HOST, parcelRpc, parcels, VERSION } from './parcels';

let authority: CertificateAuthority;
let cloud: Cloud;
let proxy: Proxy;
let address: URL;

beforeAll(async () => {
  authority = await CertificateAuthority.create();
});

beforeEach(async () => {
  cloud = new Cloud();
  proxy = new Proxy(new Router(cloud, [parcelRpc]), authority);
  address = new URL(await proxy.listen());
});

afterEach(() => proxy.close());

/** Asks the proxy for a way to `target`. */
function tunnel(target: string): Promise<{ status: number; socket: Socket; head: Buffer }> {
  return new Promise((resolve, reject) => {
    const asked = httpRequest({ host: address.hostname, port: address.port, method: 'CONNECT', path: target });
    asked.once('connect', (response: IncomingMessage, socket: Socket, head: Buffer) => {
      resolve({ status: response.statusCode ?? 0, socket, head });
    });
    asked.once('error', reject);
    asked.end();
  });
}

/** A TLS session with the double through the proxy, as a client has it that trusts only `ca` and expects `host`. */
async function secure(host: string, ca = authority.pem): Promise<TLSSocket> {
  const { socket } = await tunnel(`${host}:443`);
  return new Promise((resolve, reject) => {
    const session = connectTls({ socket, servername: host, ca });
    session.once('secureConnect', () => {
      resolve(session);
    });
    session.once('error', reject);
  });
}

/** Everything that comes until the other side closes. */
async function textOf(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const call = (action: string, parameters: string, method = 'POST'): string =>
  `${method} /?Action=${action}&Version=${VERSION} HTTP/1.1\r\nhost: ${HOST}\r\nconnection: close\r\n` +
  `content-type: application/x-www-form-urlencoded\r\ncontent-length: ${parameters.length}\r\n\r\n${parameters}`;

/** A server on a free port of loopback, for the length of `work`. */
async function withServer<T>(onConnection: (socket: Socket) => void, work: (port: number) => Promise<T>): Promise<T> {
  const server: Server = createServer(onConnection);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const bound = server.address();
    if (bound === null || typeof bound === 'string') throw new Error('the server must listen on a port');
    return await work(bound.port);
  } finally {
    server.close();
  }
}

describe('the proxy', () => {
  test('[L3] answers a TLS client that trusts its authority on a host that a product serves', async () => {
    const session = await secure(HOST);
    expect(session.authorized).toBe(true);
    expect(session.getPeerCertificate().subjectaltname).toBe(`DNS:${HOST}`);
    session.write(call('CreateParcel', 'Size=small'));
    const answer = await textOf(session);
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer).toContain('content-type: application/json;charset=utf-8');
    const [only, ...others] = parcels.in(cloud.store).all();
    expect(others).toEqual([]);
    expect(answer).toContain(`"ParcelId":"${only?.id ?? 'none'}"`);
  });

  test('[L3] serves a host however it is spelled', async () => {
    const { status, socket } = await tunnel(`${HOST.toUpperCase()}:443`);
    const session = connectTls({ socket, servername: HOST, ca: authority.pem });
    session.write(call('CreateParcel', 'Size=small'));
    expect([status, (await textOf(session)).slice(0, 12)]).toEqual([200, 'HTTP/1.1 200']);
  });

  test('[L3] is not trusted by a client that does not know its authority', async () => {
    const other = await CertificateAuthority.create();
    await expect(secure(HOST, other.pem)).rejects.toThrow(/certificate/);
  });

  test('[L3] takes several calls over one connection', async () => {
    const session = await secure(HOST);
    session.write(call('CreateParcel', 'Size=small').replace('connection: close', 'connection: keep-alive'));
    session.write(call('CreateParcel', 'Size=large'));
    expect((await textOf(session)).match(/HTTP\/1\.1 200/g)).toHaveLength(2);
    expect(
      parcels
        .in(cloud.store)
        .all()
        .map(({ size }) => size),
    ).toEqual(['small', 'large']);
  });

  test('[L3] closes the connection without a byte where a drop was planted, though the work is done', async () => {
    cloud.faults.plant({ type: 'drop', action: 'CreateParcel' });
    const session = await secure(HOST);
    session.write(call('CreateParcel', 'Size=small'));
    const answer = await textOf(session).catch((error: unknown) => String(error));
    expect(answer).not.toContain('HTTP/1.1');
    expect(parcels.in(cloud.store).all()).toHaveLength(1);
  });

  test('[L3] sends no body to HEAD', async () => {
    const session = await secure(HOST);
    session.write(call('CreateParcel', 'Size=small', 'HEAD'));
    const answer = await textOf(session);
    expect(answer).toMatch(/content-length: [1-9]/);
    expect(answer.endsWith('\r\n\r\n')).toBe(true);
  });

  test('[L3] takes plain HTTP too', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const path = `http://${HOST}/?Action=CreateParcel&Version=${VERSION}&Size=small`;
      const asked = httpRequest({ host: address.hostname, port: address.port, path, headers: { host: HOST } });
      asked.once('response', (response) => {
        response.resume().once('end', () => {
          resolve(response.statusCode);
        });
      });
      asked.once('error', reject).end();
    });
    expect(status).toBe(200);
  });

  test('[L3] tunnels a host that no product serves to where it is, both ways', async () => {
    await withServer(
      (socket) => socket.once('data', (chunk: Buffer) => socket.end(`heard ${chunk.toString()}`)),
      async (port) => {
        const { status, socket } = await tunnel(`127.0.0.1:${port}`);
        socket.write('hello');
        expect([status, await textOf(socket)]).toEqual([200, 'heard hello']);
      },
    );
  });

  test('[L3] hands on the last byte of a tunnel to a client that reads slowly', async () => {
    const size = 8 * 1024 * 1024;
    await withServer(
      (socket) => socket.end(Buffer.alloc(size, 'x')),
      async (port) => {
        const { socket, head } = await tunnel(`127.0.0.1:${port}`);
        let received = head.length;
        for await (const chunk of socket as AsyncIterable<Buffer>) {
          received += chunk.length;
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
        expect(received).toBe(size);
      },
    );
  });

  test('[L3] says that a host is out of reach', async () => {
    const gone = await withServer(
      () => undefined,
      (port) => Promise.resolve(port),
    );
    const { status } = await tunnel(`127.0.0.1:${gone}`);
    expect(status).toBe(502);
  });

  test('[L3] finds an IPv6 address in its brackets', async () => {
    await withServer(
      (socket) => socket.end('here'),
      async (port) => {
        // The same loopback as an IPv6 address writes it.
        const { status, socket, head } = await tunnel(`[::ffff:127.0.0.1]:${port}`);
        expect([status, head.toString() + (await textOf(socket))]).toEqual([200, 'here']);
      },
    );
  });

  test('[L3] leaves nobody connected when it is closed', async () => {
    const session = await secure(HOST);
    const ended = new Promise<void>((resolve) => {
      session.once('close', () => {
        resolve();
      });
      session.once('error', () => undefined);
    });
    await proxy.close();
    await ended;
    await expect(tunnel(`${HOST}:443`)).rejects.toThrow(/ECONNREFUSED/);
    await proxy.listen();
  });
});

describe('the certificate authority', () => {
  test('[L3] issues one certificate a host, and keeps it', async () => {
    const first = authority.contextFor('a.example');
    expect(authority.contextFor('a.example')).toBe(first);
    expect(authority.contextFor('b.example')).not.toBe(first);
    await Promise.all([first, authority.contextFor('b.example')]);
  });
});
