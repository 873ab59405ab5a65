/** A client that goes away: the upstream is told at once, and what came until then is paid for. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerResponse } from 'node:http';
import pino from 'pino';
import { systemClock } from '../../src/clock';
import type { Environment } from '../../src/config';
import type { UsageEntriesTable } from '../../src/database/schema';
import { createDatabase } from '../../src/database/database';
import { createMetrics } from '../../src/metrics';
import { Secret } from '../../src/secret';
import { chunk, completion } from '../caching';
import { answerJson, beginStream, mockUpstream, stopUpstreams } from '../mock-upstream';
import { eventually, start, stopAll } from '../running';
import { clientOf, metricOf, question, streamed } from './client';

const folder = mkdtempSync(join(tmpdir(), 'gateway-abort-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
afterEach(stopAll);
afterEach(stopUpstreams);

let databases = 0;

/** A gateway whose books can be read, and an upstream that never finishes. */
const open = async (answer: (response: ServerResponse) => void, env: Environment = {}) => {
  const upstream = await mockUpstream(answer);
  const url = `sqlite:${join(folder, `${++databases}.db`)}`;
  const gateway = await start({ ...upstream.env, DATABASE_URL: url, ...env });
  /** What is in the database once the gateway is closed. */
  const booked = async (): Promise<readonly UsageEntriesTable[]> => {
    await gateway.close({ drain: false });
    const log = pino({ enabled: false });
    const secret = new Secret(url);
    const database = createDatabase({
      url: secret,
      pool: 1,
      timeoutMs: 1_000,
      clock: systemClock,
      log,
      metrics: createMetrics(),
    });
    try {
      return await database.db.selectFrom('usage_entries').selectAll().execute();
    } finally {
      await database.close();
    }
  };
  return { upstream, gateway, booked };
};

const word = (content: string): string => `data: ${JSON.stringify(chunk({ content }))}\n\n`;

test('[G1] [G11] mid-stream: the upstream is hung up on, and the prompt and the words that came are booked as a guess', async () => {
  const { upstream, gateway, booked } = await open((response) => {
    beginStream(response);
    response.write(`data: ${JSON.stringify(chunk({ role: 'assistant', content: '' }))}\n\n${word('one').repeat(20)}`);
  });
  const stream = await clientOf(gateway).chat.completions.create(streamed('Say many words'));
  let words = 0;
  for await (const { choices } of stream) {
    if (choices[0]?.delta.content === 'one') words += 1;
    // Not the end of the loop: a signal, as a page that is closed sends it.
    if (words === 20) stream.controller.abort();
  }
  await eventually(() => upstream.asked[0]?.gone === true);
  const [row, ...more] = await booked();
  expect(more).toEqual([]);
  expect(row).toMatchObject({ status: 499, error_type: 'client_closed', counted: 0, served_model: 'qwen-plus' });
  expect(row?.input_tokens).toBeGreaterThan(0);
  // Twenty events, of about the first one's size.
  expect(row?.output_tokens).toBeGreaterThanOrEqual(17);
  expect(row?.output_tokens).toBeLessThanOrEqual(21);
  expect(row?.cost).toBeGreaterThan(0);
});

test.each([
  ['a stream that has not begun', streamed('Say many words')],
  ['a JSON answer', question('Say many words')],
])('[G1] [G11] while it waits for %s: the upstream is hung up on, and the prompt is booked', async (_what, asked) => {
  const { upstream, gateway, booked } = await open(() => undefined);
  const client = new AbortController();
  const answer = clientOf(gateway).chat.completions.create(asked, { signal: client.signal });
  answer.catch(() => undefined);
  await eventually(() => upstream.asked.length === 1);
  client.abort();
  await eventually(() => upstream.asked[0]?.gone === true);
  await eventually(async () => (await metricOf(gateway, 'gateway_http_requests_in_flight')) === 1);
  const [row, ...more] = await booked();
  expect(more).toEqual([]);
  expect(row).toMatchObject({ status: 499, error_type: 'client_closed', counted: 0, output_tokens: 0 });
  expect(row?.input_tokens).toBeGreaterThan(0);
  expect(row?.cost).toBeGreaterThan(0);
});

test('[G1] [G9] while it waits for the upstream’s quota: the upstream is not asked, and nothing was spent', async () => {
  const file = join(folder, 'quotas.json');
  writeFileSync(file, JSON.stringify({ models: { 'qwen-plus': { requestsPerMinute: 1 } } }));
  const { upstream, gateway, booked } = await open(
    (response) => {
      answerJson(response, 200, completion('Hello'));
    },
    { QUOTA_FILE: file },
  );
  await clientOf(gateway).chat.completions.create(question('first'));
  const client = new AbortController();
  const answer = clientOf(gateway).chat.completions.create(question('second'), { signal: client.signal });
  answer.catch(() => undefined);
  const waiting = 'gateway_queue_depth{priority="medium"}';
  await eventually(async () => (await metricOf(gateway, waiting)) === 1);
  client.abort();
  await eventually(async () => (await metricOf(gateway, waiting)) === 0);
  expect(upstream.asked).toHaveLength(1);
  const entries = await booked();
  expect(entries.find(({ status }) => status === 499)).toMatchObject({ input_tokens: 0, output_tokens: 0, cost: 0 });
});
