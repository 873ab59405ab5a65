/** What is broken on purpose, each at a replica of its own where it can be, and which alerts must tell of it. */
import { ROUTES } from '../../../app/src/routes';
import { startMariaDb } from '../../../app/test/services/mariadb';
import { tcpProxy } from '../../../app/test/services/tcp-proxy';
import type { Ringing } from './arrivals';
import { Client, newPrompt, UNLIMITED, type KeySettings } from './client';
import { SteadyLoad, type Kind } from './load';
import type { PodWish, Stage } from './stage';

export interface Fault {
  /** What is wrong. */
  readonly name: string;
  /** What must ring; nothing where the gateway must bear it. */
  readonly rings: readonly Ringing[];
  /** Breaks it. @returns what mends it */
  readonly begin: (stage: Stage) => Promise<() => Promise<void>>;
}

/** As fast as a person who is in a hurry: a timer each. */
const A_SECOND = 60;
const chats = ROUTES.chatCompletions;
const GENEROUS: KeySettings = { name: 'load', limits: UNLIMITED };

/** One process is enough to be broken. */
const ALONE = { WORKERS: '1' } as const;

/** Milliseconds that each answer takes longer: a connection is opened by three, and given up after two seconds. */
const SLOW_QUERY_MS = 550;
/** Connections of the replica whose database is slow. */
const FEW_CONNECTIONS = 4;
/** Requests a minute that take nearly all of them, and no more: beyond that, connections are given up and none is opened. */
const NEARLY_ALL = 290;
/** Keys that it looks up, more than it has connections. */
const MANY_KEYS = 12;

/** A replica of its own with a load of its own; both end when it is mended. */
async function replica(
  stage: Stage,
  name: string,
  wish: PodWish,
  load: (client: Client) => readonly Kind[],
): Promise<() => Promise<void>> {
  const client = await stage.addPod(name, { ...wish, settings: { ...ALONE, ...wish.settings } });
  const steady = new SteadyLoad(load(await client.withKey(GENEROUS)));
  return async () => {
    await stage.endPod(name, true);
    await steady.stop();
  };
}

const asks = (client: Client, perMinute: number, body: () => object): readonly Kind[] => [
  { name: 'chat', perMinute, ask: () => client.ask(chats, { body: body() }) },
];

