/** A short load on this very service, over loopback: to see what a machine carries, not to judge production. */
import type { AbortState } from '../abort';
import { Agent } from 'undici';
import type { Dispatcher } from 'undici';
import type { Clock } from '../clock';
import { MODELS } from '../models';
import { ROUTES } from '../routes';
import type { Latencies } from './latency-histogram';
import { LatencyHistogram } from './latency-histogram';

export const LOAD_TARGETS = ['live', 'chat'] as const;

/**
 * - `live`: the liveness probe, so the HTTP server and nothing else
 * - `chat`: a chat completion of the echo with the caller's own key, so every part, its limits included
 */
export type LoadTarget = (typeof LOAD_TARGETS)[number];

export const SELF_LOAD = {
  requests: { default: 1_000, maximum: 20_000 },
  concurrency: { default: 10, maximum: 100 },
  /** After this the load ends with what it has, in milliseconds. */
  longestMs: 20_000,
} as const;

export interface LoadCall {
  readonly target: LoadTarget;
  readonly requests: number;
  readonly concurrency: number;
  /** The caller's own, for `chat`. */
  readonly authorization: string | undefined;
  /** Ends the load when aborted. */
  readonly signal: AbortState;
}

export interface LoadResult {
  readonly target: LoadTarget;
  readonly sent: number;
  readonly durationMs: number;
  readonly requestsPerSecond: number;
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Requests that got no answer. */
  readonly broken: number;
  readonly latency: Latencies;
  /** Whether it was ended before all were sent. */
  readonly cutShort: boolean;
}

const PROMPT = { model: MODELS[2], messages: [{ role: 'user', content: 'Load test' }] };

const questionFor = ({ target, authorization }: LoadCall): Dispatcher.RequestOptions =>
  target === 'live'
    ? { path: ROUTES.live, method: 'GET' }
    : {
        path: ROUTES.chatCompletions,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          // Kept answers would be measured in place of the way to them.
          'cache-control': 'no-store',
          ...(authorization === undefined ? {} : { authorization }),
        },
        body: JSON.stringify(PROMPT),
      };

/** @param origin of this service on loopback, such as `http://127.0.0.1:8080` */
export const runSelfLoad = async (origin: string, call: LoadCall, clock: Clock): Promise<LoadResult> => {
  const agent = new Agent({ connections: call.concurrency });
  const question = questionFor(call);
  const latency = new LatencyHistogram();
  const statuses: Record<string, number> = {};
  let [sent, broken] = [0, 0];
  const over = new AbortController();
  const cancel = clock.after(SELF_LOAD.longestMs, () => {
    over.abort();
  });
  call.signal.addEventListener(
    'abort',
    () => {
      over.abort();
    },
    { once: true },
  );
  const { signal } = over;

  const one = async (): Promise<void> => {
    while (sent < call.requests && !signal.aborted) {
      sent += 1;
      const begunAt = clock.monotonicMs();
      try {
        const { statusCode, body } = await agent.request({ ...question, origin, signal });
        await body.dump();
        statuses[statusCode] = (statuses[statusCode] ?? 0) + 1;
        latency.record(clock.monotonicMs() - begunAt);
      } catch {
        broken += 1;
      }
    }
  };

  const begunAt = clock.monotonicMs();
  try {
    await Promise.all(Array.from({ length: call.concurrency }, one));
  } finally {
    cancel();
    await agent.destroy();
  }
  const durationMs = clock.monotonicMs() - begunAt;
  return {
    target: call.target,
    sent,
    durationMs: Math.round(durationMs),
    requestsPerSecond: durationMs === 0 ? 0 : Math.round((latency.count / durationMs) * 1_000),
    statuses,
    broken,
    latency: latency.summary(),
    cutShort: signal.aborted,
  };
};
