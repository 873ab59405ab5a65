import fc from 'fast-check';
import {
  ClientClosedError,
  InternalError,
  UpstreamRateLimitedError,
  UpstreamRejectedError,
  UpstreamTimeoutError,
  UpstreamUnavailableError,
} from '../src/errors';
import type { GatewayError } from '../src/errors';
import { waitBefore } from '../src/resilience/retry';
import { DONE_FRAME, frameOf } from '../src/sse';
import { answering, dispatching, failing, scripted, silent, streaming, textOf } from './dispatching';
import { settled, virtualClock } from './virtual-clock';

const unavailable = (code = 'upstream_error') => new UpstreamUnavailableError('down', { code });
const limited = (retryAfterSeconds: number) =>
  new UpstreamRateLimitedError('slow', { code: 'limit_requests', retryAfterSeconds });
const timeout = () => new UpstreamTimeoutError('late', { code: 'upstream_timeout' });
const rejected = (status: number) => new UpstreamRejectedError(status, 'no', { code: 'InvalidParameter' });

const { signal } = new AbortController();
const first = 'dashscope';
const second = 'dashscope-fallback';
const word = { bytes: frameOf({ choices: [{ delta: { content: 'a' } }] }) };
const bill = { bytes: frameOf({ choices: [] }), usage: { inputTokens: 1, outputTokens: 2 }, usageOnly: true } as const;
const comment = { bytes: Buffer.from(': ping\n\n'), comment: true } as const;
const failure = (code: string) => ({ bytes: frameOf({ error: { code, message: 'm' } }), failed: { code } });
const FALLBACKS = { FALLBACK_MODELS: 'qwen-plus=qwen-flash' };

describe('a call that fails', () => {
  test.each<[GatewayError, readonly number[]]>([
    [unavailable(), [200, 400]],
    [limited(1), [1_000, 1_000]],
    [limited(3_600), [5_000, 5_000]],
    [timeout(), [200]],
    [rejected(400), []],
    [rejected(403), []],
    [rejected(404), []],
    [unavailable('upstream_authentication'), []],
    [unavailable('Arrearage'), []],
    [unavailable('upstream_answer_too_large'), []],
    [new InternalError(new Error('x')), []],
  ])('[G7] by %p is made again after waits of %j ms', async (error, waits) => {
    const clock = virtualClock();
    const { send, attempts } = dispatching(clock, {}, [scripted(first, failing(error))]);
    const sent = send(signal).catch((thrown: unknown) => thrown);
    await settled();
    for (const [at, wait] of waits.entries()) {
      expect(attempts).toHaveLength(at + 1);
      await clock.advance(wait - 1);
      expect(attempts).toHaveLength(at + 1);
      await clock.advance(1);
    }
    expect(await sent).toBe(error);
    expect(attempts).toHaveLength(waits.length + 1);
    expect(attempts.every(({ ends, error: told }) => ends === 1 && told === error)).toBe(true);
    expect(clock.pending).toBe(0);
  });

  test('[G7] and then succeeds is answered, counted as often as it was made', async () => {
    const clock = virtualClock();
    const target = scripted(first, failing(unavailable()), failing(limited(1)), answering('yes'));
    const { send, attempts, metrics } = dispatching(clock, {}, [target]);
    const sent = send(signal);
    await clock.advance(1_200);
    const dispatched = await sent;
    expect(await textOf(dispatched)).toBe('yes');
    expect(dispatched).toMatchObject({ attempts: 3, upstream: first, model: 'qwen-plus' });
    expect(attempts.map(({ number, ends }) => [number, ends])).toEqual([
      [1, 1],
      [2, 1],
      [3, 1],
    ]);
    expect((await metrics.upstreamRetries.get()).values).toMatchObject([
      { labels: { upstream: first, error_type: 'upstream_unavailable' }, value: 1 },
      { labels: { upstream: first, error_type: 'upstream_rate_limited' }, value: 1 },
    ]);
  });

  test('[G7] is made once without ENABLE_RETRY, and nothing else is asked', async () => {
    const targets = [scripted(first, failing(unavailable())), scripted(second, answering('yes'))] as const;
    const { send, attempts } = dispatching(virtualClock(), { ENABLE_RETRY: 'false', ...FALLBACKS }, targets);
    await expect(send(signal)).rejects.toThrow('down');
    expect(attempts).toHaveLength(1);
  });

  test('[G7] waits a random part of a bound that doubles, within its own', () => {
    const config = { attempts: 20, baseMs: 200, maxMs: 5_000 };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 19 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
        const ms = waitBefore(attempt, unavailable(), config, () => random) ?? -1;
        expect(ms).toBeCloseTo(random * Math.min(5_000, 200 * 2 ** (attempt - 1)));
        const asked = waitBefore(attempt, limited(2), config, () => random) ?? -1;
        expect(asked).toBeGreaterThanOrEqual(2_000);
        expect(asked).toBeLessThanOrEqual(5_000);
      }),
    );
    expect(waitBefore(20, unavailable(), config, () => 1)).toBeUndefined();
  });

  test('[G1] is not made again when its client leaves in between, at once and without a timer left', async () => {
    const clock = virtualClock();
    const client = new AbortController();
    const { send, attempts } = dispatching(clock, {}, [scripted(first, failing(unavailable()))]);
    const sent = send(client.signal).catch((thrown: unknown) => thrown);
    await settled();
    expect(clock.pending).toBe(1);
    const left = new ClientClosedError();
    client.abort(left);
    expect(await sent).toBe(left);
    expect(clock.pending).toBe(0);
    await clock.advance(60_000);
    expect(attempts).toHaveLength(1);
  });

  test('[G4] for the account’s fault tells its operator, once a minute', async () => {
    const clock = virtualClock();
    const { send, log } = dispatching(clock, {}, [scripted(first, failing(unavailable('Arrearage')))]);
    const told = () => log().match(/"kind":"business".*"code":"Arrearage"/g)?.length;
    for (let at = 0; at < 3; at++) await expect(send(signal)).rejects.toThrow();
    expect(told()).toBe(1);
    await clock.advance(60_000);
    await expect(send(signal)).rejects.toThrow();
    expect(told()).toBe(2);
  });
});

