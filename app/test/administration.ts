/** A server with keys, prices and spending on a database in memory, on a free loopback port; and a database that can go away. */
import fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { systemClock } from '../src/clock';
import type { Database } from '../src/database/database';
import { createDatabase } from '../src/database/database';
import { DatabaseError } from '../src/database/database-error';
import type { Keys } from '../src/keys/keys';
import { createKeys } from '../src/keys/keys';
import { Lifecycle } from '../src/lifecycle';
import type { Metrics } from '../src/metrics';
import { createMetrics } from '../src/metrics';
import { authentication } from '../src/plugins/authentication';
import { correlation } from '../src/plugins/correlation';
import { errors } from '../src/plugins/errors';
import { exchanges } from '../src/plugins/exchange';
import { keys as keysPlugin } from '../src/plugins/keys';
import { Secret } from '../src/secret';
import type { VirtualClock } from './virtual-clock';
import { virtualClock } from './virtual-clock';

export const ADMIN_KEY = 'the-administrators-key';

export interface Administration {
  readonly server: FastifyInstance;
  readonly keys: Keys;
  readonly clock: VirtualClock;
  readonly metrics: Metrics;
  readonly database: Outage;
  readonly log: FastifyInstance['log'];
  /** The log so far, as written. */
  readonly logged: () => string;
  /** Asks as the administrator, unless headers say otherwise; an empty one is not sent. */
  readonly ask: (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, more?: Asking) => Promise<Answered>;
}

export interface Asking {
  readonly payload?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A database that does not answer while `away`, and counts what it is asked. */
export interface Outage extends Pick<Database, 'query'> {
  away: boolean;
  asked: string[];
  /** Queries wait for it. */
  hold: Promise<void> | undefined;
}

const open: (() => Promise<void>)[] = [];

/** For `afterEach`. */
export const closeAll = async (): Promise<void> => {
  for (const close of open.splice(0)) await close();
};

/** @param add declares what is under test besides keys */
export const administration = async (
  add: (parts: Omit<Administration, 'ask'>) => void = () => undefined,
  { cacheMs = 30_000, clock = virtualClock() }: { cacheMs?: number; clock?: VirtualClock } = {},
): Promise<Administration> => {
  const written: string[] = [];
  const server = fastify({
    logger: { level: 'trace', stream: { write: (line: string) => void written.push(line) } },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, allowUnionTypes: true } },
  });
  const { log } = server;
  const metrics = createMetrics();
  // On the machine's clock: it is looked at every few seconds, of which a test that moves a day on would wait for thousands.
  const memory = createDatabase({
    url: new Secret('sqlite::memory:'),
    pool: 1,
    timeoutMs: 2_000,
    clock: systemClock,
    log,
    metrics,
  });
  open.push(() => memory.close());
  await memory.open();
  const database = outageOf(memory);
  let ids = 0;
  const newId = () => `key-${String(++ids).padStart(4, '0')}`;
  const adminKey = new Secret(ADMIN_KEY);
  const keys = createKeys({ database, adminKey, cacheMs, clock, newId, log, metrics });
  correlation(server);
  exchanges(server, { clock, lifecycle: new Lifecycle(metrics) });
  errors(server, { bodyLimitBytes: 1_000_000 });
  authentication(server, { keys, metrics });
  keysPlugin(server, { keys, clock });
  const parts = { server, keys, clock, metrics, database, log, logged: () => written.join('') };
  add(parts);
  // Before the database, which its last answers need.
  open.unshift(async () => server.close());
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  return {
    ...parts,
    ask: async (method, path, { headers = {}, payload } = {}) => {
      const json = payload === undefined ? {} : { 'content-type': 'application/json' };
      const given = Object.entries({ authorization: `Bearer ${ADMIN_KEY}`, ...json, ...headers });
      const body = payload === undefined ? null : JSON.stringify(payload);
      const sent = given.filter(([, value]) => value !== '').map(([name, value]): [string, string] => [name, value]);
      const answer = await fetch(`${url}${path}`, { method, body, headers: sent });
      return { status: answer.status, headers: answer.headers, body: objectOf(await answer.json()) };
    },
  };
};

const objectOf = (value: unknown): Record<string, unknown> => {
  if (typeof value !== 'object' || value === null) throw new Error(`${typeof value} is no object`);
  return Object.fromEntries(Object.entries(value));
};

const outageOf = (database: Database): Outage => {
  const outage: Outage = {
    away: false,
    asked: [],
    hold: undefined,
    query: async (op, run, timeoutMs) => {
      outage.asked.push(op);
      await outage.hold;
      if (outage.away) throw new DatabaseError(op, { class: 'connection', code: 'ECONNREFUSED' });
      return database.query(op, run, timeoutMs);
    },
  };
  return outage;
};
