/**
 * API keys: made, listed, changed, revoked, and found by what a client sends.
 *
 * Only the SHA-256 of a key is kept. A slow hash would protect passwords, which can be guessed; a key here is 32 random
 * bytes, which cannot, so a slow one would only slow every request.
 */
import { hash as digestOf, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyBaseLogger } from 'fastify';
import type { Caller } from '../caller';
import { PERMISSIONS } from '../caller';
import type { Clock, NewId } from '../clock';
import type { Database } from '../database/database';
import { DatabaseUnavailableError, InvalidRequestError, NotFoundError } from '../errors';
import type { LogKind } from '../log';
import type { Metrics } from '../metrics';
import { DEFAULT_PRIORITY } from '../quota/priority';
import { Secret } from '../secret';
import type { KnownKey } from './key-memory';
import { KeyMemory } from './key-memory';
import type { KeyChange, KeyRecord, KeySettings } from './key-record';
import { callerOf, columnsOf, recordOf } from './key-record';
import type { KeyCursor, KeyRow } from './key-store';
import { KeyStore } from './key-store';

export interface Keys {
  /**
   * Who has this key; `undefined` when nobody does. From memory where it was asked lately.
   * @throws DatabaseUnavailableError when neither the memory nor the database can say
   */
  find(secret: string): Promise<Caller | undefined>;
  /**
   * Who has the key of this id; `undefined` when nobody may use it any more, or there is none. From the database.
   * @throws DatabaseUnavailableError
   */
  callerOf(id: string): Promise<Caller | undefined>;
  /** Makes a key. This is the one time that it can be seen. */
  create(settings: KeySettings): Promise<{ readonly record: KeyRecord; readonly secret: Secret }>;
  /** The oldest first, revoked ones among them. */
  list(page: KeyPage): Promise<{ readonly records: readonly KeyRecord[]; readonly next: KeyCursor | undefined }>;
  /** @throws NotFoundError */
  get(id: string): Promise<KeyRecord>;
  /** @throws NotFoundError, or InvalidRequestError with status 409 for a key that is revoked */
  update(id: string, change: KeyChange): Promise<KeyRecord>;
  /** Ends a key for good; here at once, in other processes within KEY_CACHE_MS. @throws NotFoundError */
  revoke(id: string): Promise<KeyRecord>;
}

export interface KeyPage {
  readonly limit: number;
  readonly after: KeyCursor | undefined;
}

export interface KeysProps {
  readonly database: Pick<Database, 'query'>;
  /** ADMIN_API_KEY: needs no database. */
  readonly adminKey: Secret | undefined;
  /** KEY_CACHE_MS. */
  readonly cacheMs: number;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: FastifyBaseLogger;
  readonly metrics: Pick<Metrics, 'keyLookups'>;
  /** @default the system's secure one */
  readonly random?: (bytes: number) => Buffer;
}

const KIND: LogKind = 'security';

/** The id in logs and books of whoever has ADMIN_API_KEY. */
export const ADMIN_KEY_ID = 'admin';

const KEY_PREFIX = 'bgk-';
const KEY_BYTES = 32;
/** How every key looks that was made here: others are refused without asking the database. */
const KEY_FORM = /^bgk-[\w-]{43}$/;
/** Characters of a key that are shown. */
const SHOWN_LENGTH = 8;

/** How long a key that was known goes on working while the database is away, in milliseconds. */
export const AWAY_MS = 3_600_000;
/** How often a database that is away is asked again, in milliseconds. */
export const RETRY_MS = 1_000;
/** Most questions about unknown keys at a time: whoever makes keys up must not have the whole database. */
const LOOKUPS_MAX = 64;

export const createKeys = (props: KeysProps): Keys => new StoredKeys(props);

