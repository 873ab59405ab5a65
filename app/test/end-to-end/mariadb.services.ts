/** The gateway whole while its MySQL is killed, paused, slow, and back. */
import { systemClock } from '../../src/clock';
import type { Environment } from '../../src/config';
import type { Database } from '../../src/database/database';
import { ROUTES } from '../../src/routes';
import { completion } from '../caching';
import { answerJson, mockUpstream, stopUpstreams } from '../mock-upstream';
import { prompt, start, stopAll } from '../running';
import type { Running } from '../running';
import { becomes } from '../services/becomes';
import { startMariaDb, stopMariaDbs } from '../services/mariadb';
import type { MariaDb } from '../services/mariadb';
import { closeLooks, lookInto, migrated } from '../services/migrated';
import { statusesOf, steadyLoad } from '../services/steady-load';
import { stopProxies, tcpProxy } from '../services/tcp-proxy';
import { booksOf } from '../usage';
import { makeKey, metricOf } from './client';

/** Servers start and connections time out in it. */
const SLOW_MS = 120_000;

/** A key of the right form that was never made. */
const NOBODYS = `bgk-${'x'.repeat(43)}`;

let server: MariaDb;

beforeAll(async () => {
  server = await startMariaDb();
}, SLOW_MS);
beforeEach(() => {
  server.resume();
});
afterEach(async () => {
  server.resume();
  await stopAll();
});
afterEach(stopUpstreams);
afterEach(stopProxies);
afterEach(closeLooks);
afterAll(stopMariaDbs);

const started = async (env: Environment): Promise<Running> => {
  const upstream = await mockUpstream((response) => {
    answerJson(response, 200, completion('Hello'));
  });
  const gateway = await start({ ...upstream.env, LEDGER_FLUSH_MS: '50', KEY_CACHE_MS: '0', ...env }, systemClock);
  await becomes(async () => (await gateway.get(ROUTES.ready)).status === 200);
  return gateway;
};

const isUp = (gateway: Running, up: 0 | 1) => async (): Promise<boolean> => {
  const ready = (await gateway.get(ROUTES.ready)).status === 200;
  return ready === (up === 1) && (await metricOf(gateway, 'gateway_db_up')) === up;
};

const withKey = ({ post }: Running, key: string, content = 'Hi') =>
  post(prompt(content), { headers: { authorization: `Bearer ${key}` } });

/** Everything that was answered is in the books, once. */
const expectBooked = async (database: Database, count: number): Promise<void> => {
  await becomes(async () => (await booksOf(database)).entries === count);
  const { requests, inputTokens } = await booksOf(database);
  // Three tokens each, as the upstream counted.
  expect({ requests, inputTokens }).toEqual({ requests: count, inputTokens: 3 * count });
};

test(
  '[G2] [G3] [G10] [G11] no request of a known key fails while MySQL is paused, killed, slow and back; readiness and metrics tell; nothing is lost',
  async () => {
    const proxy = await tcpProxy(server.port);
    const url = await migrated(server);
    const through = url.replace(`:${server.port}/`, `:${proxy.port}/`);
    const gateway = await started({ DATABASE_URL: through, DATABASE_TIMEOUT_MS: '500' });
    const { key } = await makeKey(gateway);
    await (await withKey(gateway, key)).text();
    const load = steadyLoad(async () => {
      const answer = await withKey(gateway, key);
      await answer.text();
      return answer;
    }, 25);
    const away = async (): Promise<void> => {
      await becomes(isUp(gateway, 0));
      await load.more(20);
      // Nobody can say whose key it is: no 401, which would have its owner make a new one.
      expect((await withKey(gateway, NOBODYS)).status).toBe(503);
      expect((await gateway.get(ROUTES.live)).status).toBe(200);
      expect((await gateway.get(ROUTES.keys)).status).toBe(503);
      expect((await gateway.get(`${ROUTES.costs}/daily`)).status).toBe(503);
      expect(await metricOf(gateway, 'gateway_ledger_pending')).toBeGreaterThan(0);
    };
    const back = async (): Promise<void> => {
      await becomes(isUp(gateway, 1));
      await load.more(10);
      // What could not be looked up is looked up again within a second.
      await becomes(async () => (await withKey(gateway, NOBODYS)).status === 401);
    };
    await load.more(20);

    server.pause();
    await away();
    server.resume();
    await back();

    await server.kill();
    await away();
    await server.restart();
    await back();

    proxy.delayMs = 2_000;
    await away();
    proxy.delayMs = 0;
    await back();

    const answers = await load.stop();
    expect(statusesOf(answers)).toEqual({ 200: answers.length });
    await expectBooked(lookInto(url), answers.length + 1);
    await becomes(async () => (await metricOf(gateway, 'gateway_ledger_pending')) === 0);
    expect(await metricOf(gateway, 'gateway_ledger_written_total')).toBe(answers.length + 1);
  },
  SLOW_MS,
);

test(
  '[G11] [G14] a gateway that ends while MySQL is away leaves its books to the next, which writes them',
  async () => {
    const url = await migrated(server);
    const gateway = await started({ DATABASE_URL: url, DATABASE_TIMEOUT_MS: '300' });
    await server.kill();
    await becomes(isUp(gateway, 0));
    for (let count = 0; count < 5; count += 1) expect((await gateway.post(prompt('Hi'))).status).toBe(200);
    await gateway.close({ drain: false });
    await server.restart();
    await started({ DATABASE_URL: url, JOURNAL_DIRECTORY: gateway.config.storage.journalDirectory });
    await expectBooked(lookInto(url), 5);
  },
  SLOW_MS,
);

test(
  '[G2] [G11] a gateway that starts while MySQL is away is not ready, answers the administrator’s key, and is ready when it comes',
  async () => {
    const url = await migrated(server);
    await server.kill();
    const upstream = await mockUpstream((response) => {
      answerJson(response, 200, completion('Hello'));
    });
    const gateway = await start({ ...upstream.env, DATABASE_URL: url, LEDGER_FLUSH_MS: '50' }, systemClock);
    expect((await gateway.get(ROUTES.ready)).status).toBe(503);
    expect((await gateway.get(ROUTES.live)).status).toBe(200);
    expect((await gateway.post(prompt('Hi'))).status).toBe(200);
    await server.restart();
    await becomes(isUp(gateway, 1));
    await expectBooked(lookInto(url), 1);
  },
  SLOW_MS,
);
