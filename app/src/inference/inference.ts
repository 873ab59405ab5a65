/**
 * The path of a request to a model, once its client, its key and its shape are known: budget → cache → quota →
 * upstream → books. What leaves here is what the client gets; however it ends, it is settled and booked once.
 */
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { FastifyBaseLogger } from 'fastify';
import type { AnswerCache, CacheCall, CachedAnswer, CacheSlot, Kept, Refreshed } from '../cache/answer-cache';
import type { CacheSource } from '../cache/cache-source';
import type { Caller } from '../caller';
import { checkModel, SYSTEM_KEY_ID } from '../caller';
import type { ChatRequest, Usage } from '../chat';
import { membersOf } from '../chat';
import type { EmbeddingsRequest } from '../embeddings';
import type { Spending } from '../costs/spending';
import { asGatewayError, UpstreamRateLimitedError } from '../errors';
import { Exchange } from '../exchange';
import type { Keys } from '../keys/keys';
import type { GenAiMetrics } from '../metrics/gen-ai';
import { Operation } from '../operation';
import type { Admission, Ticket } from '../quota/admission';
import type { Priority } from '../quota/priority';
import type { Dispatched, Dispatcher } from '../resilience/dispatcher';
import { estimateRequestTokens } from '../tokens';
import type { RequestTrace } from '../tracing';
import { UNTRACED } from '../tracing';
import type { UpstreamCall } from '../upstream/upstream';
import { isTransient } from '../upstream/upstream-error';
import type { BookingProps } from './booking';
import { Booking } from './booking';
import { relay, replay } from './relay';

export interface InferenceProps extends BookingProps {
  /** Absent: nothing is kept. */
  readonly cache: AnswerCache | undefined;
  readonly admission: Pick<Admission, 'enter' | 'enterNow' | 'penalize'>;
  readonly dispatcher: Dispatcher;
  /** Says whether an answer that is kept for a key is still wanted. */
  readonly keys: Pick<Keys, 'callerOf'>;
  readonly spending: Pick<Spending, 'check' | 'book'>;
  readonly metrics: GenAiMetrics;
  /** For what no request asks. */
  readonly log: FastifyBaseLogger;
  /** Longest answer that the cache keeps, in bytes. */
  readonly keepBytes: number;
}

/** A chat completion or embeddings, with the operation as its mark. */
export type InferenceRequest =
  | { readonly operation: 'chat'; readonly body: ChatRequest }
  | { readonly operation: 'embeddings'; readonly body: EmbeddingsRequest };

export interface InferenceCall {
  readonly request: InferenceRequest;
  readonly caller: Caller;
  /** The end user that a trusted key named. */
  readonly endUser: string | undefined;
  readonly priority: Priority;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly requestId: string;
  readonly trace: RequestTrace;
  /** Seconds for which the upstream may let the call wait. */
  readonly waitSeconds: number | undefined;
  readonly exchange: Exchange;
  readonly log: FastifyBaseLogger;
}

export interface InferenceAnswer {
  /** A JSON body, or the bytes of a stream's events. */
  readonly body: Buffer | Iterable<Buffer> | AsyncIterable<Buffer>;
  readonly cache: CacheSource;
  /** The model that answered. */
  readonly model: string;
  /** Seconds that a kept answer has been kept. */
  readonly ageSeconds: number | undefined;
}

/** What a request has at hand until it ends. */
interface Course {
  readonly call: InferenceCall;
  readonly booking: Booking;
  readonly slot: Pick<CacheSlot, 'keep' | 'giveUp'> | undefined;
  /** What is said of an answer that no cache gave. */
  readonly miss: 'miss' | 'bypass';
}

export class Inference {
  constructor(private readonly props: InferenceProps) {}

  /** @throws GatewayError when there is no answer; of a stream, when it does not begin */
  async answer(call: InferenceCall): Promise<InferenceAnswer> {
    const { caller, headers } = call;
    const { operation, body } = call.request;
    checkModel(caller, body.model);
    this.props.spending.check(caller);
    const slot = this.props.cache?.slot({ operation, tenant: caller.keyId, body, headers });
    const booking = new Booking(this.props, call);
    const course: Course = { call, booking, slot, miss: slot === undefined ? 'bypass' : 'miss' };
    try {
      const kept = await this.#kept(call, slot);
      return kept === undefined ? await this.#ask(course) : this.#give(course, kept.answer, kept.source);
    } catch (failure) {
      slot?.giveUp();
      const error = call.exchange.abortReason ?? asGatewayError(failure);
      const stale = isTransient(error) && !call.exchange.signal.aborted ? await slot?.findStale() : undefined;
      if (stale !== undefined) return this.#give(course, stale, 'stale');
      booking.end({ ...NOTHING, servedModel: body.model, cache: course.miss, error });
      throw error;
    }
  }