describe('what stands in', () => {
  const one = { RETRY_ATTEMPTS: '1' };

  test('[G9] [G7] is passed over where its own quota has no room, and asked about once for both regions', async () => {
    const targets = [scripted(first, failing(unavailable())), scripted(second, failing(unavailable()))] as const;
    const env = { ...one, FALLBACK_MODELS: 'qwen-plus=qwen-flash,qwen-turbo' };
    const { send, attempts } = dispatching(virtualClock(), env, targets);
    const asked: string[] = [];
    const admit = (model: string) => {
      asked.push(model);
      return Promise.resolve(model !== 'qwen-flash');
    };
    await expect(send(signal, {}, { admit })).rejects.toThrow('down');
    expect(asked).toEqual(['qwen-flash', 'qwen-turbo']);
    expect(attempts.map(({ model }) => model)).toEqual(['qwen-plus', 'qwen-plus', 'qwen-turbo', 'qwen-turbo']);
  });

  test('[G7] is the same model in the second region, then another model in each', async () => {
    const targets = [scripted(first, failing(unavailable())), scripted(second, failing(unavailable()))] as const;
    const { send, attempts } = dispatching(virtualClock(), { ...one, ...FALLBACKS }, targets);
    await expect(send(signal)).rejects.toThrow('down');
    expect(attempts.map(({ number, upstream, model }) => [number, upstream, model])).toEqual([
      [1, first, 'qwen-plus'],
      [2, second, 'qwen-plus'],
      [3, first, 'qwen-flash'],
      [4, second, 'qwen-flash'],
    ]);
  });

  test.each([
    [unavailable()],
    [limited(1)],
    [timeout()],
    [unavailable('Arrearage')],
    [unavailable('upstream_authentication')],
  ])('[G7] answers after %p', async (error) => {
    const targets = [scripted(first, failing(error)), scripted(second, answering('yes'))] as const;
    const { send, metrics } = dispatching(virtualClock(), one, targets);
    expect(await send(signal)).toMatchObject({ upstream: second, model: 'qwen-plus', attempts: 2 });
    expect((await metrics.upstreamFallbacks.get()).values).toMatchObject([
      { labels: { upstream: second, by: 'region' }, value: 1 },
    ]);
  });

  test.each([[rejected(400)], [rejected(403)], [rejected(404)], [unavailable('upstream_answer_too_large')]])(
    '[G7] is not asked after %p, which would be the same anywhere',
    async (error) => {
      const targets = [scripted(first, failing(error)), scripted(second, answering('yes'))] as const;
      const { send } = dispatching(virtualClock(), { ...one, ...FALLBACKS }, targets);
      await expect(send(signal)).rejects.toBe(error);
    },
  );

  test('[G7] that fails for good itself does not hide what happened to the model that was asked for', async () => {
    const error = limited(9);
    const target = scripted(first, failing(error), failing(rejected(404)));
    await expect(dispatching(virtualClock(), { ...one, ...FALLBACKS }, [target]).send(signal)).rejects.toBe(error);
  });

  test('[G10] is no model that the key may not use', async () => {
    const { send, attempts } = dispatching(virtualClock(), { ...one, ...FALLBACKS }, [
      scripted(first, failing(unavailable())),
    ]);
    await expect(send(signal, {}, { allowedModels: new Set(['qwen-plus']) })).rejects.toThrow('down');
    expect(attempts).toHaveLength(1);
  });

  test('[G7] is no other model for embeddings, as its vectors would be of another kind', async () => {
    const targets = [scripted(first, failing(unavailable())), scripted(second, failing(unavailable()))] as const;
    const { send, attempts } = dispatching(virtualClock(), { ...one, ...FALLBACKS }, targets);
    const call = { operation: 'embeddings', model: 'qwen-plus', requestId: 'r', signal } as const;
    const sent = send(signal, {}, { call: { ...call, request: { model: 'qwen-plus', input: 'x' } } });
    await expect(sent).rejects.toThrow('down');
    expect(attempts.map(({ upstream, model }) => [upstream, model])).toEqual([
      [first, 'qwen-plus'],
      [second, 'qwen-plus'],
    ]);
  });
});

