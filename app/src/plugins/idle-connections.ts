/**
 * Lets clients close connections that they do not use before this process has to: a request that is sent at the moment in
 * which the server closes is lost, and no client may send it again by itself unless it knows that to be safe.
 *
 * A process that drains asks for the connection to be closed with each answer; what stays open is what nobody uses. Who
 * reads `Keep-Alive: timeout` (undici, and OpenAI's client on Node.js by it) has let go of those before the drain is over.
 * The connection itself is kept for as long as it is set, since NGINX and load balancers go by times of their own.
 */
import type { Server } from 'node:http';

export interface IdleConnectionsProps {
  /** How long an idle connection is kept, in milliseconds. */
  readonly keepAliveTimeoutMs: number;
  /** How long this process still answers when it is told to end, in milliseconds. */
  readonly drainMs: number;
}

/** Clients look at their connections once a second or so. */
const SLACK_MS = 1_000;

/** The time that clients are told, in milliseconds: a whole number of seconds, from 1. */
export const toldMs = ({ keepAliveTimeoutMs, drainMs }: IdleConnectionsProps): number => {
  const seconds = Math.floor((drainMs - SLACK_MS) / 1_000);
  return seconds < 1 ? keepAliveTimeoutMs : Math.min(keepAliveTimeoutMs, seconds * 1_000);
};

/** What is set of Node's server. */
export interface KeepsAlive {
  readonly server: Pick<Server, 'keepAliveTimeout'>;
}

export const idleConnections = ({ server }: KeepsAlive, props: IdleConnectionsProps): void => {
  // What is told and what is kept are one and the same before Node.js 22.19.
  if (!('keepAliveTimeoutBuffer' in server)) return;
  server.keepAliveTimeout = toldMs(props);
  server.keepAliveTimeoutBuffer = props.keepAliveTimeoutMs - server.keepAliveTimeout;
};