  /**
   * Asks anew for an answer that is kept, behind everybody else. It is the gateway's own doing, so it is booked on
   * {@link SYSTEM_KEY_ID}, and counts in no key's budget, but in everyone's.
   * @returns `undefined` when none came that may be kept, or its tenant may not ask for it any more
   * @throws GatewayError like any request
   */
  async refresh({ operation, tenant, body, headers }: CacheCall, signal: AbortSignal): Promise<Refreshed | undefined> {
    const { clock, newId, log, spending, keys } = this.props;
    const request = requestOf(operation, body);
    const tenantNow = await keys.callerOf(tenant);
    if (request === undefined || tenantNow === undefined || !mayAsk(tenantNow, body.model)) return undefined;
    // Another model's answer would not be kept.
    const caller: Caller = { ...SYSTEM, models: new Set([body.model]) };
    spending.check(caller);
    const exchange = new Exchange(clock);
    const stop = (): void => {
      exchange.abort(asGatewayError(signal.reason));
    };
    signal.addEventListener('abort', stop, { once: true });
    let kept: Refreshed | undefined;
    const slot = {
      keep: (answer: CachedAnswer, cost: number): void => {
        kept = { answer, cost };
      },
      giveUp: (): void => undefined,
    };
    try {
      const call: InferenceCall = { request, caller, ...UNASKED, headers, requestId: newId(), exchange, log };
      const booking = new Booking(this.props, call);
      const answer = await this.#ask({ call, booking, slot, miss: 'bypass' });
      // A stream is over when all of it was read.
      if (!Buffer.isBuffer(answer.body)) await finished(Readable.from(answer.body).resume());
      return kept;
    } finally {
      signal.removeEventListener('abort', stop);
      exchange.end(true);
    }
  }

