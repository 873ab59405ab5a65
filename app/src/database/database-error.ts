/** What can go wrong with the database, in a few classes. What a driver says is left out where it could quote a row. */

/**
 * - `connection`: not there, or gone, or it refuses this user
 * - `timeout`: not within the time that the query had
 * - `locked`: somebody else writes; worth another try
 * - `duplicate`: a row with this key is there
 * - `data`: this row can never be taken
 * - `schema`: a table or column is missing
 * - `other`
 */
export type DatabaseErrorClass = 'connection' | 'timeout' | 'locked' | 'duplicate' | 'data' | 'schema' | 'other';

export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  readonly class: DatabaseErrorClass;
  /** The driver's. */
  readonly code: string;

  constructor(op: string, { class: errorClass, code }: Pick<DatabaseError, 'class' | 'code'>, cause?: unknown) {
    super(`the database failed at ${op}: ${errorClass} (${code})`, cause === undefined ? {} : { cause });
    this.class = errorClass;
    this.code = code;
  }
}

/** Codes of mysql2, MySQL, MariaDB and SQLite, by what they begin with. The first that fits is the class. */
const CLASSES: readonly (readonly [prefix: string, errorClass: DatabaseErrorClass])[] = [
  ['GATEWAY_TIMEOUT', 'timeout'],
  ['ER_QUERY_TIMEOUT', 'timeout'],
  ['ER_STATEMENT_TIMEOUT', 'timeout'],
  ['SQLITE_BUSY', 'locked'],
  ['SQLITE_LOCKED', 'locked'],
  ['ER_LOCK_', 'locked'],
  ['ER_CHECKREAD', 'locked'],
  ['ER_DUP_ENTRY', 'duplicate'],
  ['SQLITE_CONSTRAINT_PRIMARYKEY', 'duplicate'],
  ['SQLITE_CONSTRAINT_UNIQUE', 'duplicate'],
  ['SQLITE_CONSTRAINT', 'data'],
  ['SQLITE_MISMATCH', 'data'],
  ['SQLITE_TOOBIG', 'data'],
  ['ER_DATA_', 'data'],
  ['ER_TRUNCATED_WRONG_VALUE', 'data'],
  ['ER_BAD_NULL_ERROR', 'data'],
  ['ER_WARN_DATA_OUT_OF_RANGE', 'data'],
  ['ER_NO_SUCH_TABLE', 'schema'],
  ['ER_BAD_FIELD_ERROR', 'schema'],
  ['ER_CON_COUNT_ERROR', 'connection'],
  ['ER_TOO_MANY_USER_CONNECTIONS', 'connection'],
  ['ER_USER_LIMIT_REACHED', 'connection'],
  ['ER_SERVER_SHUTDOWN', 'connection'],
  ['ER_CONNECTION_KILLED', 'connection'],
  ['ER_NORMAL_SHUTDOWN', 'connection'],
  ['ER_HOST_', 'connection'],
  ['ER_ACCESS_DENIED', 'connection'],
  ['ER_DBACCESS_DENIED', 'connection'],
  ['ER_BAD_DB_ERROR', 'connection'],
  ['ER_OPTION_PREVENTS_STATEMENT', 'connection'],
  ['ER_READ_ONLY_MODE', 'connection'],
  ['HANDSHAKE_', 'connection'],
  ['PROTOCOL_', 'connection'],
  ['ERR_TLS_', 'connection'],
  ['ERR_SSL_', 'connection'],
  ['UNABLE_TO_', 'connection'],
  ['SELF_SIGNED_', 'connection'],
  ['DEPTH_ZERO_', 'connection'],
  ['CERT_', 'connection'],
  ['ECONN', 'connection'],
  ['EAI_', 'connection'],
  ['ENOTFOUND', 'connection'],
  ['EPIPE', 'connection'],
  ['EHOST', 'connection'],
  ['ENET', 'connection'],
  ['ETIMEDOUT', 'connection'],
  ['SQLITE_CANTOPEN', 'connection'],
  ['SQLITE_IOERR', 'connection'],
  ['SQLITE_FULL', 'connection'],
  ['SQLITE_READONLY', 'connection'],
];

/** SQLite has one code for many faults; this is how it says that a table or column is missing. */
const SQLITE_SCHEMA = /^no such (table|column)/;

/** Any error of a driver, as one of ours. */
export const asDatabaseError = (op: string, error: unknown): DatabaseError => {
  if (error instanceof DatabaseError) return error;
  const code = codeOf(error);
  const errorClass = classOf(code, error);
  // Only these name tables and columns, and no values, users or addresses.
  const quotable = errorClass === 'other' || errorClass === 'schema';
  return new DatabaseError(op, { class: errorClass, code }, quotable ? error : undefined);
};

const codeOf = (error: unknown): string => {
  if (typeof error !== 'object' || error === null) return typeof error;
  if ('code' in error && typeof error.code === 'string' && error.code !== '') return error.code;
  // mysql2, for commands on a connection that has just ended.
  if ('fatal' in error && error.fatal === true) return 'PROTOCOL_CONNECTION_LOST';
  return 'name' in error && typeof error.name === 'string' ? error.name : 'unknown';
};

const classOf = (code: string, error: unknown): DatabaseErrorClass => {
  const found = CLASSES.find(([prefix]) => code.startsWith(prefix));
  if (found !== undefined) return found[1];
  return error instanceof Error && SQLITE_SCHEMA.test(error.message) ? 'schema' : 'other';
};
