/** The process that brings DATABASE_URL to the newest version, says what it did, and ends: see {@link EXIT_CODES}. */
import pino from 'pino';
import { systemClock } from '../clock';
import { EXIT_CODES, runMigrations } from './migration-run';

runMigrations({
  env: process.env,
  clock: systemClock,
  log: pino({ level: 'silent' }),
  say: (line) => process.stdout.write(`${line}\n`),
}).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exitCode = EXIT_CODES.failed;
  },
);
