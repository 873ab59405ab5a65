/** The admin key of a service that was given none. */
import { randomBytes } from 'node:crypto';
import type { Environment } from './config';

const PREFIX = 'bgk-';
const KEY_BYTES = 24;

/**
 * A new admin key for an environment that has none and needs none; `undefined` where it has one, or is production.
 * Whoever starts the service puts it into ADMIN_API_KEY, so that all its processes have the same.
 */
export const madeUpAdminKey = ({
  ADMIN_API_KEY: given = '',
  ADMIN_API_KEY_FILE: file = '',
  NODE_ENV: environment,
}: Environment): string | undefined =>
  given !== '' || file !== '' || environment === 'production'
    ? undefined
    : `${PREFIX}${randomBytes(KEY_BYTES).toString('base64url')}`;