describe('behind a circuit breaker', () => {
  const env = { RETRY_ATTEMPTS: '1', BREAKER_FAILURES: '2', BREAKER_OPEN_MS: '1000' };

  test('[G7] an upstream that failed too often is not asked, and the client hears when to come back', async () => {
    const clock = virtualClock();
    const { send, attempts } = dispatching(clock, env, [
      scripted(first, failing(unavailable()), failing(unavailable()), answering('yes')),
    ]);
    for (let at = 0; at < 2; at++) await expect(send(signal)).rejects.toThrow('down');
    await expect(send(signal)).rejects.toMatchObject({ code: 'upstream_circuit_open', retryAfterSeconds: 1 });
    expect(attempts).toHaveLength(2);
    await clock.advance(1_000);
    expect(await textOf(await send(signal))).toBe('yes');
  });

  test('[G7] the second region is asked at once while the first one’s circuit is open', async () => {
    const targets = [scripted(first, failing(unavailable())), scripted(second, answering('yes'))] as const;
    const { send, attempts } = dispatching(virtualClock(), env, targets);
    for (let at = 0; at < 3; at++) await send(signal);
    expect(attempts.map(({ upstream }) => upstream)).toEqual([first, second, first, second, second]);
  });

  test.each([[rejected(400)], [limited(1)], [unavailable('Arrearage')], [new InternalError(new Error('x'))]])(
    '[G7] %p is no failure',
    async (error) => {
      const { send, targets } = dispatching(virtualClock(), env, [scripted(first, failing(error))]);
      for (let at = 0; at < 5; at++) await expect(send(signal)).rejects.toThrow();
      expect(targets[0].breaker.standing()).toMatchObject({ state: 'closed', failures: 0 });
    },
  );

  test.each<[string, GatewayError, number]>([
    ['a client that left', new ClientClosedError(), 0],
    ['the total timeout', timeout(), 1],
  ])('[G7] of a silent upstream, %s counts as %3$i failures', async (_what, reason, failures) => {
    const client = new AbortController();
    const { send, targets } = dispatching(virtualClock(), env, [scripted(first, silent)]);
    const sent = send(client.signal);
    client.abort(reason);
    await expect(sent).rejects.toBe(reason);
    expect(targets[0].breaker.standing().failures).toBe(failures);
  });

  test('[G7] no retry goes to an upstream whose circuit opened meanwhile', async () => {
    const clock = virtualClock();
    const { send, attempts } = dispatching(clock, { ...env, RETRY_ATTEMPTS: '5' }, [
      scripted(first, failing(unavailable())),
    ]);
    const sent = send(signal).catch((thrown: unknown) => thrown);
    await clock.advance(200);
    expect(attempts).toHaveLength(2);
    expect(await sent).toMatchObject({ code: 'upstream_error' });
  });
});

