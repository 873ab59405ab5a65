/**
 * Looks whether an answer is one, before it is passed on or kept. What no client could use is refused, and the call made
 * again; what is merely odd is passed on and counted, and not kept. Streams are counted only: no frame waits for a check.
 */
import type { Usage } from '../chat';
import { membersOf, usageOf } from '../chat';
import { UpstreamUnavailableError } from '../errors';
import type { UpstreamMetrics } from '../metrics/upstream';
import { finishReasonsOf } from '../sse';
import type { UpstreamCall } from './upstream';
import { vectorFaultIn } from './vector-check';

/** What can be wrong, and what becomes of a JSON answer in which it is. */
export const ANSWER_FAULTS = {
  /** No list of choices: nothing to read. */
  choices_missing: 'refused',
  /** A choice without a message: clients fail on it. */
  message_missing: 'refused',
  /** Not as many vectors as texts: each would be taken for another's. */
  vector_count: 'refused',
  /** Vectors of different lengths, or not of the length that was asked for: they cannot be compared. */
  vector_length: 'refused',
  /** A vector that is none, or holds what is no number: it would spoil an index. */
  vector_invalid: 'refused',
  /** No choice at all, as filters leave it; asking again would cost again and give the same. */
  choices_empty: 'passed',
  /** An end without a reason: perhaps not the end. */
  finish_reason_missing: 'passed',
  /** A reason that OpenAI's clients do not know. */
  finish_reason_unknown: 'passed',
  /** Nobody says what it cost; the tokens are estimated. */
  usage_missing: 'passed',
  /** A negative, broken or absurd number of tokens; they are estimated. */
  usage_invalid: 'passed',
  /** A total that is not the sum of its parts; the parts are counted. */
  usage_total: 'passed',
} as const satisfies Readonly<Record<string, 'refused' | 'passed'>>;

export type AnswerFault = keyof typeof ANSWER_FAULTS;

export interface StreamCheck {
  /** A chunk that holds usage or an end. */
  readonly chunk: (chunk: object) => void;
  /** The stream is complete. */
  end(): void;
}

export interface AnswerCheck {
  /**
   * @param usage what is counted by it
   * @returns whether something is wrong that does not keep it from the client
   * @throws UpstreamUnavailableError when something else is
   */
  json(call: UpstreamCall, answer: object, usage: Usage | undefined): boolean;
  stream(call: UpstreamCall): StreamCheck;
}

const FINISH_REASONS: ReadonlySet<string> = new Set([
  'stop',
  'length',
  'tool_calls',
  'function_call',
  'content_filter',
]);

/** How far a total may be from the sum of its parts: rounding of tiers, and special tokens that only one side counts. */
const TOTAL_TOLERANCE = 0.01;
const TOTAL_TOLERANCE_TOKENS = 8;

export const createAnswerCheck = (metrics: Pick<UpstreamMetrics, 'upstreamAnswerFaults'>): AnswerCheck => {
  const count = (faults: Iterable<AnswerFault>): void => {
    for (const fault of faults) metrics.upstreamAnswerFaults.inc({ fault });
  };
  return {
    json: (call, answer, usage) => {
      const faults: AnswerFault[] = [];
      if (call.operation === 'chat') addChatFaults(answer, faults);
      else addVectorFault(call.request, answer, faults);
      addUsageFault(answer, usage, faults);
      if (faults.length === 0) return false;
      count(faults);
      const refused = faults.find((fault) => ANSWER_FAULTS[fault] === 'refused');
      if (refused === undefined) return true;
      throw new UpstreamUnavailableError(`the upstream’s answer cannot be used (${refused}); ask again`, {
        code: 'upstream_invalid_answer',
      });
    },
    stream: () => {
      // A fault that each chunk repeats is one.
      const faults = new Set<AnswerFault>();
      let ended = false;
      let counted = false;
      return {
        chunk: (chunk) => {
          const reasons = finishReasonsOf(membersOf(chunk).choices);
          ended ||= reasons.length > 0;
          if (reasons.some((reason) => !FINISH_REASONS.has(reason))) faults.add('finish_reason_unknown');
          if (typeof membersOf(chunk).usage !== 'object' || membersOf(chunk).usage === null) return;
          counted = true;
          const found: AnswerFault[] = [];
          addUsageFault(chunk, usageOf(chunk), found);
          for (const fault of found) faults.add(fault);
        },
        end: () => {
          if (!ended) faults.add('finish_reason_missing');
          if (!counted) faults.add('usage_missing');
          count(faults);
        },
      };
    },
  };
};

const addChatFaults = (answer: object, faults: AnswerFault[]): void => {
  const { choices } = membersOf(answer);
  if (!Array.isArray(choices)) {
    faults.push('choices_missing');
    return;
  }
  const list: readonly unknown[] = choices;
  if (list.length === 0) faults.push('choices_empty');
  if (list.some((choice) => typeof membersOf(choice).message !== 'object')) faults.push('message_missing');
  const reasons = finishReasonsOf(list);
  if (reasons.length < list.length) faults.push('finish_reason_missing');
  if (reasons.some((reason) => !FINISH_REASONS.has(reason))) faults.push('finish_reason_unknown');
};

const addVectorFault = (request: Parameters<typeof vectorFaultIn>[0], answer: object, faults: AnswerFault[]): void => {
  const fault = vectorFaultIn(request, membersOf(answer).data);
  if (fault !== undefined) faults.push(fault);
};

const addUsageFault = (answer: object, counted: Usage | undefined, faults: AnswerFault[]): void => {
  const { usage } = membersOf(answer);
  if (usage === undefined || usage === null) faults.push('usage_missing');
  else if (counted === undefined) faults.push('usage_invalid');
  else if (!isSumOf(membersOf(usage).total_tokens, counted, usage)) faults.push('usage_total');
};

/** Whether a total is about that of its parts; one that is not given is. */
const isSumOf = (total: unknown, { inputTokens, outputTokens }: Usage, usage: unknown): boolean => {
  if (total === undefined || total === null) return true;
  const sum = inputTokens + outputTokens;
  // Some models count their reasoning outside the completion.
  const slack = sum * TOTAL_TOLERANCE + TOTAL_TOLERANCE_TOKENS + reasoningIn(usage);
  return typeof total === 'number' && Math.abs(total - sum) <= slack;
};

const reasoningIn = (usage: unknown): number => {
  const { reasoning_tokens: reasoning } = membersOf(membersOf(usage).completion_tokens_details);
  return typeof reasoning === 'number' && reasoning > 0 ? reasoning : 0;
};
