import fc from 'fast-check';
import type { Frame } from '../src/sse';
import { DONE_FRAME, frameOf, FrameReader } from '../src/sse';

/** Reads a text that comes in pieces which end at these offsets. */
const read = (text: string, cuts: readonly number[]): readonly Frame[] => {
  const bytes = Buffer.from(text);
  const offsets = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  const reader = new FrameReader();
  const frames = offsets.slice(1).flatMap((end, at) => reader.read(bytes.subarray(offsets[at], end)));
  const last = reader.end();
  return last === undefined ? frames : [...frames, last];
};

const textOf = (frames: readonly Frame[]): string => Buffer.concat(frames.map(({ bytes }) => bytes)).toString();
const data = (value: unknown) => frameOf(value).toString();
const word = (content: string) =>
  data({ choices: [{ index: 0, delta: { content }, finish_reason: null }], usage: null });
const bill = data({ choices: [], usage: { prompt_tokens: 5, completion_tokens: 6, total_tokens: 11 } });
const stop = data({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage: null });
const DONE = DONE_FRAME.bytes.toString();

describe('the reader of a stream', () => {
  const events = fc.array(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 12 }).map(word),
      fc.constantFrom(
        bill,
        stop,
        ': ping\r\n\r\n',
        ': ping\n\n',
        'event: x\r\ndata: {"a":1}\r\n\r\n',
        'data: [DONE]\n\n',
      ),
      fc.constant(word('"usage": {"prompt_tokens": 9} [DONE] "finish_reason":"x"\n\n')),
    ),
    { maxLength: 12 },
  );

  test('[G1] gives the same bytes and finds the same things, wherever the pieces end', () => {
    fc.assert(
      fc.property(events, fc.array(fc.nat()), (list, cuts) => {
        const text = list.join('');
        const frames = read(text, cuts);
        expect(textOf(frames)).toBe(text);
        const found = (all: readonly Frame[]) =>
          all
            .filter((frame) => Object.keys(frame).length > 1 && frame.comment === undefined)
            .map(({ bytes, ...rest }) => ({ ...rest, text: bytes.toString() }));
        expect(found(frames)).toEqual(found(list.flatMap((event) => read(event, []))));
      }),
    );
  });

  test('[G3] finds usage, ends and failures, each alone in its frame', () => {
    const failure = data({ error: { code: 'Boom', message: 'm' } });
    const frames = read([word('a'), word('b'), stop, bill, failure, DONE].join(''), []);
    expect(frames.map(({ bytes, ...rest }) => [bytes.toString(), rest])).toEqual([
      [word('a') + word('b'), {}],
      [stop, { finishReasons: ['stop'] }],
      [bill, { usage: { inputTokens: 5, outputTokens: 6 }, usageOnly: true }],
      [failure, { failed: { code: 'Boom' } }],
      [DONE, { done: true }],
    ]);
  });

  test('[G3] reads cached and reasoning tokens, and takes null for none', () => {
    const usage = (more: object) => data({ choices: [], usage: { prompt_tokens: 9, completion_tokens: 7, ...more } });
    const [told] = read(
      usage({ prompt_tokens_details: { cached_tokens: 4 }, completion_tokens_details: { reasoning_tokens: 3 } }),
      [],
    );
    expect(told?.usage).toEqual({ inputTokens: 9, outputTokens: 7, cachedTokens: 4, reasoningTokens: 3 });
    const [silent] = read(
      usage({ prompt_tokens_details: null, completion_tokens_details: { reasoning_tokens: null } }),
      [],
    );
    expect(silent?.usage).toEqual({ inputTokens: 9, outputTokens: 7 });
    const [absurd] = read(usage({ prompt_tokens_details: { cached_tokens: 10 } }), []);
    expect(absurd?.usage).toEqual({ inputTokens: 9, outputTokens: 7 });
  });

  test('[G1] a comment together with data is data', () => {
    const [frame] = read(`: note\n${word('a')}`, []);
    expect(frame?.comment).toBeUndefined();
    expect(read(': one\n: two\n\n', [])).toEqual([{ bytes: Buffer.from(': one\n: two\n\n'), comment: true }]);
  });

  test('[G1] copies nothing of a piece that ends with an event', () => {
    const piece = Buffer.from(word('a') + word('b'));
    const [frame] = new FrameReader().read(piece);
    expect(frame?.bytes.buffer).toBe(piece.buffer);
    expect(frame?.bytes.byteOffset).toBe(piece.byteOffset);
  });

  test('[G5] gives up on an event without an end, in memory and time that are bounded', () => {
    const reader = new FrameReader();
    const piece = Buffer.alloc(65_536, 'x');
    expect(() => {
      for (let at = 0; at < 65; at++) reader.read(piece);
    }).toThrow('an event of more than 4194304 bytes');
  });
});
