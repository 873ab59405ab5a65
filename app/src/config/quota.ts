/** What the account may use of each model, and who waits when it is used up. */
import type { Reader } from './reader';
import type { VariableTable } from './variable';

export const QUOTA_VARIABLES = {
  QUOTA_FILE: {
    type: 'string',
    format: 'path',
    default: '',
    description:
      'JSON file with the account’s own limits by model, laid over the table of `quota/model-quotas.ts`; read again when it changes. Empty: none.',
  },
  QUEUE_PLACES: {
    type: 'integer',
    unit: 'requests',
    default: 100,
    minimum: 0,
    maximum: 100000,
    description: 'Requests that may wait for quota. One more is answered 503 with Retry-After. 0: nobody waits.',
  },
  QUEUE_TIMEOUT_MS: {
    type: 'integer',
    unit: 'ms',
    default: 30000,
    minimum: 1,
    maximum: 600000,
    description: 'How long a request may wait for quota.',
  },
} as const satisfies VariableTable;

export const readQuota = (read: Reader) => ({
  quotaFile: read.text('QUOTA_FILE'),
  queuePlaces: read.integer('QUEUE_PLACES'),
  queueTimeoutMs: read.integer('QUEUE_TIMEOUT_MS'),
});

/** What these variables say, checked. */
export type QuotaConfig = ReturnType<typeof readQuota>;
