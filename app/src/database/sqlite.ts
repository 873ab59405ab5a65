/**
 * SQLite by libsql, in the form that Kysely wants. It is synchronous: a statement stops the process while it runs.
 *
 * libsql does not reset a prepared statement that has met a lock. The statement goes on to be in progress, and whatever
 * is written behind it is reported as done and never committed. So no prepared statement here ever has to wait for a
 * lock: the right to write is taken by `exec`, which leaves nothing behind, and after a lock that a reader meets all the
 * same the connection is given up for a new one.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { isAnyArrayBuffer } from 'node:util/types';
import type { SqliteDatabase, SqliteStatement } from 'kysely';
import Libsql from 'libsql';
import { LRUCache } from 'lru-cache';
import { isInMemory } from './address';

/** How long a statement may stop the whole process because another process writes. After that it is tried again later. */
const BUSY_MS = 20;
/** The same at the start, when others may be making the file. */
const OPENING_MS = 5_000;
/** Prepared statements that are kept. A list of values has one for each length. */
const STATEMENTS = 200;

const BEGIN = 'begin immediate';
/** Statements that begin or end a transaction. */
const BOUNDARY = /^\s*(begin|commit|rollback)\b(?!\s+to\b)/i;
const WRITES = /^\s*(insert|update|delete|replace)\b/i;

/**
 * Opens a file, and makes it and its folder when they are not there.
 * @throws Error by the operating system or by SQLite
 */
export const openSqlite = (file: string): SqliteDatabase => {
  if (!isInMemory(file)) mkdirSync(dirname(file), { recursive: true });
  return new Connection(file);
};

class Connection implements SqliteDatabase {
  readonly #statements = new LRUCache<string, Libsql.Statement>({ max: STATEMENTS });
  #database: Libsql.Database;

  constructor(private readonly file: string) {
    this.#database = connect(file);
  }

  prepare(sql: string): SqliteStatement {
    // A transaction that reads first and writes later would fail where another process wrote in between; one that
    // takes the right to write at once waits for it.
    if (BOUNDARY.test(sql)) return this.#boundary(/^\s*begin/i.test(sql) ? BEGIN : sql);
    const statement = this.#statements.get(sql) ?? this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    const writes = !statement.reader || WRITES.test(sql);
    return {
      reader: statement.reader,
      all: (parameters) => this.#run(writes, () => statement.all(bound(parameters)).map(restored)),
      run: (parameters) => this.#run(writes, () => statement.run(bound(parameters))),
      iterate: () => {
        throw new Error('rows of SQLite are read at once; use execute() in place of stream()');
      },
    };
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  #boundary(sql: string): SqliteStatement {
    const run = (): { changes: number; lastInsertRowid: number } => {
      this.#database.exec(sql);
      return { changes: 0, lastInsertRowid: 0 };
    };
    return { reader: false, run, all: () => [], iterate: () => [][Symbol.iterator]() };
  }

  #run<T>(writes: boolean, work: () => T): T {
    if (!writes || this.#database.inTransaction) return this.#work(work);
    this.#database.exec(BEGIN);
    try {
      const result = this.#work(work);
      this.#database.exec('commit');
      return result;
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  /** Unless SQLite has done so by itself, as it does for some errors. */
  #rollBack(): void {
    if (this.#database.inTransaction) this.#database.exec('rollback');
  }

  #work<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      // A database in memory is this connection's alone.
      if (isLocked(error) && !isInMemory(this.file)) this.#renew();
      throw error;
    }
  }

  #renew(): void {
    this.close();
    this.#database = connect(this.file);
  }
}

const connect = (file: string): Libsql.Database => {
  const database = new Libsql(file, { timeout: OPENING_MS });
  // Readers do not wait for the writer, nor it for them; a commit is safe from a crash of the process.
  database.exec('pragma journal_mode = wal');
  database.exec('pragma synchronous = normal');
  database.exec('pragma foreign_keys = on');
  database.exec(`pragma busy_timeout = ${BUSY_MS}`);
  return database;
};

const isLocked = (error: unknown): boolean =>
  error instanceof Libsql.SqliteError && error.code.startsWith('SQLITE_BUSY');

/** libsql ends the process at a value that it does not know, a boolean for one; here it is an error. */
const bound = (parameters: readonly unknown[]): unknown[] =>
  parameters.map((value) => {
    if (value === null || Buffer.isBuffer(value)) return value;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return value;
    throw new TypeError(`a ${typeof value} cannot be stored; give null, a string, a number, a bigint or a Buffer`);
  });

/** Blobs come as an ArrayBuffer; everywhere else they are a Buffer. */
const restored = (row: unknown): unknown => {
  if (typeof row !== 'object' || row === null) return row;
  if (!Object.values(row).some((value) => isAnyArrayBuffer(value))) return row;
  const entries: [string, unknown][] = Object.entries(row);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, isAnyArrayBuffer(value) ? Buffer.from(value) : value]),
  );
};
