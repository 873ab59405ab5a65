/**
 * How processes tell each other which answers are gone. What is said stands in a log in Redis and in one in the database:
 * others hear of it within {@link REDIS_POLL_MS}, without Redis within {@link DATABASE_POLL_MS}. A log, since a process
 * that was cut off for a while reads on where it stopped.
 */
import { LRUCache } from 'lru-cache';
import { parseObject } from '../chat';
import type { Clock, NewId } from '../clock';
import type { Database } from '../database/database';
import type { Redis } from '../redis/redis';

/** What is gone: answers by their keys, or all of a tenant. */
export type Announcement = { readonly keys: readonly string[] } | { readonly tenant: string };

export interface AnnouncementsProps {
  readonly redis: Redis;
  readonly database: Pick<Database, 'up' | 'query'>;
  readonly clock: Clock;
  readonly newId: NewId;
  /** Another process has said this. */
  readonly onHeard: (announcement: Announcement) => void;
}

export const REDIS_POLL_MS = 1_000;
export const DATABASE_POLL_MS = 5_000;
/** How long the database has them. */
export const ANNOUNCEMENTS_KEPT_MS = 3_600_000;

const LOG = 'gateway:cache:announcements';
/** What the log in Redis holds, about. */
const LOG_LENGTH = 1_000;
/** Announcements that are read at a time. */
const PAGE = 100;
/** How far two clocks may be apart, and how long a row may take to be seen, in milliseconds. */
const OVERLAP_MS = 60_000;
/** Announcements that are remembered, since they are read more than once. */
const HEARD_MAX = 2_000;

interface Said {
  readonly id: string;
  readonly announcement: Announcement;
}

export class Announcements {
  readonly #heard = new LRUCache<string, true>({ max: HEARD_MAX });
  readonly #cancels = new Map<number, () => void>();
  #position: string;
  #closed = false;

  constructor(private readonly props: AnnouncementsProps) {
    this.#position = `${props.clock.epochMs() - OVERLAP_MS}-0`;
    this.#every(REDIS_POLL_MS, () => this.#readRedis());
    this.#every(DATABASE_POLL_MS, () => this.#readDatabase());
  }

  /** Tells the others. @returns whether they will hear of it */
  async say(announcement: Announcement): Promise<boolean> {
    const { redis, database, clock, newId } = this.props;
    const id = newId();
    this.#heard.set(id, true);
    const event = JSON.stringify({ id, ...announcement });
    const said = await Promise.all([
      redis
        .run('cache-announce', (client) => client.xadd(LOG, 'MAXLEN', '~', LOG_LENGTH, '*', 'event', event))
        .then((place) => place !== undefined && place !== null),
      database
        .query('cache-announce', (db) =>
          db.insertInto('cache_announcements').values({ id, at: clock.epochMs(), event }).execute(),
        )
        .then(
          () => true,
          () => false,
        ),
    ]);
    return said.includes(true);
  }

  close(): void {
    this.#closed = true;
    for (const cancel of this.#cancels.values()) cancel();
  }

  #every(ms: number, read: () => Promise<void>): void {
    const next = (): void => {
      void read().finally(() => {
        if (!this.#closed) this.#every(ms, read);
      });
    };
    this.#cancels.set(ms, this.props.clock.after(ms, next));
  }

  async #readRedis(): Promise<void> {
    for (;;) {
      const rows = await this.props.redis.run('cache-listen', (client) =>
        client.xrange(LOG, `(${this.#position}`, '+', 'COUNT', PAGE),
      );
      for (const [position, [, event]] of rows ?? []) {
        this.#position = position;
        this.#hear(event);
      }
      if (rows === undefined || rows.length < PAGE) return;
    }
  }

  async #readDatabase(): Promise<void> {
    const { database, clock } = this.props;
    if (!database.up) return;
    // Behind its own reading it looks back: rows are not seen in the order of their times.
    const since = clock.epochMs() - DATABASE_POLL_MS - OVERLAP_MS;
    try {
      const rows = await database.query('cache-listen', (db) =>
        db
          .selectFrom('cache_announcements')
          .select(['id', 'event'])
          .where('at', '>', since)
          .orderBy('at', 'desc')
          .limit(HEARD_MAX)
          .execute(),
      );
      for (const { event } of rows) this.#hear(event);
    } catch {
      // The database says in its own log why; the next round reads what this one missed.
    }
  }

  #hear(event: string | undefined): void {
    const said = readSaid(event);
    if (said === undefined || this.#heard.has(said.id)) return;
    this.#heard.set(said.id, true);
    this.props.onHeard(said.announcement);
  }
}

const readSaid = (event: string | undefined): Said | undefined => {
  const said = event === undefined ? undefined : parseObject(event);
  if (said === undefined || !('id' in said) || typeof said.id !== 'string') return undefined;
  if ('tenant' in said && typeof said.tenant === 'string')
    return { id: said.id, announcement: { tenant: said.tenant } };
  if (!('keys' in said) || !Array.isArray(said.keys)) return undefined;
  return { id: said.id, announcement: { keys: said.keys.filter((key) => typeof key === 'string') } };
};
