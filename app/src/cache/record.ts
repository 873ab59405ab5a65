/** An entry as bytes: the length of what is said of it, that as JSON, and the body as it is. */
import { parseObject } from '../chat';
import type { Usage } from '../chat';
import type { CacheEntry } from './level';

const LENGTH_BYTES = 4;
/** Says how the rest is written. Another version of this program takes what it does not know for a miss. */
const FORMAT = 1;

export const encodeEntry = ({ group, answer, cost, freshUntil }: CacheEntry): Buffer => {
  const { body, ...about } = answer;
  const head = Buffer.from(JSON.stringify({ format: FORMAT, group, answer: about, cost, freshUntil }));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(head.length);
  return Buffer.concat([length, head, body]);
};

/** `undefined` when the bytes are no entry of this format. */
export const decodeEntry = (key: string, bytes: Buffer): CacheEntry | undefined => {
  if (bytes.length < LENGTH_BYTES) return undefined;
  const start = LENGTH_BYTES + bytes.readUInt32BE(0);
  const head = parseObject(bytes.toString('utf8', LENGTH_BYTES, start));
  if (head === undefined || !isHead(head)) return undefined;
  const { group, answer, cost, freshUntil } = head;
  const { kind, model, storedAt, usage } = answer;
  return { key, group, cost, freshUntil, answer: { kind, model, storedAt, usage, body: bytes.subarray(start) } };
};

/** The usage that a level wrote down. */
export const readUsage = (text: string | null): Usage | undefined => {
  const usage = text === null ? undefined : parseObject(text);
  return usage !== undefined && isUsage(usage) ? usage : undefined;
};

type Head = Pick<CacheEntry, 'group' | 'cost' | 'freshUntil'> & {
  readonly answer: Omit<CacheEntry['answer'], 'body' | 'usage'> & { readonly usage?: Usage };
};

const isHead = (head: object): head is Head =>
  has(head, 'format', (value) => value === FORMAT) &&
  has(head, 'cost', isNumber) &&
  has(head, 'freshUntil', isNumber) &&
  has(head, 'group', (group) => isObject(group) && GROUP.every((name) => has(group, name, isText))) &&
  has(head, 'answer', (answer) => isObject(answer) && isAnswer(answer));

const GROUP = ['tenant', 'operation', 'model'] as const;

const isAnswer = (answer: object): boolean =>
  has(answer, 'kind', (kind) => kind === 'json' || kind === 'stream') &&
  has(answer, 'model', isText) &&
  has(answer, 'storedAt', isNumber) &&
  (!('usage' in answer) || (isObject(answer.usage) && isUsage(answer.usage)));

const isUsage = (usage: object): usage is Usage =>
  has(usage, 'inputTokens', isNumber) && has(usage, 'outputTokens', isNumber);

const has = (object: object, name: string, is: (value: unknown) => boolean): boolean => {
  const members: Readonly<Record<string, unknown>> = { ...object };
  return is(members[name]);
};

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const isText = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number';