class StoredKeys implements Keys {
  readonly #props: KeysProps;
  readonly #store: KeyStore;
  readonly #memory = new KeyMemory();
  readonly #adminDigest: Buffer | undefined;
  readonly #admin: Caller = {
    keyId: ADMIN_KEY_ID,
    name: ADMIN_KEY_ID,
    permissions: new Set(PERMISSIONS),
    models: undefined,
    dailyBudget: undefined,
    limits: {},
    priority: DEFAULT_PRIORITY,
  };
  /** Questions to the database under way, by hash. Bounded by the known keys and {@link LOOKUPS_MAX}. */
  readonly #lookups = new Map<string, Promise<KnownKey | undefined>>();
  /** When a database that is away is asked again; `undefined` while it answers. */
  #retryAt: number | undefined;
  /** Changes with every key that is changed here, so that no older answer is kept. */
  #changes = 0;

  constructor(props: KeysProps) {
    this.#props = props;
    this.#store = new KeyStore(props.database);
    this.#adminDigest = props.adminKey === undefined ? undefined : sha256(props.adminKey.reveal());
  }

  async find(secret: string): Promise<Caller | undefined> {
    const digest = sha256(secret);
    if (this.#adminDigest !== undefined && timingSafeEqual(digest, this.#adminDigest)) return this.#admin;
    if (!KEY_FORM.test(secret)) return undefined;
    const hash = digest.toString('hex');
    const { clock, cacheMs, metrics } = this.#props;
    const now = clock.monotonicMs();
    const known = this.#memory.known(hash);
    if (known !== undefined && now - known.since < cacheMs) {
      metrics.keyLookups.inc({ source: 'memory' });
      return this.#unlessExpired(known);
    }
    const unknownSince = this.#memory.unknownSince(hash);
    if (unknownSince !== undefined && now - unknownSince < cacheMs) {
      metrics.keyLookups.inc({ source: 'memory' });
      return undefined;
    }
    return this.#ask(hash, known, now);
  }

  async callerOf(id: string): Promise<Caller | undefined> {
    if (id === ADMIN_KEY_ID) return this.#adminDigest === undefined ? undefined : this.#admin;
    const row = await this.#store.get(id);
    if (row === undefined || row.revoked_at !== null) return undefined;
    const record = recordOf(row);
    return this.#unlessExpired({ caller: callerOf(record), expiresAt: record.expiresAt });
  }

  async create(settings: KeySettings): Promise<{ record: KeyRecord; secret: Secret }> {
    const { clock, newId, random = randomBytes } = this.#props;
    const secret = `${KEY_PREFIX}${random(KEY_BYTES).toString('base64url')}`;
    const hash = sha256(secret).toString('hex');
    const row: KeyRow = {
      id: newId(),
      hash,
      prefix: secret.slice(0, SHOWN_LENGTH),
      name: settings.name,
      permissions: '[]',
      models: null,
      daily_budget: null,
      per_minute: null,
      per_hour: null,
      per_day: null,
      priority: settings.priority,
      created_at: clock.epochMs(),
      expires_at: null,
      revoked_at: null,
      ...columnsOf(settings),
    };
    await this.#store.insert(row);
    this.#changes += 1;
    this.#memory.forget(hash);
    const record = recordOf(row);
    this.#tell('a key was made', record);
    return { record, secret: new Secret(secret) };
  }

  async list({ limit, after }: KeyPage): Promise<{ records: readonly KeyRecord[]; next: KeyCursor | undefined }> {
    // One more than asked for tells whether there are more.
    const rows = await this.#store.list(limit + 1, after);
    const records = rows.slice(0, limit).map(recordOf);
    return { records, next: rows.length > limit ? records.at(-1) : undefined };
  }

  async get(id: string): Promise<KeyRecord> {
    return recordOf(await this.#row(id));
  }

  async update(id: string, change: KeyChange): Promise<KeyRecord> {
    await this.#store.update(id, change);
    const record = await this.#changed(id);
    if (record.revokedAt !== null) {
      const message = `the key ${id} is revoked and cannot be changed any more; make a new one`;
      throw new InvalidRequestError(message, { status: 409, code: 'key_revoked' });
    }
    this.#tell('a key was changed', record);
    return record;
  }

  async revoke(id: string): Promise<KeyRecord> {
    await this.#store.revoke(id, this.#props.clock.epochMs());
    const record = await this.#changed(id);
    this.#tell('a key was revoked', record);
    return record;
  }

  /** A key as it is after a change, which the memory forgets. */
  async #changed(id: string): Promise<KeyRecord> {
    const row = await this.#row(id);
    this.#changes += 1;
    this.#memory.forget(row.hash);
    return recordOf(row);
  }

  async #row(id: string): Promise<KeyRow> {
    const row = await this.#store.get(id);
    if (row === undefined) throw new NotFoundError(`there is no key ${id}; list them`, { code: 'key_not_found' });
    return row;
  }

  #tell(message: string, { id, name, permissions }: KeyRecord): void {
    this.#props.log.info({ kind: KIND, keyId: id, keyName: name, permissions }, message);
  }

  #unlessExpired({ caller, expiresAt }: Pick<KnownKey, 'caller' | 'expiresAt'>): Caller | undefined {
    return expiresAt === null || this.#props.clock.epochMs() < expiresAt ? caller : undefined;
  }

  async #ask(hash: string, known: KnownKey | undefined, now: number): Promise<Caller | undefined> {
    const usable = known !== undefined && now - known.since < this.#props.cacheMs + AWAY_MS ? known : undefined;
    const resting = this.#retryAt !== undefined && now < this.#retryAt;
    const crowded = usable === undefined && this.#lookups.size >= LOOKUPS_MAX;
    if (resting || crowded) return this.#without(usable);
    const lookup = this.#lookup(hash);
    if (this.#retryAt !== undefined && usable !== undefined) {
      // It was away when it was asked last. Who can be served does not wait to learn whether it still is.
      this.#retryAt = now + RETRY_MS;
      lookup.catch(() => undefined);
      return this.#without(usable);
    }
    try {
      const found = await lookup;
      this.#props.metrics.keyLookups.inc({ source: 'database' });
      return found === undefined ? undefined : this.#unlessExpired(found);
    } catch (error) {
      return this.#without(usable, error);
    }
  }

  /** What can be said without the database. */
  #without(usable: KnownKey | undefined, cause?: unknown): Caller | undefined {
    this.#props.metrics.keyLookups.inc({ source: usable === undefined ? 'failed' : 'stale' });
    if (usable === undefined) throw new DatabaseUnavailableError(cause);
    return this.#unlessExpired(usable);
  }

  /** Asks the database, once for everybody who wants to know. */
  #lookup(hash: string): Promise<KnownKey | undefined> {
    const running = this.#lookups.get(hash);
    if (running !== undefined) return running;
    const lookup = this.#lookupNow(hash).finally(() => void this.#lookups.delete(hash));
    this.#lookups.set(hash, lookup);
    return lookup;
  }

  async #lookupNow(hash: string): Promise<KnownKey | undefined> {
    const { clock, log } = this.#props;
    const changes = this.#changes;
    // It was true when it was asked, not when it was answered.
    const askedAt = clock.monotonicMs();
    try {
      const row = await this.#store.findByHash(hash);
      if (this.#retryAt !== undefined) log.info({ kind: KIND }, 'keys can be looked up again');
      this.#retryAt = undefined;
      const record = row === undefined ? undefined : recordOf(row);
      const valid = record !== undefined && record.revokedAt === null ? record : undefined;
      if (valid === undefined) {
        if (changes === this.#changes) this.#memory.keepUnknown(hash, askedAt);
        return undefined;
      }
      const known = this.#memory.keep(hash, valid, askedAt);
      if (changes !== this.#changes) this.#memory.forget(hash);
      return known;
    } catch (error) {
      if (this.#retryAt === undefined)
        log.warn({ kind: KIND, err: error }, 'keys cannot be looked up: known ones work');
      this.#retryAt = clock.monotonicMs() + RETRY_MS;
      throw error;
    }
  }
}

const sha256 = (text: string): Buffer => digestOf('sha256', text, 'buffer');
