/**
 * How fast a stream's events are read: `node --import tsx app/bench/sse.ts`. Each line is a way in which an upstream may
 * cut its stream into pieces; the numbers are events a second and megabytes a second, best of five rounds.
 */
import { FrameReader, frameOf } from '../src/sse';

const EVENTS = 20_000;
const ROUNDS = 5;

const chunk = (content: string, more: object = {}): Buffer =>
  frameOf({
    id: 'chatcmpl-0123456789abcdef0123456789abcdef',
    object: 'chat.completion.chunk',
    created: 1_761_955_200,
    model: 'qwen-plus',
    system_fingerprint: null,
    choices: [{ index: 0, delta: { content }, logprobs: null, finish_reason: null }],
    usage: null,
    ...more,
  });

const usage = { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 };

const cut = (bytes: Buffer, size: number): readonly Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size));

const latin = Array.from({ length: EVENTS }, () => chunk(' gateway'));
const chinese = Array.from({ length: EVENTS }, () => chunk('通义千问网关'));
const counting = Array.from({ length: EVENTS }, () => chunk(' gateway', { usage }));

const SHAPES: Readonly<Record<string, readonly Buffer[]>> = {
  'an event a piece': latin,
  'an event a piece, Chinese': chinese,
  'an event a piece, a running usage in each': counting,
  'pieces of 16 KiB': cut(Buffer.concat(latin), 16_384),
  'pieces of 100 bytes': cut(Buffer.concat(latin), 100),
};

for (const [shape, pieces] of Object.entries(SHAPES)) {
  const bytes = pieces.reduce((sum, { length }) => sum + length, 0);
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const reader = new FrameReader();
    const began = performance.now();
    for (const piece of pieces) reader.read(piece);
    best = Math.min(best, performance.now() - began);
  }
  const perSecond = Math.round((EVENTS / best) * 1_000).toLocaleString('en');
  console.log(`${perSecond.padStart(12)} events/s ${Math.round(bytes / best / 1_000)} MB/s  ${shape}`);
}
