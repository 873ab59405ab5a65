/** Which requests may be answered by a kept answer, and which answers may be kept. Both are asked before any work is done. */
import { parseObject } from '../chat';
import { SAMPLED_HEADER } from '../headers';
import type { CacheCall, CachedAnswer } from './answer-cache';

/** Longest request that is looked up, in bytes by its content-length: beyond it hashing would hold up all others. */
const REQUEST_MAX_BYTES = 2_097_152;

/**
 * Whether a request asks for something that is the same the second time.
 *
 * A chat is sampled unless its temperature is 0: absent, the upstream's default applies, which is above 0 for every
 * model. Whoever sends such a request twice may want a second opinion, so it is only answered from the cache when it
 * says so by `x-cache-sampled: true`, by a `seed` (which asks for the same answer again), or when CACHE_SAMPLED says so
 * for all. Never: tools (their calls have effects), several choices (which are asked for to differ), a search of the
 * web (whose results are of the moment), and whatever forbids it by `cache-control`.
 */
export const isRepeatable = ({ operation, body, headers }: CacheCall, sampledByDefault: boolean): boolean => {
  if (forbids(headers['cache-control']) || Number(headers['content-length'] ?? 0) > REQUEST_MAX_BYTES) return false;
  if (operation === 'embeddings') return true;
  if (hasItems(body.tools) || hasItems(body.functions)) return false;
  if (typeof body.n === 'number' && body.n > 1) return false;
  if (body.enable_search === true || isObject(body.web_search_options)) return false;
  if (body.temperature === 0 || Number.isInteger(body.seed)) return true;
  const asked = headers[SAMPLED_HEADER];
  return asked === undefined ? sampledByDefault : asked === 'true';
};

const FORBIDDING = /(?:^|[\s,])(?:no-store|no-cache|max-age\s*=\s*0+)\s*(?:$|[,;])/i;

const forbids = (header: string | string[] | undefined): boolean =>
  header !== undefined && FORBIDDING.test(typeof header === 'string' ? header : header.join(','));

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const hasItems = (value: unknown): boolean => Array.isArray(value) && value.length > 0;

/**
 * Whether an answer is whole and good for others: every choice ended by itself (`stop`), said something, and calls no
 * tool; embeddings are there; nothing failed. Truncated, filtered and empty answers are not.
 */
export const isFit = ({ kind, body }: CachedAnswer, operation: CacheCall['operation']): boolean => {
  const text = body.toString('utf8');
  if (kind === 'stream') return isFitStream(text);
  const answer = parseObject(text);
  if (answer === undefined || hasError(answer)) return false;
  if (operation === 'embeddings') return 'data' in answer && hasItems(answer.data);
  const choices = choicesOf(answer);
  return choices.length > 0 && choices.every((choice) => isFitChoice(choice, 'message'));
};

const isFitChoice = (choice: object, part: 'message' | 'delta'): boolean =>
  'finish_reason' in choice && choice.finish_reason === 'stop' && !callsTool(choice, part) && says(choice, part);

const isFitStream = (text: string): boolean => {
  const events = text
    .split(/\r?\n\r?\n/)
    .flatMap((event) => event.split(/\r?\n/).filter((line) => line.startsWith('data:')))
    .map((line) => line.slice('data:'.length).trim());
  if (events.pop() !== '[DONE]') return false;
  const chunks = events.map(parseObject);
  if (chunks.some((chunk) => chunk === undefined || hasError(chunk))) return false;
  const choices = chunks.flatMap((chunk) => (chunk === undefined ? [] : choicesOf(chunk)));
  const reasons = choices.map(finishOf).filter((reason) => reason !== null);
  return (
    reasons.length > 0 &&
    reasons.every((reason) => reason === 'stop') &&
    choices.some((choice) => says(choice, 'delta')) &&
    !choices.some((choice) => callsTool(choice, 'delta'))
  );
};

const finishOf = (choice: object): unknown => ('finish_reason' in choice ? choice.finish_reason : null) ?? null;

const hasError = (answer: object): boolean => 'error' in answer && isObject(answer.error);

const choicesOf = (answer: object): readonly object[] =>
  'choices' in answer && Array.isArray(answer.choices) ? answer.choices.filter(isObject) : [];

const partOf = (choice: object, part: 'message' | 'delta'): object => {
  const members: Readonly<Record<string, unknown>> = { ...choice };
  const value = members[part];
  return isObject(value) ? value : {};
};

const says = (choice: object, part: 'message' | 'delta'): boolean => {
  const said = partOf(choice, part);
  return 'content' in said && ((typeof said.content === 'string' && said.content !== '') || hasItems(said.content));
};

const callsTool = (choice: object, part: 'message' | 'delta'): boolean => {
  const said = partOf(choice, part);
  return (
    ('tool_calls' in said && hasItems(said.tool_calls)) || ('function_call' in said && isObject(said.function_call))
  );
};
