/** How often one client, one user and one administrator may ask, counted over all replicas. */
import type { Reader } from './reader';
import type { VariableTable } from './variable';

export const LIMIT_VARIABLES = {
  CLIENT_RATE_PER_SECOND: {
    type: 'number',
    unit: 'requests a second',
    default: 5,
    minimum: 0,
    maximum: 1000000,
    description: 'Requests a second of one address, on average. 0: no such limit.',
  },
  CLIENT_BURST: {
    type: 'integer',
    unit: 'requests',
    default: 10,
    minimum: 1,
    maximum: 1000000,
    description: 'Requests of one address at once, before that average counts.',
  },
  CLIENT_PER_MINUTE: {
    type: 'integer',
    unit: 'requests',
    default: 60,
    minimum: 0,
    maximum: 100000000,
    description: 'Requests of one address in any minute. 0: no such limit.',
  },
  USER_PER_MINUTE: {
    type: 'integer',
    unit: 'requests',
    default: 10,
    minimum: 0,
    maximum: 100000000,
    description:
      'Requests of one user in any minute: a key, or the end user that a trusted key names. A key may have its own. 0: no such limit.',
  },
  USER_PER_HOUR: {
    type: 'integer',
    unit: 'requests',
    default: 100,
    minimum: 0,
    maximum: 100000000,
    description: 'The same in any hour. 0: no such limit.',
  },
  USER_PER_DAY: {
    type: 'integer',
    unit: 'requests',
    default: 500,
    minimum: 0,
    maximum: 100000000,
    description: 'The same in any 24 hours. 0: no such limit.',
  },
  ADMIN_PER_15_MINUTES: {
    type: 'integer',
    unit: 'requests',
    default: 100,
    minimum: 0,
    maximum: 100000000,
    description: 'Requests of one address to /api/* in any 15 minutes. 0: no such limit.',
  },
} as const satisfies VariableTable;

export const readLimits = (read: Reader) => ({
  clientRatePerSecond: read.number('CLIENT_RATE_PER_SECOND'),
  clientBurst: read.integer('CLIENT_BURST'),
  clientPerMinute: read.integer('CLIENT_PER_MINUTE'),
  userPerMinute: read.integer('USER_PER_MINUTE'),
  userPerHour: read.integer('USER_PER_HOUR'),
  userPerDay: read.integer('USER_PER_DAY'),
  adminPer15Minutes: read.integer('ADMIN_PER_15_MINUTES'),
});

/** What these variables say, checked. */
export type LimitsConfig = ReturnType<typeof readLimits>;
