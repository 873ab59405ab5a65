/**
 * What DATABASE_URL says. A fault names the part that is wrong, never its value: the whole holds a password.
 *
 * - `sqlite:<file>`, `sqlite::memory:`
 * - `mysql://user:password@host:3306/name`, with
 *   - `ssl=true`: TLS, the server's certificate and name checked against the machine's authorities
 *   - `ssl-ca=<file>`: TLS, checked against the authorities in a PEM file instead
 *   - `ssl-mode=required`: TLS without a check; anyone in between can read and change everything
 */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { SslOptions } from 'mysql2';
import type { Secret } from '../secret';

export type DatabaseKind = 'sqlite' | 'mysql';

export interface SqliteAddress {
  readonly kind: 'sqlite';
  /** A path, or `:memory:`. */
  readonly file: string;
}

export interface MysqlAddress {
  readonly kind: 'mysql';
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** Absent: clear text. */
  readonly ssl?: SslOptions;
}

export type DatabaseAddress = SqliteAddress | MysqlAddress;

/** Where the data is when nobody says. */
export const DEFAULT_DATABASE_URL = 'sqlite:.data/gateway.db';

const MYSQL_PORT = 3_306;
const PARAMETERS = ['ssl', 'ssl-ca', 'ssl-mode'];

/** The names by which SQLite keeps a database in memory alone. Source: SQLite, In-Memory Databases. */
const IN_MEMORY = /^(:memory:$|file::memory:|file:.*[?&]mode=memory(&|$))/;

/** Whether SQLite keeps this file in memory: one database for each process, gone with it. */
export const isInMemory = (file: string): boolean => IN_MEMORY.test(file);

/** @throws Error that says what is wrong with it, without quoting it */
export const readAddress = (url: Secret | undefined): DatabaseAddress => {
  const text = url?.reveal() ?? DEFAULT_DATABASE_URL;
  if (text.startsWith('sqlite:')) {
    const file = text.slice('sqlite:'.length);
    if (file === '') throw fault('names no file', 'write sqlite:<file>, or sqlite::memory:');
    return { kind: 'sqlite', file };
  }
  if (!URL.canParse(text)) {
    throw fault(`(${text.length} characters) is no URL`, 'write mysql://user:password@host:3306/name or sqlite:<file>');
  }
  const parsed = new URL(text);
  if (parsed.protocol !== 'mysql:') {
    throw fault(`begins with ${parsed.protocol}`, 'use mysql: or sqlite:, the only ones there are');
  }
  const database = decode(parsed.pathname.slice(1), 'name');
  if (parsed.hostname === '') throw fault('names no host', 'write mysql://user:password@host:3306/name');
  if (database === '' || database.includes('/')) {
    throw fault('names no database', 'write mysql://user:password@host:3306/name');
  }
  const host = parsed.hostname.replace(/^\[(.*)\]$/, '$1');
  const ssl = readTls(parsed.searchParams);
  // The driver checks a certificate against a name alone; for an address it would take one for `localhost`.
  if (ssl?.verifyIdentity === true && isIP(host) !== 0) {
    throw fault(
      'asks for TLS and has an address in place of a host name',
      'write the name that the certificate is for',
    );
  }
  return {
    kind: 'mysql',
    host,
    port: parsed.port === '' ? MYSQL_PORT : Number(parsed.port),
    user: decode(parsed.username, 'user'),
    password: decode(parsed.password, 'password'),
    database,
    ...(ssl === undefined ? {} : { ssl }),
  };
};

const readTls = (parameters: URLSearchParams): SslOptions | undefined => {
  const unknown = [...parameters.keys()].find((name) => !PARAMETERS.includes(name));
  if (unknown !== undefined) {
    throw fault('has a parameter that is not understood', `there are ${PARAMETERS.join(', ')}; leave the others out`);
  }
  const ssl = parameters.get('ssl');
  const mode = parameters.get('ssl-mode');
  const authority = parameters.get('ssl-ca');
  if (ssl !== null && ssl !== 'true' && ssl !== 'false') throw fault('has ssl neither true nor false', 'say which');
  if (mode !== null && mode !== 'required' && mode !== 'verify') {
    throw fault('has ssl-mode neither verify nor required', 'use verify, or leave it out');
  }
  if (ssl === 'false' && (mode !== null || authority !== null)) {
    throw fault('has ssl=false and ssl-mode or ssl-ca', 'leave one of them out');
  }
  if (mode === 'required' && authority !== null) {
    throw fault('has ssl-ca, which ssl-mode=required would not look at', 'leave ssl-mode out');
  }
  if (ssl !== 'true' && mode === null && authority === null) return undefined;
  if (mode === 'required') return { minVersion: 'TLSv1.2', rejectUnauthorized: false };
  const checked: SslOptions = { minVersion: 'TLSv1.2', rejectUnauthorized: true, verifyIdentity: true };
  return authority === null ? checked : { ...checked, ca: readAuthority(authority) };
};

const readAuthority = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw fault(`has ssl-ca=${file}, which cannot be read`, 'mount the file, or leave ssl-ca out');
  }
};

const decode = (text: string, part: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw fault(`has a ${part} with a % that encodes nothing`, 'write %25 for a percent sign');
  }
};

const fault = (what: string, wayOut: string): Error => new Error(`DATABASE_URL ${what}; ${wayOut}`);
