/** A dispatcher over upstreams that answer by a script, or over real ones, with everything it does written down. */
import { createLog } from '../src/log';
import { createMetrics } from '../src/metrics';
import { asGatewayError } from '../src/errors';
import type { GatewayError } from '../src/errors';
import { readConfig } from '../src/read-config';
import { createDispatcher } from '../src/resilience/dispatcher';
import type { AttemptStart, Dispatched, DispatchProps } from '../src/resilience/dispatcher';
import { guardTargets } from '../src/resilience/guarded-target';
import type { Frame } from '../src/sse';
import { createTargets } from '../src/upstream/targets';
import type { Target, TargetName, Targets } from '../src/upstream/targets';
import type { Upstream, UpstreamAnswer, UpstreamCall } from '../src/upstream/upstream';
import type { Usage } from '../src/chat';
import type { Clock } from '../src/clock';
import type { Environment } from '../src/config';

/** What a scripted upstream does with one call. */
export type Act = (call: UpstreamCall) => Promise<UpstreamAnswer>;

export const answering =
  (text: string): Act =>
  () =>
    Promise.resolve({
      kind: 'json',
      body: Buffer.from(text),
      usage: undefined,
      finishReasons: ['stop'],
      faulty: false,
    });

export const failing =
  (error: GatewayError): Act =>
  () =>
    Promise.reject(error);

/** A stream of these frames; an error among them is thrown in its place. */
export const streaming =
  (...frames: readonly (Frame | GatewayError)[]): Act =>
  () => {
    async function* play(): AsyncGenerator<Frame> {
      for (const frame of frames) {
        await Promise.resolve();
        if (frame instanceof Error) throw frame;
        yield frame;
      }
    }
    return Promise.resolve({ kind: 'stream', frames: play() });
  };

/** Answers nothing until the call is aborted. */
export const silent: Act = ({ signal }) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(asGatewayError(signal.reason));
    });
  });

/** An upstream that does these acts in turn, and the last one ever after. */
export const scripted = (name: TargetName, ...acts: readonly [Act, ...Act[]]): Target => {
  let calls = 0;
  const upstream: Upstream = {
    provider: 'dashscope',
    send: (call) => (acts[calls++] ?? acts[acts.length - 1] ?? acts[0])(call),
    warm: () => Promise.resolve(),
    probe: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  return { name, upstream };
};

export interface Attempted extends AttemptStart {
  chunks: number;
  ends: number;
  usage: Usage | undefined;
  error: GatewayError | undefined;
}

/** @param random what the dispatcher is given for chance */
export const dispatching = (clock: Clock, env: Environment = {}, scripts?: Targets, random = () => 1) => {
  const config = readConfig({ NODE_ENV: 'test', ...env });
  const metrics = createMetrics();
  const written: string[] = [];
  const log = createLog(config, { write: (line) => void written.push(line) });
  const { validation, retry: enabled } = config.features;
  const plain =
    scripts ?? createTargets({ config: config.upstream, validation, clock, newId: () => 'id', log, metrics });
  const targets = guardTargets({ targets: plain, config: config.upstream.breaker, clock, log, metrics });
  const { retry, fallbackModels } = config.upstream;
  const dispatcher = createDispatcher({ targets, retry, fallbackModels, enabled, clock, random, log, metrics });
  const attempts: Attempted[] = [];

  const observe = (start: AttemptStart) => {
    const attempted: Attempted = { ...start, chunks: 0, ends: 0, usage: undefined, error: undefined };
    attempts.push(attempted);
    return {
      chunk: () => {
        attempted.chunks++;
      },
      end: ({ usage, error }: { usage?: Usage | undefined; error?: GatewayError | undefined }) => {
        Object.assign(attempted, { ends: attempted.ends + 1, usage, error });
      },
    };
  };
  const send = (signal: AbortSignal, more: object = {}, props: Partial<DispatchProps> = {}): Promise<Dispatched> =>
    dispatcher.send({
      call: {
        operation: 'chat',
        model: 'qwen-plus',
        request: { model: 'qwen-plus', messages: [{ role: 'user', content: 'x' }], ...more },
        requestId: 'id',
        signal,
      },
      observe,
      ...props,
    });
  return {
    config,
    metrics,
    targets,
    attempts,
    send,
    log: () => written.join(''),
    close: () => Promise.all(targets.map(({ upstream }) => upstream.close())),
  };
};

/** The text of a whole answer. */
export const textOf = async ({ answer }: Dispatched): Promise<string> => {
  if (answer.kind === 'json') return answer.body.toString();
  let text = '';
  for await (const frame of answer.frames) text += frame.bytes.toString();
  return text;
};