export const FAULTS: readonly Fault[] = [
  {
    name: 'the upstream answers every call with 500',
    rings: [
      { alert: 'HighErrorRate', severity: 'critical' },
      { alert: 'CircuitBreakerOpen', severity: 'critical' },
      { alert: 'AvailabilityBudgetBurn', severity: 'critical' },
    ],
    begin: (stage) =>
      replica(stage, 'failing', { temper: 'failing' }, (client) =>
        asks(client, 4 * A_SECOND, () => newPrompt({ model: 'qwen-max' })),
      ),
  },
  {
    name: 'the upstream fails every third call of a model',
    rings: [{ alert: 'UpstreamErrors', severity: 'critical' }],
    begin: (stage) =>
      replica(stage, 'shaky', { temper: 'shaky' }, (client) =>
        asks(client, 2 * A_SECOND, () => newPrompt({ model: 'deepseek-v3' })),
      ),
  },
  {
    name: 'the upstream takes four seconds',
    rings: [{ alert: 'HighLatency', severity: 'warning' }],
    begin: (stage) =>
      replica(stage, 'slow', { temper: 'slow' }, (client) =>
        asks(client, 2 * A_SECOND, () => newPrompt({ model: 'qwq-plus' })),
      ),
  },
  {
    name: 'a key asks far more often than it may',
    rings: [{ alert: 'HighRateLimitRejects', severity: 'warning' }],
    begin: async (stage) => {
      const client = await stage.addPod('limited', { temper: 'good', settings: ALONE });
      const greedy = await client.withKey({ name: 'greedy', limits: { perMinute: 10 } });
      const steady = new SteadyLoad(asks(greedy, 5 * A_SECOND, newPrompt));
      return async () => {
        await stage.endPod('limited', true);
        await steady.stop();
      };
    },
  },
  {
    name: 'more is asked of a model than its quota allows',
    rings: [
      { alert: 'QuotaNearLimit', severity: 'warning' },
      { alert: 'QueueSaturated', severity: 'warning' },
    ],
    begin: (stage) => {
      const quota = { models: { 'qwen-turbo': { requestsPerMinute: 90 } } };
      const settings = { QUOTA_FILE: stage.write('scarce.json', JSON.stringify(quota)) };
      return replica(stage, 'waiting', { temper: 'good', settings }, (client) =>
        asks(client, 6 * A_SECOND, () => newPrompt({ model: 'qwen-turbo' })),
      );
    },
  },
  {
    name: 'the daily budget is spent',
    rings: [{ alert: 'BudgetExceeded', severity: 'critical' }],
    begin: (stage) =>
      replica(stage, 'spent', { temper: 'good', settings: { DAILY_BUDGET: '0.00001' } }, (client) =>
        asks(client, A_SECOND / 2, newPrompt),
      ),
  },
  {
    name: 'the database takes half a second for each answer',
    rings: [
      { alert: 'SlowDatabaseQueries', severity: 'warning' },
      { alert: 'DatabaseConnectionPoolExhausted', severity: 'warning' },
      { alert: 'HighResponseTime', severity: 'warning' },
    ],
    begin: async (stage) => {
      const mariadb = await startMariaDb();
      const proxy = await tcpProxy(mariadb.port);
      const url = new URL(mariadb.url);
      url.port = String(proxy.port);
      // No key is remembered, so that each request is a query; of one key two are never under way at once.
      const settings = { ...ALONE, DATABASE_POOL: String(FEW_CONNECTIONS), KEY_CACHE_MS: '0' };
      const wish = { temper: 'good', settings, stores: { databaseUrl: url.href } } as const;
      const admin = await stage.addPod('slow-database', wish);
      const clients: Client[] = [];
      for (let made = 0; made < MANY_KEYS; made += 1) clients.push(await admin.withKey(GENEROUS));
      let turn = 0;
      const ask = async (): Promise<number> =>
        (await clients[(turn += 1) % MANY_KEYS]?.ask(chats, { body: newPrompt() })) ?? 0;
      // A connection takes several answers to open: all are open before those are slow.
      await Promise.all(clients.map(() => ask()));
      const steady = new SteadyLoad([{ name: 'chat', perMinute: NEARLY_ALL, ask }]);
      proxy.delayMs = SLOW_QUERY_MS;
      return async () => {
        await stage.endPod('slow-database', true);
        await steady.stop();
        await mariadb.stop();
      };
    },
  },
  {
    name: 'answers are larger than the memory for them, and dear',
    rings: [
      { alert: 'CacheMemoryHigh', severity: 'warning' },
      { alert: 'HighCost', severity: 'warning' },
    ],
    begin: (stage) => {
      const quota = { models: { 'qwen-plus': { tokensPerMinute: null, requestsPerMinute: null } } };
      const settings = { QUOTA_FILE: stage.write('boundless.json', JSON.stringify(quota)) };
      return replica(stage, 'full', { temper: 'long', settings }, (client) =>
        asks(client, 2 * A_SECOND, () => newPrompt({ temperature: 0 })),
      );
    },
  },
  {
    name: 'one replica gets most of the requests',
    rings: [{ alert: 'UnevenLoadDistribution', severity: 'warning' }],
    begin: async (stage) => {
      const [first] = stage.pods;
      if (first === undefined) throw new Error('there is no replica');
      const client = await new Client(first.url).withKey(GENEROUS);
      const steady = new SteadyLoad([{ name: 'list', perMinute: 12 * A_SECOND, ask: () => client.ask(ROUTES.models) }]);
      return () => steady.stop();
    },
  },
  {
    name: 'models of the upstream are down, limited, and miscount',
    // What is down is answered by another model, and what is limited by the other key.
    rings: [],
    begin: (stage) => {
      const models = ['qwen3-max', 'qwen-long', 'deepseek-r1'];
      let turn = 0;
      return replica(stage, 'odd', { temper: 'odd' }, (client) =>
        asks(client, A_SECOND, () => newPrompt({ model: models[(turn += 1) % models.length] })),
      );
    },
  },
  {
    name: 'Redis is gone',
    rings: [],
    begin: async (stage) => {
      await stage.redis.kill();
      return () => stage.redis.restart();
    },
  },
  {
    name: 'the database is gone',
    rings: [{ alert: 'HighDatabaseErrorRate', severity: 'critical' }],
    begin: async (stage) => {
      await stage.mariadb.kill();
      return () => stage.mariadb.restart();
    },
  },
  {
    name: 'hardly anything is asked twice',
    rings: [{ alert: 'LowCacheHitRatio', severity: 'warning' }],
    // So it is all the time: a quarter of the usual load may be kept.
    begin: () => Promise.resolve(() => Promise.resolve()),
  },
];

/** The last one: nothing else can be seen while it lasts. */
export const NO_GATEWAY: Fault = {
  name: 'no replica answers',
  rings: [{ alert: 'ServiceDown', severity: 'critical' }],
  begin: async (stage) => {
    for (const { name } of stage.pods) await stage.endPod(name, false);
    return () => Promise.resolve();
  },
};
