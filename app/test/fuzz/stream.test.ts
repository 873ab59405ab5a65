import fc from 'fast-check';
import { UpstreamUnavailableError } from '../../src/errors';
import type { Frame } from '../../src/sse';
import { FrameReader } from '../../src/sse';

/** What streams are made of, whole and broken, so that garbage comes near to what matters. */
const shard = fc.oneof(
  { weight: 3, arbitrary: fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)) },
  {
    weight: 5,
    arbitrary: fc
      .constantFrom(
        '\n',
        '\n\n',
        '\r\n\r\n',
        '\r',
        '\n\r\n',
        ':',
        'data:',
        'data: ',
        'data: [DONE]',
        'event: error\n',
        '{"choices":[]',
        ',"usage":{"prompt_tokens":1,"completion_tokens":2}}',
        ',"usage":{"prompt_tokens":-1}}',
        '"usage":null',
        '{"error":',
        '{"error":{"code":"x","message":"y"}}',
        '{"error":[]}',
        '"finish_reason":"stop"',
        '{"choices":[{"finish_reason":"stop"}]}',
        '{"choices":[null,7,{"finish_reason":{}}]}',
        '{"choices":{"finish_reason":"stop"}}',
        '{"__proto__":{"usage":{}}}',
        '\u2028',
        '\ufeff',
        '你',
        '"\\ud800"',
      )
      .map((text) => Buffer.from(text)),
  },
  { weight: 1, arbitrary: fc.constant(Buffer.from([0xff, 0xfe, 0xe4, 0xbd])) },
);

const garbage = fc.array(shard, { maxLength: 40 }).map((shards) => Buffer.concat(shards));

/** Reads bytes in pieces that end at these offsets. */
const read = (bytes: Buffer, cuts: readonly number[]) => {
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  const reader = new FrameReader();
  const frames: Frame[] = [];
  let from = 0;
  for (const end of ends) {
    frames.push(...reader.read(Buffer.from(bytes.subarray(from, end))));
    from = end;
  }
  return { frames, last: reader.end() };
};

/** What was passed on, without the blank lines at its end: one too many belongs to no event, and may be held back. */
const passedOn = (frames: readonly Frame[]): string =>
  Buffer.concat(frames.map(({ bytes }) => bytes))
    .toString('latin1')
    .replace(/[\r\n]+$/, '');

/** The frames that say more than text; how much text stands together is left to the pieces. */
const told = (frames: readonly Frame[]) =>
  frames
    .filter((frame) => frame.comment === undefined && Object.keys(frame).length > 1)
    .map(({ bytes, ...rest }) => ({ text: bytes.toString('latin1').trim(), ...rest }));

describe('a stream of garbage', () => {
  test('[G1] reads the same however it is cut, loses no byte of a whole event, and throws nothing', () => {
    fc.assert(
      fc.property(garbage, fc.array(fc.nat(), { maxLength: 30 }), (bytes, cuts) => {
        const whole = read(bytes, []);
        const cut = read(bytes, cuts);
        expect(passedOn(cut.frames)).toBe(passedOn(whole.frames));
        expect(told(cut.frames)).toEqual(told(whole.frames));
        expect(cut.last === undefined).toBe(whole.last === undefined);
        const all = bytes.toString('latin1');
        const passed = passedOn(whole.frames);
        expect(all.startsWith(passed)).toBe(true);
        // What is held back is no whole event.
        expect(all.slice(passed.length).replace(/^[\r\n]+/, '')).not.toMatch(/\n\r?\n/);
      }),
      { numRuns: 500 },
    );
  });

  test('[G1] reads the same byte by byte', () => {
    fc.assert(
      fc.property(garbage, (bytes) => {
        const every = Array.from(bytes.keys());
        expect(told(read(bytes, every).frames)).toEqual(told(read(bytes, []).frames));
      }),
      { numRuns: 200 },
    );
  });
});

describe('an event without end', () => {
  const MEGABYTE = 1_024 * 1_024;

  test.each([
    ['in large pieces', 256 * 1_024],
    ['in small pieces', 16 * 1_024],
  ])('[G13] is given up after 4 MB, %s, with an error that the client can read', (_what, size) => {
    const reader = new FrameReader();
    const piece = Buffer.alloc(size, 'x');
    let taken = 0;
    const feed = (): void => {
      for (; taken < 16 * MEGABYTE; taken += size) reader.read(piece);
    };
    expect(feed).toThrow(UpstreamUnavailableError);
    expect(taken).toBeLessThanOrEqual(4 * MEGABYTE + size);
    const again = (): unknown => reader.read(piece);
    expect(again).toThrow(UpstreamUnavailableError);
  });

  test('[G13] among whole ones holds nothing of those', () => {
    const reader = new FrameReader();
    const events = Buffer.from(`${'data: {"choices":[]}\n\n'.repeat(1_000)}data: `);
    // 9 MB in all: were they kept, the limit of one event would end it.
    for (let count = 0; count < 400; count += 1) {
      expect(reader.read(count === 0 ? events : Buffer.concat([Buffer.from('x\n\n'), events])).length).toBeGreaterThan(
        0,
      );
    }
    expect(reader.end()).toBeUndefined();
  });
});