  /** The kept answer, or the one that another request is waiting for already. */
  async #kept(call: InferenceCall, slot: CacheSlot | undefined): Promise<Kept | undefined> {
    if (slot === undefined) return undefined;
    const found = await slot.find();
    if (found !== undefined) return found;
    // Who waits for another's stream sees nothing until that is over, so each stream is asked for by itself.
    if (isStream(call.request.body)) return undefined;
    const shared = await slot.lead(call.exchange.signal);
    return shared === undefined ? undefined : { answer: shared, source: 'hit-l1' };
  }

  #give({ call, booking }: Course, answer: CachedAnswer, source: CacheSource): InferenceAnswer {
    const { usage, model, kind, storedAt } = answer;
    booking.end({ servedModel: model, upstream: 'cache', cache: source, usage, counted: usage !== undefined });
    const body = kind === 'json' ? answer.body : replay(answer.body, { showUsage: showsUsage(call.request.body) });
    const ageMs = Math.max(0, this.props.clock.epochMs() - storedAt);
    return { body, cache: source, model, ageSeconds: Math.floor(ageMs / 1_000) };
  }

  async #ask(course: Course): Promise<InferenceAnswer> {
    const { call, booking } = course;
    const { request, priority, exchange } = call;
    const { model } = request.body;
    const { prompt, guessed, total } = estimateRequestTokens(request);
    const { admission } = this.props;
    const asked = { model, priority, estimatedTokens: total, guessedTokens: guessed, signal: exchange.signal };
    let ticket = await admission.enter(asked);
    exchange.waitedMs = ticket.waitedMs;
    /** Another model counts against its own quota, and the one before, which has failed, no longer against its. */
    const admit = async (other: string): Promise<boolean> => {
      const next = await admission.enterNow({ ...asked, model: other });
      if (next === undefined) return false;
      ticket.settle(undefined);
      ticket = next;
      return true;
    };
    try {
      const dispatched = await this.#dispatch(call, admit);
      return this.#pass(course, ticket, dispatched, prompt);
    } catch (failure) {
      const error = exchange.abortReason ?? asGatewayError(failure);
      if (error instanceof UpstreamRateLimitedError) {
        admission.penalize(model, (error.retryAfterSeconds ?? 1) * 1_000);
      }
      // A call that was broken off has had its prompt read; one that failed has cost nothing.
      const usage = exchange.signal.aborted ? promptOnly(prompt) : undefined;
      ticket.settle(usage);
      if (usage !== undefined) booking.end({ ...NOTHING, servedModel: model, cache: course.miss, usage, error });
      throw error;
    }
  }

  #dispatch(call: InferenceCall, admit: (model: string) => Promise<boolean>): Promise<Dispatched> {
    const { clock, metrics, dispatcher } = this.props;
    const { trace, exchange, log, caller, request } = call;
    const { operation } = request;
    return dispatcher.send({
      call: upstreamCallOf(call),
      allowedModels: caller.models,
      admit,
      observe: ({ provider, model, upstream, number }) =>
        new Operation({ clock, metrics, log, trace, exchange, provider, operation, model, upstream, attempt: number }),
    });
  }

  #pass(course: Course, ticket: Ticket, { answer, model, upstream }: Dispatched, prompt: number): InferenceAnswer {
    const { call, booking, slot, miss } = course;
    const storedAt = this.props.clock.epochMs();
    if (answer.kind === 'json') {
      const { body, usage } = answer;
      const used = usage ?? promptOnly(prompt);
      ticket.settle(used);
      const counted = usage !== undefined;
      const cost = booking.end({ servedModel: model, upstream, cache: miss, usage: used, counted });
      if (answer.faulty) slot?.giveUp();
      else slot?.keep({ kind: 'json', body, usage, model, storedAt }, cost);
      return { body, cache: miss, model, ageSeconds: undefined };
    }
    const body = relay(answer, {
      exchange: call.exchange,
      showUsage: showsUsage(call.request.body),
      keepBytes: slot === undefined ? 0 : this.props.keepBytes,
      onEnd: ({ usage, guessedTokens, kept, error }) => {
        const used = usage ?? { inputTokens: prompt, outputTokens: guessedTokens };
        ticket.settle(used);
        const counted = usage !== undefined;
        const cost = booking.end({ servedModel: model, upstream, cache: miss, usage: used, counted, error });
        if (kept === undefined) slot?.giveUp();
        else slot?.keep({ kind: 'stream', body: kept, usage, model, storedAt }, cost);
      },
    });
    return { body, cache: miss, model, ageSeconds: undefined };
  }
}

/** Who asks when the cache does. */
const SYSTEM: Caller = {
  keyId: SYSTEM_KEY_ID,
  name: 'cache refresh',
  permissions: new Set(),
  models: undefined,
  dailyBudget: undefined,
  limits: {},
  priority: 'low',
};

const UNASKED = { endUser: undefined, priority: 'low', trace: UNTRACED, waitSeconds: undefined } as const;

const mayAsk = ({ permissions, models }: Caller, model: string): boolean =>
  permissions.has('inference') && (models?.has(model) ?? true);

/** The request that was kept with its answer; `undefined` when it is none any more. */
const requestOf = (operation: CacheCall['operation'], body: CacheCall['body']): InferenceRequest | undefined => {
  if (operation === 'chat') return isChat(body) ? { operation, body } : undefined;
  return isEmbeddings(body) ? { operation, body } : undefined;
};

const isChat = (body: CacheCall['body']): body is CacheCall['body'] & ChatRequest => Array.isArray(body.messages);

const isEmbeddings = (body: CacheCall['body']): body is CacheCall['body'] & EmbeddingsRequest =>
  typeof body.input === 'string' || Array.isArray(body.input);

/** The books of a request that no upstream answered. */
const NOTHING = { upstream: '', usage: undefined, counted: false } as const;

const promptOnly = (inputTokens: number): Usage => ({ inputTokens, outputTokens: 0 });

const isStream = (body: InferenceRequest['body']): boolean => body.stream === true;

const showsUsage = ({ stream_options: options }: InferenceRequest['body']): boolean =>
  membersOf(options).include_usage === true;

/** Written out: objects that are spread into others are slow to make, and to read ever after. */
const upstreamCallOf = ({ request, requestId, trace, waitSeconds, exchange }: InferenceCall): UpstreamCall => {
  const { model } = request.body;
  const { traceparent } = trace;
  const { signal } = exchange;
  return request.operation === 'chat'
    ? { operation: 'chat', request: request.body, model, requestId, signal, traceparent, waitSeconds }
    : { operation: 'embeddings', request: request.body, model, requestId, signal, traceparent, waitSeconds };
};
