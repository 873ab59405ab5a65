/**
 * Hangs up, when the process closes, on connections over which nothing was asked yet. Node takes them for busy, so one
 * of them, opened ahead by a browser or a load balancer, would hold up the end for the whole grace period.
 */
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

export const silentConnections = (server: FastifyInstance): void => {
  const open = new Set<Socket>();
  server.server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  server.addHook('preClose', (done) => {
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
    done();
  });
};
