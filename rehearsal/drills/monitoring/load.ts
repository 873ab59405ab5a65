/** Requests at a steady pace, of every kind that a gateway meets in a day. */
import { ROUTES } from '../../../app/src/routes';
import { VARIABLES } from '../../../app/src/config';
import type { Checked } from './checks';
import { newPrompt, samePrompt, UNLIMITED, type Client } from './client';

/** A kind of request, and how many of it are sent a minute. */
export interface Kind {
  readonly name: string;
  readonly perMinute: number;
  /** @returns the status; 0 when there was no answer */
  readonly ask: () => Promise<number>;
}

/** How often each status was answered. */
export type Statuses = ReadonlyMap<number, number>;

const MINUTE_MS = 60_000;

/** Sends each kind at its pace, whether or not what was sent before is answered; nothing else starts while too much is open. */
export class SteadyLoad {
  readonly #timers: readonly NodeJS.Timeout[];
  readonly #open = new Set<Promise<void>>();
  readonly #statuses = new Map<string, Map<number, number>>();

  /** @param most requests that may be open at once. @default 400 */
  constructor(kinds: readonly Kind[], most = 400) {
    this.#timers = kinds.map((kind) =>
      setInterval(() => {
        if (this.#open.size < most) this.#send(kind);
      }, MINUTE_MS / kind.perMinute),
    );
  }

  /** Of one kind, or of all. */
  statuses(name?: string): Statuses {
    const all = new Map<number, number>();
    for (const [kind, statuses] of this.#statuses) {
      if (name !== undefined && kind !== name) continue;
      for (const [status, count] of statuses) all.set(status, (all.get(status) ?? 0) + count);
    }
    return all;
  }

  /** Sends nothing more, and waits for what is open. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.all(this.#open);
  }

  #send({ name, ask }: Kind): void {
    const statuses = this.#statuses.get(name) ?? new Map<number, number>();
    this.#statuses.set(name, statuses);
    const one: Promise<void> = ask()
      .then((status) => void statuses.set(status, (statuses.get(status) ?? 0) + 1))
      .finally(() => this.#open.delete(one));
    this.#open.add(one);
  }
}

const SAME_PROMPTS = 20;
/** Outside of every network of ADMIN_ALLOWED_CIDRS. */
const FOREIGN = '203.0.113.9';
/** Is turned away after the first time. */
const SNOOPER = '10.41.0.9';
/** Of these it may ask six a minute, and asks one more. */
const LIMITED = { perMinute: 6 } as const;

const chats = ROUTES.chatCompletions;

/**
 * A minute of everything, for one replica: JSON and streams, cached and not, embeddings, lists, keys that are wrong, bodies
 * that are wrong, limits, people who leave, people who snoop, and an administrator.
 * @param admin with the administrator's key
 */
export async function mixedLoad(admin: Client): Promise<readonly Kind[]> {
  const people = await admin.withKey({
    name: 'people',
    permissions: ['inference', 'end-users', 'priority'],
    limits: UNLIMITED,
  });
  const limited = await admin.withKey({ name: 'limited', limits: LIMITED });
  const [honeypot] = VARIABLES.HONEYPOT_PATHS.default;
  let turn = 0;
  const next = (of: number): number => (turn = (turn + 1) % (of * 1_000)) % of;
  const embed = (): object => ({ model: 'text-embedding-v4', input: `text ${next(1_000)}` });

  return [
    {
      name: 'chat',
      perMinute: 90,
      ask: () => people.ask(chats, { body: newPrompt(), headers: { 'x-end-user': `u${next(9)}` } }),
    },
    {
      name: 'chat that is known',
      perMinute: 30,
      ask: () => people.ask(chats, { body: samePrompt(next(SAME_PROMPTS)) }),
    },
    { name: 'stream', perMinute: 30, ask: () => people.ask(chats, { body: newPrompt({ stream: true }) }) },
    {
      name: 'stream that is left',
      perMinute: 6,
      ask: () => people.ask(chats, { body: newPrompt({ stream: true }), leaves: true }),
    },
    { name: 'embeddings', perMinute: 20, ask: () => people.ask(ROUTES.embeddings, { body: embed() }) },
    { name: 'list of models', perMinute: 20, ask: () => people.ask(ROUTES.models) },
    { name: 'no key', perMinute: 4, ask: () => people.ask(chats, { body: newPrompt(), key: '' }) },
    { name: 'wrong key', perMinute: 4, ask: () => people.ask(chats, { body: newPrompt(), key: 'bgk-nobody' }) },
    { name: 'wrong body', perMinute: 4, ask: () => people.ask(chats, { body: '{"model":' }) },
    { name: 'wrong path', perMinute: 4, ask: () => people.ask('/v1/nothing') },
    { name: 'beyond its limit', perMinute: 7, ask: () => limited.ask(chats, { body: newPrompt() }) },
    { name: 'honeypot', perMinute: 6, ask: () => people.ask(honeypot, { address: SNOOPER }) },
    { name: 'after the honeypot', perMinute: 6, ask: () => people.ask(ROUTES.models, { address: SNOOPER }) },
    { name: 'administrator', perMinute: 6, ask: () => admin.ask(`${ROUTES.costs}/realtime`) },
    { name: 'administrator from outside', perMinute: 6, ask: () => admin.ask(ROUTES.quota, { address: FOREIGN }) },
  ];
}

/** Of the usual load that may fail: a machine that is too busy to answer in time is not what is drilled here. */
const FAILED_AT_MOST = 0.01;

/** Hardly anything of the usual load fails. */
export function checkServed(load: SteadyLoad): Checked {
  const statuses = load.statuses();
  const failed = [...statuses].filter(([status]) => status >= 500 || status === 0);
  const sum = (counts: readonly (readonly [number, number])[]): number =>
    counts.reduce((total, [, count]) => total + count, 0);
  const all = sum([...statuses]);
  return {
    count: all,
    faults: sum(failed) > all * FAILED_AT_MOST ? failed.map(([status, count]) => `${count} answered ${status}`) : [],
    remarks: [
      [...statuses]
        .sort()
        .map(([status, count]) => `${status}: ${count}`)
        .join(', '),
    ],
  };
}
