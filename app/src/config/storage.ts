/** Redis, the database, and how usage gets there. */
import type { AddressForm, Reader } from './reader';
import type { VariableTable } from './variable';

export const STORAGE_VARIABLES = {
  REDIS_URL: {
    type: 'string',
    secret: true,
    description:
      '`redis://` or `rediss://` with user and password. Without it limits and cache are those of this machine alone.',
  },
  REDIS_COMMAND_TIMEOUT_MS: {
    type: 'integer',
    unit: 'ms',
    default: 75,
    minimum: 5,
    maximum: 500,
    description:
      'Longest wait for one command. After that the request goes on without Redis; so every request may wait so long, a few times.',
  },
  REDIS_RETRY_MS: {
    type: 'integer',
    unit: 'ms',
    default: 1000,
    minimum: 50,
    maximum: 60000,
    description: 'How often a Redis that was lost is tried again.',
  },
  DATABASE_URL: {
    type: 'string',
    secret: true,
    description: '`mysql://…`, `sqlite:<file>` or `sqlite::memory:`. Without it: sqlite:.data/gateway.db',
  },
  DATABASE_POOL: {
    type: 'integer',
    unit: 'connections',
    default: 10,
    minimum: 1,
    maximum: 1000,
    description: 'Most connections to MySQL of this process; see also the database’s own limit.',
  },
  DATABASE_TIMEOUT_MS: {
    type: 'integer',
    unit: 'ms',
    default: 2000,
    minimum: 10,
    maximum: 60000,
    description: 'Longest wait for one query that a request needs, a connection included.',
  },
  DATABASE_WAIT_MS: {
    type: 'integer',
    unit: 'ms',
    default: 120000,
    minimum: 0,
    maximum: 3600000,
    description: 'How long `database/migrate.ts` waits for a database that is not there yet.',
  },
  JOURNAL_DIRECTORY: {
    type: 'string',
    format: 'path',
    default: '.data/journal',
    description:
      'Folder in which usage is written down before the database has it. What a crash leaves there is read at the next start.',
  },
  LEDGER_FLUSH_MS: {
    type: 'integer',
    unit: 'ms',
    default: 1000,
    minimum: 10,
    maximum: 60000,
    description: 'How often usage goes to the database.',
  },
  LEDGER_BATCH: {
    type: 'integer',
    unit: 'rows',
    default: 500,
    minimum: 1,
    maximum: 10000,
    description: 'Rows after which it goes at once.',
  },
  LEDGER_DAYS: {
    type: 'integer',
    unit: 'days',
    default: 400,
    minimum: 1,
    maximum: 3660,
    description: 'How long usage is kept.',
  },
} as const satisfies VariableTable;

const canDecode = (text: string): boolean => {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
};

const REDIS_FORM: AddressForm = {
  words:
    'redis://user:password@host:6379/0, or rediss:// for TLS; write it so, with what is special in the password percent-encoded',
  is: (address) => {
    if (!URL.canParse(address)) return false;
    const { protocol, hostname, pathname, username, password } = new URL(address);
    const database = /^\/?\d{0,3}$/.test(pathname);
    return /^rediss?:$/.test(protocol) && hostname !== '' && database && canDecode(username) && canDecode(password);
  },
};

const DATABASE_FORM: AddressForm = {
  words: 'mysql://user:password@host:3306/name, sqlite:<file> or sqlite::memory:; write it so',
  is: (address) => /^(mysql:\/\/|sqlite:)./.test(address),
};

export const readStorage = (read: Reader) => ({
  redisUrl: read.address('REDIS_URL', REDIS_FORM),
  redisCommandTimeoutMs: read.integer('REDIS_COMMAND_TIMEOUT_MS'),
  redisRetryMs: read.integer('REDIS_RETRY_MS'),
  databaseUrl: read.address('DATABASE_URL', DATABASE_FORM),
  databasePool: read.integer('DATABASE_POOL'),
  databaseTimeoutMs: read.integer('DATABASE_TIMEOUT_MS'),
  databaseWaitMs: read.integer('DATABASE_WAIT_MS'),
  journalDirectory: read.text('JOURNAL_DIRECTORY'),
  ledgerFlushMs: read.integer('LEDGER_FLUSH_MS'),
  ledgerBatch: read.integer('LEDGER_BATCH'),
  ledgerDays: read.integer('LEDGER_DAYS'),
});

/** What these variables say, checked. */
export type StorageConfig = ReturnType<typeof readStorage>;
