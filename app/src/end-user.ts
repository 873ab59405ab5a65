/** The person behind a request, where the key that asks is trusted to name one. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from './caller';
import { membersOf } from './chat';
import { END_USER_HEADER } from './headers';

/** Longest name that is taken, in characters. A longer one is cut: it only has to tell people apart. */
const NAME_MAX = 256;

/** `undefined` when none is named, or the key has not the permission to. */
export const endUserOf = (
  headers: IncomingHttpHeaders,
  body: unknown,
  { permissions }: Pick<Caller, 'permissions'>,
): string | undefined => {
  if (!permissions.has('end-users')) return undefined;
  const named = headers[END_USER_HEADER] ?? membersOf(body).user;
  return typeof named === 'string' && named !== '' ? named.slice(0, NAME_MAX) : undefined;
};
