/** The database, and the ledger in front of it. */
import type { MetricFactory, MetricTable } from './metric';

/** 0.5 ms to 30 s: from a row of SQLite to a batch for a database that is busy. */
const QUERY_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;

export const DATABASE_METRICS = {
  databaseUp: {
    name: 'gateway_db_up',
    type: 'gauge',
    help: '1 while the database answers and has the tables that this version needs.',
    labels: [],
    aggregator: 'min',
  },
  databaseQueryDuration: {
    name: 'gateway_db_query_seconds',
    type: 'histogram',
    help: 'Time of one query or transaction, a wait for a connection included.',
    labels: ['op'],
    buckets: QUERY_BUCKETS,
  },
  databaseErrors: {
    name: 'gateway_db_errors_total',
    type: 'counter',
    help: 'Queries that failed: connection, timeout, locked, duplicate, data, other.',
    labels: ['class'],
  },
  databasePoolConnections: {
    name: 'gateway_db_pool_connections',
    type: 'gauge',
    help: 'Connections to the database: used ones, idle ones, and the most there may be (limit).',
    labels: ['state'],
  },
  ledgerPending: {
    name: 'gateway_ledger_pending',
    type: 'gauge',
    help: 'Requests whose usage is not in the database yet.',
    labels: [],
  },
  ledgerWritten: {
    name: 'gateway_ledger_written_total',
    type: 'counter',
    help: 'Requests whose usage went to the database.',
    labels: [],
  },
  ledgerFailures: {
    name: 'gateway_ledger_failures_total',
    type: 'counter',
    help:
      'What went wrong: database (batch to be tried again), journal (disk refuses), damaged (line that cannot be read), ' +
      'refused (row that the database does not take), logged (nowhere but in the log).',
    labels: ['reason'],
  },
  ledgerJournalBytes: {
    name: 'gateway_ledger_journal_bytes',
    type: 'gauge',
    help: 'Journal that is not in the database yet.',
    labels: [],
  },
} as const satisfies MetricTable;

export const createDatabaseMetrics = (make: MetricFactory) =>
  ({
    databaseUp: make.gauge(DATABASE_METRICS.databaseUp),
    databaseQueryDuration: make.histogram(DATABASE_METRICS.databaseQueryDuration),
    databaseErrors: make.counter(DATABASE_METRICS.databaseErrors),
    databasePoolConnections: make.gauge(DATABASE_METRICS.databasePoolConnections),
    ledgerPending: make.gauge(DATABASE_METRICS.ledgerPending),
    ledgerWritten: make.counter(DATABASE_METRICS.ledgerWritten),
    ledgerFailures: make.counter(DATABASE_METRICS.ledgerFailures),
    ledgerJournalBytes: make.gauge(DATABASE_METRICS.ledgerJournalBytes),
  }) satisfies Record<keyof typeof DATABASE_METRICS, unknown>;
