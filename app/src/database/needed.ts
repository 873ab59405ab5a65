/** For answers that cannot be given without the database: its absence is a 503, everything else about it a fault of ours. */
import { DatabaseUnavailableError } from '../errors';
import type { DatabaseErrorClass } from './database-error';
import { DatabaseError } from './database-error';

/** Classes that pass by themselves. */
const PASSING: ReadonlySet<DatabaseErrorClass> = new Set(['connection', 'timeout', 'locked']);

/** @throws DatabaseUnavailableError when the database is away; else what the query fails with */
export const needed = async <T>(query: Promise<T>): Promise<T> => {
  try {
    return await query;
  } catch (error) {
    throw error instanceof DatabaseError && PASSING.has(error.class) ? new DatabaseUnavailableError(error) : error;
  }
};
