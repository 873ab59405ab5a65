/** Keys in the database. */
import type { Selectable } from 'kysely';
import type { Database } from '../database/database';
import { needed } from '../database/needed';
import type { ApiKeysTable } from '../database/schema';
import type { KeyChange } from './key-record';
import { columnsOf } from './key-record';

export type KeyRow = Selectable<ApiKeysTable>;

/** Where a list goes on: after the key that was made then and is called so. */
export interface KeyCursor {
  readonly createdAt: number;
  readonly id: string;
}

export class KeyStore {
  readonly #database: Pick<Database, 'query'>;

  constructor(database: Pick<Database, 'query'>) {
    this.#database = database;
  }

  /** @throws DatabaseError when the database does not say */
  findByHash(hash: string): Promise<KeyRow | undefined> {
    return this.#database.query('key-find', (db) =>
      db.selectFrom('api_keys').selectAll().where('hash', '=', hash).executeTakeFirst(),
    );
  }

  get(id: string): Promise<KeyRow | undefined> {
    return needed(
      this.#database.query('key-get', (db) =>
        db.selectFrom('api_keys').selectAll().where('id', '=', id).executeTakeFirst(),
      ),
    );
  }

  async insert(row: KeyRow): Promise<void> {
    await needed(this.#database.query('key-insert', (db) => db.insertInto('api_keys').values(row).execute()));
  }

  /** At most `limit`, the oldest first. */
  list(limit: number, after: KeyCursor | undefined): Promise<readonly KeyRow[]> {
    return needed(
      this.#database.query('key-list', (db) => {
        const keys = db.selectFrom('api_keys').selectAll().orderBy('created_at').orderBy('id').limit(limit);
        if (after === undefined) return keys.execute();
        const { createdAt, id } = after;
        return keys
          .where((eb) => {
            const sameTime = eb.and([eb('created_at', '=', createdAt), eb('id', '>', id)]);
            return eb.or([eb('created_at', '>', createdAt), sameTime]);
          })
          .execute();
      }),
    );
  }

  /** Changes a key, unless it is revoked. */
  async update(id: string, change: KeyChange): Promise<void> {
    const columns = columnsOf(change);
    if (Object.keys(columns).length === 0) return;
    await needed(
      this.#database.query('key-update', (db) =>
        db.updateTable('api_keys').set(columns).where('id', '=', id).where('revoked_at', 'is', null).execute(),
      ),
    );
  }

  /** Once revoked, the moment stays. */
  async revoke(id: string, now: number): Promise<void> {
    await needed(
      this.#database.query('key-revoke', (db) =>
        db
          .updateTable('api_keys')
          .set({ revoked_at: now })
          .where('id', '=', id)
          .where('revoked_at', 'is', null)
          .execute(),
      ),
    );
  }
}
