/** Who asks, as far as the service knows: what the key allows, and the user that it names. */
import { PermissionError } from './errors';
import type { Priority } from './quota/priority';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by `plugins/authentication.ts`; `undefined` on routes that need no key. */
    caller: Caller | undefined;
  }
}

/**
 * - `inference`: `/v1/*`
 * - `admin`: `/api/*`
 * - `end-users`: names its end user in the member `user` or the header `x-end-user`, and is limited by that
 * - `priority`: asks for a higher priority than its own, by the header `x-priority`
 */
export type Permission = 'inference' | 'admin' | 'end-users' | 'priority';

export const PERMISSIONS: readonly Permission[] = ['inference', 'admin', 'end-users', 'priority'];

/** The id in logs and books of what the gateway asks by itself, for no key. */
export const SYSTEM_KEY_ID = 'system';

export interface Caller {
  /** Of the key; never the key itself. */
  readonly keyId: string;
  readonly name: string;
  readonly permissions: ReadonlySet<Permission>;
  /** The models that it may use; absent: every one. */
  readonly models: ReadonlySet<string> | undefined;
  /** What it may spend in a day (UTC+8), in the currency of the price table; absent: no bound of its own. */
  readonly dailyBudget: number | undefined;
  /** Its own limits, in place of USER_PER_MINUTE, USER_PER_HOUR and USER_PER_DAY. */
  readonly limits: {
    readonly perMinute?: number | undefined;
    readonly perHour?: number | undefined;
    readonly perDay?: number | undefined;
  };
  readonly priority: Priority;
}

/** @throws PermissionError when the key's list of models has not this one */
export const checkModel = ({ models }: Caller, model: string): void => {
  if (models === undefined || models.has(model)) return;
  const message = `this key may not use the model ${model}; use one of ${[...models].join(', ')}, or have it added`;
  throw new PermissionError(message, { code: 'model_not_allowed', param: 'model' });
};
