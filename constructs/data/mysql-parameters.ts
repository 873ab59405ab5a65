/**
 * The engine parameters that we set, each with its bounds and why: a typed table, so that a misspelt name or a value
 * that the engine refuses is found when the code is compiled or synthesized, not 20 minutes into an apply.
 *
 * Values are written as RDS returns them; written otherwise (`1` for `ON`) they would differ on every plan.
 * Only parameters that take effect without a restart are here: the provider refuses the others unless told to restart
 * the database in the same apply. Others go in by `overrides`, with `forceRestart`.
 * Source: "Parameters" of the RDS for MySQL documentation, and ModifyParameters in the provider's source.
 */
interface MysqlParameterRule {
  readonly default: string;
  /** What RDS takes. */
  readonly accepts: RegExp;
  /** For messages: the same in words. */
  readonly range: string;
}

export const MYSQL_PARAMETERS = {
  /** Statements slower than this many seconds are in the slow query log. The gateway's own take milliseconds. */
  long_query_time: { default: '1', accepts: /^(0\.0[3-9]|0\.[1-9]\d*|[1-9]|10)$/, range: '0.03 to 10 seconds' },
  /** Seconds that a connection may idle before the server closes it; longer than the gateway's pool keeps one. */
  wait_timeout: { default: '7200', accepts: /^([1-9]\d{1,4})$/, range: '10 to 99999 seconds' },
  /** Seconds that a statement waits for a row lock. A short wait surfaces contention before the request times out. */
  innodb_lock_wait_timeout: { default: '10', accepts: /^([1-9]\d{0,2})$/, range: '1 to 999 seconds' },
  /** Seconds that a schema change waits for a metadata lock, so that a migration gives up before it blocks traffic. */
  lock_wait_timeout: { default: '60', accepts: /^([1-9]\d{0,4})$/, range: '1 to 99999 seconds' },
  /** Every deadlock in the error log, not only the last. */
  innodb_print_all_deadlocks: { default: 'ON', accepts: /^(ON|OFF)$/, range: 'ON or OFF' },
  /** Commits are on disk before they are acknowledged: the usage ledger must not lose one. */
  innodb_flush_log_at_trx_commit: { default: '1', accepts: /^[012]$/, range: '0, 1 or 2' },
  /** The same for the binary log, which the standby and point-in-time restore read. */
  sync_binlog: { default: '1', accepts: /^(\d{1,4})$/, range: '0 to 9999' },
  /** Clients may not have the server read their files. */
  local_infile: { default: 'OFF', accepts: /^(ON|OFF)$/, range: 'ON or OFF' },
} as const satisfies Record<string, MysqlParameterRule>;

export type MysqlParameterName = keyof typeof MYSQL_PARAMETERS;
/** Value of each engine parameter, as RDS writes it. */
export type MysqlParameters = Readonly<Record<MysqlParameterName, string>>;

/**
 * The defaults with what is given laid over them, checked.
 * @throws when a value is outside what RDS takes; every fault is in the message
 */
export function mysqlParameters(given: Partial<MysqlParameters> = {}): { name: MysqlParameterName; value: string }[] {
  const parameters = (Object.keys(MYSQL_PARAMETERS) as MysqlParameterName[]).map((name) => ({
    name,
    value: given[name] ?? MYSQL_PARAMETERS[name].default,
  }));
  const faults = parameters
    .filter(({ name, value }) => !MYSQL_PARAMETERS[name].accepts.test(value))
    .map(
      ({ name, value }) => `mysql.parameters.${name} (${value}) must be ${MYSQL_PARAMETERS[name].range}; correct it`,
    );
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return parameters;
}
