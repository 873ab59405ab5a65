/**
 * A secret out of a file: `DATABASE_URL_FILE=/run/secrets/database-url` in place of `DATABASE_URL`. A file is not in a
 * process listing, is not handed on to child processes, and a mounted one is the present value at every start.
 */
import { readFileSync } from 'node:fs';
import { isNativeError } from 'node:util/types';

/** The variable that names the file of a secret. */
export const fileVariable = <N extends string>(name: N): `${N}_FILE` => `${name}_FILE`;

/** What a file holds, or why it cannot be had. Nothing of its content is in the problem. */
export type SecretFile = { readonly text: string } | { readonly problem: string };

/** The content of a file without line breaks at its end, which editors and `echo` put there. */
export const readSecretFile = (file: string): SecretFile => {
  try {
    const text = readFileSync(file, 'utf8').replace(/[\r\n]+$/, '');
    return text === '' ? { problem: 'is empty' } : { text };
  } catch (error) {
    const code = isNativeError(error) && 'code' in error ? String(error.code) : 'unreadable';
    return { problem: `cannot be read (${code})` };
  }
};
