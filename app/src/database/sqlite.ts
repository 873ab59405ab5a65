/** SQLite by libsql, in the form that Kysely wants. It is synchronous: a statement stops the process while it runs. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { isAnyArrayBuffer } from 'node:util/types';
import type { SqliteDatabase, SqliteStatement } from 'kysely';
import Libsql from 'libsql';
import { LRUCache } from 'lru-cache';

/** How long a statement may stop the whole process because another process writes. After that it is tried again later. */
const BUSY_MS = 20;
/** Prepared statements that are kept. A list of values has one for each length. */
const STATEMENTS = 200;

/**
 * Opens a file, and makes it and its folder when they are not there.
 * @throws Error by the operating system or by SQLite
 */
export const openSqlite = (file: string): SqliteDatabase => {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
  const database = new Libsql(file, { timeout: BUSY_MS });
  // Readers do not wait for the writer, nor it for them; a commit is safe from a crash of the process.
  database.exec('pragma journal_mode = wal');
  database.exec('pragma synchronous = normal');
  database.exec('pragma foreign_keys = on');
  const statements = new LRUCache<string, SqliteStatement>({ max: STATEMENTS });
  return {
    prepare: (sql) => {
      const known = statements.get(sql);
      if (known !== undefined) return known;
      // A transaction that reads first and writes later would fail where another process wrote in between; one that
      // takes the right to write at once waits for it.
      const statement = adapted(database.prepare(sql === 'begin' ? 'begin immediate' : sql));
      statements.set(sql, statement);
      return statement;
    },
    close: () => {
      statements.clear();
      database.close();
    },
  };
};

const adapted = (statement: Libsql.Statement): SqliteStatement => ({
  reader: statement.reader,
  all: (parameters) => statement.all(bound(parameters)).map(restored),
  run: (parameters) => statement.run(bound(parameters)),
  iterate: () => {
    throw new Error('rows of SQLite are read at once; use execute() in place of stream()');
  },
});

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
