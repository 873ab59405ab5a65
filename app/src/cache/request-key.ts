/**
 * The name under which an answer is kept: SHA-256 over the tenant, the operation and everything in the body that can
 * change the answer, whatever the order in which a client writes its members. System prompts, tools and members that
 * this gateway does not know all count.
 *
 * Left out, since they cannot change the answer:
 * - `user`, `safety_identifier`: name who asks, for the upstream's abuse detection. Within one key's requests they
 *   share: the tenant is the boundary.
 * - `prompt_cache_key`: tells the upstream where it may have the prompt's beginning, which is a matter of price.
 * - `stream_options.include_usage`: answers are kept with their usage, and given without it to whom did not ask.
 * - `stream`: false, null and absent are one. `true` is another, as its bytes are.
 */
import { hash } from 'node:crypto';
import type { CacheCall } from './answer-cache';

const LEFT_OUT: ReadonlySet<string> = new Set(['user', 'safety_identifier', 'prompt_cache_key', 'stream']);

/** Deepest nesting that is followed: JSON Schemas of structured answers stay far below. */
const DEPTH_MAX = 64;

export interface RequestKey {
  /** SHA-256, in hexadecimal. */
  readonly key: string;
  /** Characters of what was hashed: about those of the request. */
  readonly length: number;
}

/** `undefined` for a body that is nested too deep to be followed. */
export const requestKeyOf = ({ tenant, operation, body }: CacheCall): RequestKey | undefined => {
  const text = textOfBody(body);
  if (text === undefined) return undefined;
  const whole = `${textOf(tenant)}${textOf(operation)}${text}`;
  return { key: sha256(whole), length: whole.length };
};

/** Half a surrogate pair has no UTF-8: every such text would become the same. Pairs are exact in both encodings. */
const SURROGATE = /[\ud800-\udfff]/;

const sha256 = (text: string): string =>
  hash('sha256', SURROGATE.test(text) ? Buffer.from(text, 'utf16le') : text, 'hex');

const textOfBody = (body: CacheCall['body']): string | undefined => {
  let text = body.stream === true ? 'stream' : '';
  for (const name of sorted(Object.keys(body))) {
    const value = name === 'stream_options' ? streamOptionsOf(body) : body[name];
    if (LEFT_OUT.has(name) || value === undefined) continue;
    const written = write(value, 0);
    if (written === undefined) return undefined;
    text += textOf(name) + written;
  }
  return text;
};

/** The options of a stream that may change its bytes, if any. */
const streamOptionsOf = ({ stream, stream_options: options }: CacheCall['body']): object | undefined => {
  if (stream !== true || typeof options !== 'object' || options === null) return undefined;
  const counting = Object.entries(options).filter(([name]) => name !== 'include_usage');
  return counting.length > 0 ? Object.fromEntries(counting) : undefined;
};

/**
 * A value as a text that no other value has: each part begins with its kind and its length. Cheaper than JSON, as
 * strings need not be searched for what must be escaped.
 */
const write = (value: unknown, depth: number): string | undefined => {
  if (typeof value === 'string') return textOf(value);
  if (typeof value !== 'object' || value === null) return `#${String(value)};`;
  if (depth > DEPTH_MAX) return undefined;
  if (Array.isArray(value)) return writeList(value, depth);
  return isMembers(value) ? writeObject(value, depth) : undefined;
};

type Members = Readonly<Record<string, unknown>>;

const isMembers = (value: object): value is Members => !Array.isArray(value);

const textOf = (text: string): string => `"${text.length}:${text}`;

const writeList = (values: readonly unknown[], depth: number): string | undefined => {
  let text = `[${values.length}:`;
  for (const value of values) {
    const part = write(value, depth + 1);
    if (part === undefined) return undefined;
    text += part;
  }
  return text;
};

const writeObject = (members: Members, depth: number): string | undefined => {
  const names = sorted(Object.keys(members));
  let text = `{${names.length}:`;
  for (const name of names) {
    const part = write(members[name], depth + 1);
    if (part === undefined) return undefined;
    text += textOf(name) + part;
  }
  return text;
};

/** Most objects of a request have two members. */
const sorted = (names: string[]): string[] => {
  const [first, second] = names;
  if (names.length !== 2 || first === undefined || second === undefined) return names.sort();
  return first < second ? names : [second, first];
};
