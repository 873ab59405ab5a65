/**
 * Connections to one upstream. Some are opened ahead of the first calls, without a request, so that those do not pay for
 * TCP and TLS; one that is not taken soon is closed again, before the upstream does.
 */
import type { Socket } from 'node:net';
import { buildConnector, Pool } from 'undici';
import type { Clock } from '../clock';
import type { UpstreamLimits } from '../config/upstream';

/** Connections that are opened ahead; at most as many as there may be at all. */
const WARM_CONNECTIONS = 8;
/** How long they are kept for a first call, in milliseconds: less than any server waits for one. */
const WARM_MS = 10_000;
/**
 * How long an idle connection is kept, in milliseconds. A load balancer of Alibaba Cloud closes its own after 15 s
 * unless told otherwise, and a call that meets a closing connection has to be made again. Source: ALB, idle timeout.
 */
const KEEP_ALIVE_MS = 12_000;

export interface Connections {
  readonly pool: Pool;
  /** Opens connections ahead. @throws Error by the operating system or TLS when not one of them can be opened */
  readonly warm: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export const createConnections = (url: URL, limits: UpstreamLimits, clock: Clock): Connections => {
  const connector = buildConnector({ timeout: limits.connectTimeoutMs, allowH2: false });
  const spare = new Set<Socket>();
  let stopClosing = (): void => undefined;
  const closeSpare = (): void => {
    stopClosing();
    for (const socket of spare) socket.destroy();
    spare.clear();
  };

  const takeSpare = (): Socket | undefined => {
    for (const socket of spare) {
      spare.delete(socket);
      if (socket.readyState === 'open' && socket.readableLength === 0) return socket;
      socket.destroy();
    }
    return undefined;
  };

  const pool = new Pool(url.origin, {
    connections: limits.connections,
    connect: (options, callback) => {
      const socket = takeSpare();
      if (socket === undefined) connector(options, callback);
      // Undici does not look for an answer before this function has returned.
      else
        queueMicrotask(() => {
          callback(null, socket);
        });
    },
    bodyTimeout: limits.idleTimeoutMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    allowH2: false,
  });

  const openOne = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const { host, protocol, port } = url;
      const hostname = url.hostname.replace(/^\[|\]$/g, '');
      connector({ hostname, host, protocol, port }, (error, socket) => {
        if (error !== null) {
          reject(error);
          return;
        }
        keep(socket);
        resolve();
      });
    });

  const keep = (socket: Socket): void => {
    if (pool.closed) {
      socket.destroy();
      return;
    }
    spare.add(socket);
    const forget = (): void => void spare.delete(socket);
    socket.once('error', forget);
    socket.once('close', forget);
  };

  return {
    pool,
    warm: async () => {
      stopClosing();
      stopClosing = clock.after(WARM_MS, closeSpare);
      const count = Math.min(WARM_CONNECTIONS, limits.connections);
      const opened = await Promise.allSettled(Array.from({ length: count }, openOne));
      const failed = opened.filter((one) => one.status === 'rejected');
      // Whoever closes meanwhile wants none of them.
      if (failed.length === count && !pool.closed) throw failed[0]?.reason;
    },
    close: async () => {
      closeSpare();
      await pool.close();
    },
  };
};
