/** The journals that dead processes have left in the folder they share: looked for now and then, and written out. */
import type { FastifyBaseLogger } from 'fastify';
import type { Clock } from '../clock';
import { DatabaseError } from '../database/database-error';
import type { LogKind } from '../log';
import type { Journal } from './journal';
import { takeLeft } from './journal';

const KIND: LogKind = 'component';

/** How often there is a look for what other processes have left, in milliseconds. */
const LOOK_MS = 60_000;

export interface LeftJournalsProps {
  /** JOURNAL_DIRECTORY. */
  readonly directory: string;
  /** The name of this process's own. */
  readonly own: string;
  readonly clock: Clock;
  readonly log: FastifyBaseLogger;
  /** Called after each look. */
  readonly onLook: () => void;
}

/** Writes the next lines of a journal. @returns how many were dealt with; 0 at its end */
export type WriteNext = (journal: Journal) => Promise<number>;

export class LeftJournals {
  /** Oldest first. */
  readonly #journals: Journal[] = [];
  #cancel: () => void = () => undefined;
  #ending = false;

  constructor(private readonly props: LeftJournalsProps) {}

  get size(): number {
    return this.#journals.length;
  }

  /** Bytes that the database has not. */
  get bytes(): number {
    return this.#journals.reduce((bytes, journal) => bytes + journal.bytes, 0);
  }

  /** Looks for journals whose processes are dead, now and from now on. */
  look(): void {
    const { directory, own, clock, log, onLook } = this.props;
    try {
      const known = new Set([own, ...this.#journals.map(({ name }) => name)]);
      this.#journals.push(...takeLeft(directory, known));
    } catch (error) {
      log.warn({ kind: KIND, component: 'ledger', err: error }, 'the folder of journals cannot be read');
    }
    onLook();
    this.#cancel = clock.after(LOOK_MS, () => {
      this.look();
    });
  }

  /**
   * Writes out what there is, and removes it.
   * @throws DatabaseError when it is to be tried again later
   */
  async writeOut(writeNext: WriteNext): Promise<void> {
    for (let [journal] = this.#journals; journal !== undefined; [journal] = this.#journals) {
      if (!(await this.#emptied(journal, writeNext))) return;
      journal.close();
      this.#journals.shift();
    }
  }

  /** The end has come: no more looks, and what is being written out goes no further than it is. */
  end(): void {
    this.#ending = true;
    this.#cancel();
  }

  /** Lets go of them: another process goes on with what is not written. */
  close(): void {
    for (const journal of this.#journals) journal.close();
  }

  /** @returns whether nothing more can be had of it; not so when the end has come before */
  async #emptied(journal: Journal, writeNext: WriteNext): Promise<boolean> {
    try {
      while ((await writeNext(journal)) > 0) if (this.#ending) return false;
    } catch (error) {
      if (error instanceof DatabaseError) throw error;
      const fields = { kind: KIND, component: 'ledger', journal: journal.name, err: error };
      this.props.log.error(fields, 'a journal that was left cannot be read; it is looked at again later');
    }
    return true;
  }
}
