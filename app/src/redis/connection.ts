/** One connection to Redis: opened and proved by a write, or given up. */
import { isIP } from 'node:net';
import { isNativeError } from 'node:util/types';
import { Redis as Client } from 'ioredis';
import type { RedisOptions } from 'ioredis';
import type { Clock } from '../clock';
import type { Secret } from '../secret';

export interface Connection {
  readonly client: Client;
  /** Calls back with a word for why, once, when it ends by itself. At once if it has ended. */
  onEnd(listener: (word: string) => void): void;
  /** Lets what was sent be answered, then ends it; not longer than one command may take. */
  quit(): Promise<void>;
  /** Ends it now. What waits on it fails. */
  close(): void;
}

export interface ConnectionProps {
  readonly url: Secret;
  readonly commandTimeoutMs: number;
  readonly clock: Clock;
  /** Gives up. */
  readonly signal: AbortSignal;
}

/** Why a command came to nothing: no answer in time; Redis said no; there was nobody to ask. */
export type FailureReason = 'timeout' | 'refused' | 'connection';

const DEFAULT_PORT = 6_379;

/** Time for a connection to open, with TLS and password. Nobody waits for it. */
const CONNECT_TIMEOUT_MS = 5_000;
/** Silence after which the system asks whether the other end is still there. */
const KEEP_ALIVE_MS = 10_000;
/** How long a socket that was closed politely may stay. */
const DISCONNECT_TIMEOUT_MS = 100;

/** Written to prove that Redis takes writes, which a replica or one that is full does not. */
const PROBE_KEY = 'gateway:probe';
const PROBE_MS = 60_000;

/** Errors of Redis that say something about itself, and not about the one command. Source: Redis, Error replies. */
const SICK: ReadonlySet<string> = new Set([
  'BUSY',
  'CLUSTERDOWN',
  'LOADING',
  'MASTERDOWN',
  'MISCONF',
  'NOAUTH',
  'NOREPLICAS',
  'OOM',
  'READONLY',
]);

class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly code = 'timeout';
}

/** @throws whatever stood in the way; of no use but for {@link wordFor} */
export const openConnection = async (props: ConnectionProps): Promise<Connection> => {
  const { url, commandTimeoutMs, clock, signal } = props;
  const client = new Client(optionsFor(url));
  let failure: unknown;
  // The promises below only say that the connection ended; why, is told here.
  client.on('error', (error) => (failure ??= error));
  const close = (): void => {
    client.disconnect();
  };
  signal.addEventListener('abort', close);
  try {
    await within(CONNECT_TIMEOUT_MS, client.connect(), clock);
    // What is not Redis may say anything, whatever the type says.
    const said: unknown = await within(commandTimeoutMs, client.set(PROBE_KEY, '1', 'PX', PROBE_MS), clock);
    if (said !== 'OK') throw new Error('Redis answers what was not asked');
    signal.throwIfAborted();
  } catch (error) {
    close();
    throw failure ?? error;
  } finally {
    signal.removeEventListener('abort', close);
  }
  failure = undefined;
  return {
    client,
    close,
    onEnd: (listener) => {
      const end = (): void => {
        listener(wordFor('connection', failure));
      };
      if (client.status === 'ready') client.once('end', end);
      else end();
    },
    quit: async () => {
      // Answers come in order, so that this one's is the last; QUIT would overtake what waits for its pipeline.
      await within(commandTimeoutMs, client.ping(), clock).catch(() => undefined);
      close();
    },
  };
};

export const reasonOf = (error: unknown): FailureReason => {
  if (error instanceof NoAnswer) return 'timeout';
  return isNativeError(error) && error.name === 'ReplyError' ? 'refused' : 'connection';
};

/** Whether no other command would fare better. */
export const isSick = (error: unknown): boolean => SICK.has(wordFor('refused', error));

/** An error in one word: its code, or Redis's own first word. The rest of its message may quote what was sent. */
export const wordFor = (reason: FailureReason, error: unknown): string => {
  if (!isNativeError(error)) return reason;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return (error.name === 'ReplyError' ? /^[A-Z]+(?= )/.exec(error.message)?.[0] : undefined) ?? reason;
};

const optionsFor = (secret: Secret): RedisOptions => {
  const url = new URL(secret.reveal());
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return {
    host,
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
    ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
    db: Number(url.pathname.slice(1)),
    // Node does not name the host to a TLS server by itself, and a proxy chooses its certificate by that name.
    ...(url.protocol === 'rediss:' ? { tls: isIP(host) === 0 ? { servername: host } : {} } : {}),
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    keepAlive: KEEP_ALIVE_MS,
    // Whether it is ready the probe says, by a write; INFO is not for every user to ask.
    enableReadyCheck: false,
    disableClientInfo: true,
    // Commands of one turn of the event loop travel together.
    enableAutoPipelining: true,
    // Nothing is kept for later and nothing is sent twice: whoever waited has gone on by then.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: null,
  };
};

/** @throws NoAnswer after `ms`; whatever `promise` comes to later is of no interest then */
const within = async <T>(ms: number, promise: Promise<T>, clock: Clock): Promise<T> => {
  let cancel: () => void = () => undefined;
  const late = new Promise<never>((_resolve, reject) => {
    cancel = clock.after(ms, () => {
      setImmediate(reject, new NoAnswer('no answer in time'));
    });
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    cancel();
  }
};