describe('a stream', () => {
  test('[G7] that fails before its first frame is asked for again; comments do not count as one', async () => {
    const clock = virtualClock();
    const target = scripted(
      first,
      streaming(comment, unavailable()),
      streaming(comment),
      streaming(comment, word, bill, DONE_FRAME),
    );
    const { send, attempts, targets } = dispatching(clock, {}, [target]);
    const sent = send(signal, { stream: true });
    await clock.advance(600);
    const dispatched = await sent;
    expect(dispatched.attempts).toBe(3);
    expect(await textOf(dispatched)).toBe([word, bill, DONE_FRAME].map(({ bytes }) => bytes.toString()).join(''));
    expect(attempts).toMatchObject([
      { chunks: 0, ends: 1, error: { code: 'upstream_error' } },
      { chunks: 0, ends: 1, error: { code: 'upstream_truncated' } },
      { chunks: 1, ends: 1, usage: { inputTokens: 1, outputTokens: 2 }, error: undefined },
    ]);
    expect(targets[0].breaker.standing().failures).toBe(0);
  });

  test('[G7] that fails after its first frame is not asked for again', async () => {
    const target = scripted(first, streaming(word, unavailable()));
    const { send, attempts, targets } = dispatching(virtualClock(), FALLBACKS, [target]);
    await expect(send(signal, { stream: true }).then(textOf)).rejects.toThrow('down');
    expect(attempts).toMatchObject([{ chunks: 1, ends: 1, error: { code: 'upstream_error' } }]);
    expect(targets[0].breaker.standing().failures).toBe(1);
  });

  test.each([
    ['Throttling.RateQuota', 'upstream_rate_limited', 3],
    ['InternalError.Algo', 'upstream_unavailable', 3],
    ['DataInspectionFailed', 'upstream_rejected', 1],
  ])('[G7] that begins with the failure %s is %s, after %i calls', async (code, errorType, calls) => {
    const clock = virtualClock();
    const { send, attempts } = dispatching(clock, {}, [scripted(first, streaming(failure(code)))]);
    const sent = send(signal, { stream: true }).catch((thrown: unknown) => thrown);
    await clock.advance(10_000);
    expect(await sent).toMatchObject({ errorType, code });
    expect(attempts).toHaveLength(calls);
  });

  test('[G5] that reports a failure later is passed on with it, and counts as failed', async () => {
    const target = scripted(first, streaming(word, failure('InternalError')));
    const { send, attempts } = dispatching(virtualClock(), {}, [target]);
    expect(await textOf(await send(signal, { stream: true }))).toContain('"code":"InternalError"');
    expect(attempts).toMatchObject([{ ends: 1, error: { errorType: 'upstream_unavailable', code: 'InternalError' } }]);
  });

  test('[G1] whose reader stops is stopped, and says nothing about the upstream', async () => {
    let stopped = false;
    async function* endless() {
      try {
        for (;;) {
          await Promise.resolve();
          yield word;
        }
      } finally {
        stopped = true;
      }
    }
    const target = scripted(first, () => Promise.resolve({ kind: 'stream', frames: endless() }));
    const { send, attempts, targets } = dispatching(virtualClock(), {}, [target]);
    const { answer } = await send(signal, { stream: true });
    const frames = answer.kind === 'stream' ? answer.frames[Symbol.asyncIterator]() : undefined;
    expect(await frames?.next()).toMatchObject({ done: false });
    await frames?.return?.();
    expect(stopped).toBe(true);
    expect(attempts).toMatchObject([{ ends: 1, error: { errorType: 'client_closed' } }]);
    expect(targets[0].recent.standing()).toMatchObject({ calls: 0 });
  });
});
