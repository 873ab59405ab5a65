/** A gateway's process that is told to end, or killed, and what becomes of its answers and its books. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerResponse } from 'node:http';
import { ROUTES } from '../../src/routes';
import { chunk, completion, eventsOf } from '../caching';
import { answerJson, beginStream, mockUpstream, stopUpstreams } from '../mock-upstream';
import { prompt } from '../running';
import { becomes } from '../services/becomes';
import { startGatewayProcess, stopGatewayProcesses } from '../services/gateway-process';
import { startMariaDb, stopMariaDbs } from '../services/mariadb';
import type { MariaDb } from '../services/mariadb';
import { closeLooks, lookInto, migrated } from '../services/migrated';
import { booksOf } from '../usage';
import { clientOf, streamed } from './client';

const SLOW_MS = 180_000;
/** Readiness is looked at within it, which takes some milliseconds, and a hundred times as long on a busy machine. */
const DRAIN_MS = 5_000;

/** Asked one after another, each takes a turn of the gateway and one of this process. */
const QUESTIONS = 10;

let server: MariaDb;
let folder: string;

beforeAll(async () => {
  server = await startMariaDb();
}, SLOW_MS);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gateway-endings-'));
});
afterEach(async () => {
  server.resume();
  await stopGatewayProcesses();
  await stopUpstreams();
  await closeLooks();
  rmSync(folder, { recursive: true, force: true });
});
afterAll(stopMariaDbs);

test(
  '[G11] [G14] SIGTERM in the middle of a stream: readiness fails, the stream is finished, the books are written, and it ends with 0',
  async () => {
    let open: ServerResponse | undefined;
    const upstream = await mockUpstream((response) => {
      open = response;
      beginStream(response);
      response.write(`data: ${JSON.stringify(chunk({ content: 'first' }))}\n\n`);
    });
    const url = await migrated(server);
    const env = { ...upstream.env, DATABASE_URL: url, LEDGER_FLUSH_MS: '60000', SHUTDOWN_DRAIN_MS: String(DRAIN_MS) };
    const gateway = await startGatewayProcess(env);
    const texts: string[] = [];
    let ready: number | undefined;
    for await (const { choices } of await clientOf(gateway).chat.completions.create(streamed('Hi'))) {
      texts.push(choices[0]?.delta.content ?? '');
      if (texts.length > 1) continue;
      gateway.signal('SIGTERM');
      await becomes(async () => (await gateway.get(ROUTES.ready)).status === 503);
      ready = (await gateway.get(ROUTES.live)).status;
      // Beyond the drain, so that it is the stream that the end waits for.
      await becomes(() => gateway.output().includes('closing: running answers finish'));
      const usage = { prompt_tokens: 7, completion_tokens: 5, total_tokens: 12 };
      open?.end(eventsOf(chunk({ content: 'second' }, 'stop'), { choices: [], usage }));
    }
    expect(texts).toEqual(['first', 'second']);
    expect(ready).toBe(200);
    expect(await gateway.ended).toBe(0);
    const rows = await lookInto(url).db.selectFrom('usage_entries').selectAll().execute();
    expect(rows).toMatchObject([{ status: 200, counted: 1, input_tokens: 7, output_tokens: 5, error_type: null }]);
    expect(gateway.output()).toContain('"msg":"closed"');
  },
  SLOW_MS,
);

test.each([
  ['there', () => undefined],
  [
    'paused',
    () => {
      server.pause();
    },
  ],
])(
  '[G11] SIGKILL while MySQL is %s: what was answered is in the books after the next start, once',
  async (_how, disturb) => {
    const upstream = await mockUpstream((response) => {
      answerJson(response, 200, completion('Hello'));
    });
    const url = await migrated(server);
    const env = { ...upstream.env, DATABASE_URL: url, JOURNAL_DIRECTORY: join(folder, 'journal') };
    const first = await startGatewayProcess({ ...env, LEDGER_FLUSH_MS: '100' });
    let answered = 0;
    const asking = async (): Promise<void> => {
      while (answered < 10_000) {
        const answer = await first.post(prompt('Hi'));
        await answer.text();
        if (answer.status === 200) answered += 1;
      }
    };
    // It ends with the connection.
    const askers = [asking(), asking(), asking()].map((asker) => asker.catch(() => undefined));
    await becomes(() => answered >= 20);
    disturb();
    await becomes(() => answered >= 40);
    expect(await first.end('SIGKILL')).toBeNull();
    await Promise.all(askers);
    server.resume();

    const asked = upstream.asked.length;
    await startGatewayProcess(env);
    const books = lookInto(url);
    await becomes(async () => (await booksOf(books)).entries >= answered);
    const { entries, requests } = await booksOf(books);
    // A request may be booked whose answer was on its way to the client.
    expect(entries).toBeLessThanOrEqual(asked);
    expect(requests).toBe(entries);
  },
  SLOW_MS,
);

test(
  '[G1] the upstream hears at once that a client has left in the middle of a stream: before a few more questions are answered',
  async () => {
    let heard = 0;
    const upstream = await mockUpstream((response) => {
      beginStream(response);
      response.write(`data: ${JSON.stringify(chunk({ content: 'first' }))}\n\n`);
      response.once('close', () => (heard += 1));
    });
    const gateway = await startGatewayProcess({ ...upstream.env, DATABASE_URL: 'sqlite::memory:' });
    const client = clientOf(gateway);
    for (let time = 1; time <= 10; time += 1) {
      const stream = await client.chat.completions.create(streamed('Hi'));
      for await (const { choices } of stream) {
        expect(choices[0]?.delta.content).toBe('first');
        stream.controller.abort();
      }
      // They take some milliseconds together where nothing else runs, and as much longer as the news does elsewhere.
      for (let question = 0; question < QUESTIONS; question += 1) {
        await (await gateway.get(ROUTES.live)).text();
      }
      expect(heard).toBe(time);
    }
  },
  SLOW_MS,
);
