/**
 * A process that records usage as fast as it can, and says each number when `record` has returned, until it is killed.
 * Environment: DATABASE_URL, JOURNAL_DIRECTORY, FIRST (number).
 */
import { writeSync } from 'node:fs';
import pino from 'pino';
import { randomId, systemClock } from '../src/clock';
import { createDatabase } from '../src/database/database';
import { createLedger } from '../src/ledger/ledger';
import { createMetrics } from '../src/metrics';
import { Secret } from '../src/secret';
import { usage } from './usage';

const TICK_MS = 5;
const ROWS_A_TICK = 20;

const { DATABASE_URL = '', JOURNAL_DIRECTORY = '', FIRST = '1' } = process.env;
const common = { clock: systemClock, log: pino({ level: 'silent' }), metrics: createMetrics() };
const database = createDatabase({ ...common, url: new Secret(DATABASE_URL), pool: 2, timeoutMs: 1_000 });
const ledger = createLedger({
  ...common,
  database,
  newId: randomId,
  journalDirectory: JOURNAL_DIRECTORY,
  flushMs: 50,
  batch: 100,
  days: 400,
});

let number = Number(FIRST);
setInterval(() => {
  for (let count = 0; count < ROWS_A_TICK; count += 1) {
    ledger.record(usage(number));
    // At once, and not by a stream, which a kill would cut.
    writeSync(1, `${number}\n`);
    number += 1;
  }
}, TICK_MS);
