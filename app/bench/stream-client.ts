/**
 * Opens many streams at once and reads every frame of each, in a process of its own; says what it saw as JSON.
 * `tsx app/bench/stream-client.ts URL STREAMS FRAMES HEADERS BODY`
 */
import { Agent, request } from 'node:http';
import type { IncomingMessage } from 'node:http';

export interface StreamsSeen {
  /** Streams that had every frame, in order, and their end mark. */
  readonly complete: number;
  /** Frames that should have come, and did not, or not in their turn. */
  readonly lostFrames: number;
  /** Streams that were refused or broke, by what was said. */
  readonly failures: Readonly<Record<string, number>>;
  /** Milliseconds to the first frame of each stream. */
  readonly firstFrameMs: readonly number[];
}

const [url = '', streams = '0', frames = '0', headers = '{}', body = ''] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });

/** The numbers that the mock upstream writes as the words of a stream. */
const expected = Array.from({ length: Number(frames) }, (_, at) => String(at));

const failures: Record<string, number> = {};
const firstFrameMs: number[] = [];
let complete = 0;
let lostFrames = 0;

const fail = (reason: string): void => {
  failures[reason] = (failures[reason] ?? 0) + 1;
  lostFrames += expected.length;
};

/** As much of a chunk as is looked at. */
interface Chunk {
  readonly choices?: readonly { readonly delta?: { readonly content?: string | null } }[];
}

const contentOf = (line: string): string => {
  const chunk = JSON.parse(line) as Chunk;
  return chunk.choices?.[0]?.delta?.content ?? '';
};

const read = (response: IncomingMessage, startedAt: number, done: () => void): void => {
  let text = '';
  let seen = false;
  response.setEncoding('utf8');
  response.on('data', (piece: string) => {
    text += piece;
    if (seen || !text.includes('data: ')) return;
    seen = true;
    firstFrameMs.push(performance.now() - startedAt);
  });
  response.once('close', () => {
    if (response.statusCode !== 200) fail(`status ${String(response.statusCode)}`);
    else count(text);
    done();
  });
};

const count = (text: string): void => {
  const lines = text
    .split('\n')
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice('data:'.length).trim());
  const ended = lines.at(-1) === '[DONE]';
  const words = lines
    .filter((line) => line !== '[DONE]')
    .map(contentOf)
    .join('')
    .split(' ')
    .filter((word) => word !== '');
  const lost = expected.filter((word, at) => words[at] !== word).length;
  lostFrames += lost;
  if (ended && lost === 0 && words.length === expected.length) complete += 1;
};

const open = (): Promise<void> =>
  new Promise((resolve) => {
    const startedAt = performance.now();
    const asked = request(url, { method: 'POST', agent, headers: JSON.parse(headers) as Record<string, string> });
    asked.once('error', (error) => {
      fail(error.message.replace(/[\d.:]+/g, ''));
      resolve();
    });
    asked.once('response', (response) => {
      read(response, startedAt, resolve);
    });
    asked.end(body);
  });

void Promise.all(Array.from({ length: Number(streams) }, open)).then(() => {
  const seen: StreamsSeen = { complete, lostFrames, failures, firstFrameMs };
  process.stdout.write(JSON.stringify(seen));
  agent.destroy();
});
