/** A MySQL database with the tables of this version, and a look into it that no gateway takes part in. */
import pino from 'pino';
import { systemClock } from '../../src/clock';
import type { Database } from '../../src/database/database';
import { createDatabase } from '../../src/database/database';
import { createMetrics } from '../../src/metrics';
import { Secret } from '../../src/secret';
import type { MariaDb } from './mariadb';

const opened: Database[] = [];

/** For `afterEach`, before the server ends. */
export const closeLooks = async (): Promise<void> => {
  await Promise.all(opened.splice(0).map((database) => database.close()));
};

/** Of a database of any kind. */
export const lookInto = (url: string): Database => {
  const log = pino({ enabled: false });
  const props = { url: new Secret(url), pool: 2, timeoutMs: 20_000, clock: systemClock, log, metrics: createMetrics() };
  const database = createDatabase(props);
  opened.push(database);
  return database;
};

/** An empty database with all tables. @returns its URL */
export const migrated = async (server: MariaDb): Promise<string> => {
  const url = await server.createDatabase();
  await lookInto(url).migrate();
  return url;
};
