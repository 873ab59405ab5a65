/**
 * Members that hold a secret or somebody's words are not written, wherever they turn up in the first levels of what is
 * logged. A line without any, which is every line, is looked through and left as it is.
 */
import { isNativeError } from 'node:util/types';
import { REDACTED } from '../secret';

const UNLOGGED: ReadonlySet<string> = new Set([
  'authorization',
  'apiKey',
  'api_key',
  'x-api-key',
  'cookie',
  'set-cookie',
  'password',
  'secret',
  'headers',
  'body',
  'messages',
  'content',
  'prompt',
  'input',
  'answer',
  'choices',
]);

/** Levels that are looked through. */
const DEPTH = 3;

type Members = Record<string, unknown>;

/** For members that a child log was given, through which no line is looked: of those, the first level. */
export const UNLOGGED_SERIALIZERS: Readonly<Record<string, () => string>> = Object.fromEntries(
  [...UNLOGGED].map((name) => [name, () => REDACTED]),
);

/** The same members, or a copy in which what is not to be read is replaced. */
export const withoutUnlogged = (members: Members): Members => clean(members, DEPTH);

const clean = (members: Members, depth: number): Members => {
  let copy: Members | undefined;
  for (const name of Object.keys(members)) {
    const value = members[name];
    const written = UNLOGGED.has(name) ? REDACTED : depth > 1 && isMembers(value) ? clean(value, depth - 1) : value;
    if (written !== value) (copy ??= { ...members })[name] = written;
  }
  return copy ?? members;
};

/** An error is described by the log itself, member by member; a list has no names, and its items are looked through. */
const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !isNativeError(value);
