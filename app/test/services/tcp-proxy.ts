/** A connection that a test can make slow, or have speak nonsense: a TCP proxy on a free loopback port. */
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';

export interface TcpProxy {
  readonly port: number;
  /** Holds every answer back for so long, in milliseconds. */
  delayMs: number;
  /** Holds every answer back until this is settled. */
  heldUntil: Promise<unknown> | undefined;
  /** Answers this to whatever is sent, in place of what stands behind the proxy. */
  nonsense: string | undefined;
}

interface Running {
  readonly server: Server;
  readonly sockets: Set<Socket>;
}

const running: Running[] = [];

/** For `afterEach` or `afterAll`: ends whatever a test has started. */
export const stopProxies = async (): Promise<void> => {
  await Promise.all(
    running.splice(0).map(({ server, sockets }) => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    }),
  );
};

export const tcpProxy = async (targetPort: number): Promise<TcpProxy> => {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    // A broken connection is what some tests are about; it ends its other half and nothing else.
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    const target = connect(targetPort, '127.0.0.1');
    keep(client);
    keep(target);
    client.once('close', () => target.destroy());
    target.once('close', () => client.destroy());
    client.on('data', (bytes) => {
      if (proxy.nonsense === undefined) target.write(bytes);
      else client.write(proxy.nonsense);
    });
    target.on('data', (bytes) => {
      const pass = (): unknown => client.destroyed || client.write(bytes);
      if (proxy.heldUntil !== undefined) void proxy.heldUntil.then(pass);
      else if (proxy.delayMs === 0) pass();
      else setTimeout(pass, proxy.delayMs);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  const proxy: TcpProxy = { port: address.port, delayMs: 0, heldUntil: undefined, nonsense: undefined };
  running.push({ server, sockets });
  return proxy;
};
