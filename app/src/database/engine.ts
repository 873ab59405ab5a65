/** One of the two databases, open. */
import { Kysely, MysqlDialect, SqliteDialect } from 'kysely';
import type { DatabaseAddress, DatabaseKind, SqliteAddress } from './address';
import type { Deadline } from './deadline';
import { Mysql } from './mysql';
import type { Schema } from './schema';
import { openSqlite } from './sqlite';

/** What queries are made with. */
export type Queries = Kysely<Schema>;

export interface Engine {
  readonly kind: DatabaseKind;
  readonly size: { readonly used: number; readonly idle: number; readonly limit: number };
  /** The database for one query. What of it has not ended by then is cut off. */
  within(deadline: Deadline): Queries;
  close(): Promise<void>;
}

export interface EngineBounds {
  readonly connections: number;
  readonly connectMs: number;
}

/** @throws Error when SQLite's file cannot be opened */
export const openEngine = (address: DatabaseAddress, bounds: EngineBounds): Engine => {
  if (address.kind === 'sqlite') return sqliteEngine(address);
  const mysql = new Mysql(address, bounds);
  return {
    kind: 'mysql',
    get size() {
      return { ...mysql.size, limit: bounds.connections };
    },
    within: (deadline) => new Kysely<Schema>({ dialect: new MysqlDialect({ pool: mysql.within(deadline) }) }),
    close: () => mysql.close(),
  };
};

/** It has one connection, and its statements end by themselves: the deadline bounds the waiting alone. */
const sqliteEngine = ({ file }: SqliteAddress): Engine => {
  const database = openFile(file);
  const queries = new Kysely<Schema>({ dialect: new SqliteDialect({ database }) });
  return {
    kind: 'sqlite',
    size: { used: 0, idle: 1, limit: 1 },
    within: () => queries,
    close: () => {
      database.close();
      return Promise.resolve();
    },
  };
};

const openFile = (file: string): ReturnType<typeof openSqlite> => {
  try {
    return openSqlite(file);
  } catch (error) {
    const wayOut = 'give this user a folder that it may write to, or set DATABASE_URL to another';
    throw new Error(`the database sqlite:${file} cannot be opened; ${wayOut}`, { cause: error });
  }
};
