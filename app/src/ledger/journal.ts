/**
 * What is recorded and not yet in the database, in files: appended to in the call that records, so that it outlives
 * the process, and emptied from the beginning as the database takes it. One process writes one journal, a folder of its
 * own; what a dead one has left is read like one's own.
 */
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { JournalLock } from './journal-lock';
import { takeLock } from './journal-lock';
import type { Chunk } from './segment';
import { lineOf } from './line';
import type { UsageRow } from './row';
import { readChunk } from './segment';

/** From this size on a file is closed, and removed when the database has all of it. */
const SEGMENT_BYTES = 8_388_608;
const LOCK = 'lock';
/** How the folder of a journal is called; others in the directory are left alone. */
const PREFIX = 'usage-';
const SEGMENT_NAME = /^\d{6}\.log$/;

/** Rows that are kept in memory as well, so that a database that keeps up need not read the files. About 5 MB. */
const KEPT_ROWS = 5_000;

interface Segment {
  readonly file: string;
  size: number;
  /** Up to here the database has it. */
  done: number;
  /** What stands behind `done`, where it is still in memory; absent: it is read. */
  kept?: KeptRow[] | undefined;
}

interface KeptRow {
  readonly row: UsageRow;
  /** Where its line ends. */
  readonly end: number;
}

/** A journal as it is read. */
export interface Journal {
  readonly name: string;
  /** Bytes that the database has not. */
  readonly bytes: number;
  /** The next rows; `undefined` when there are none. Stays the same until {@link taken}. */
  next(most: number): Promise<Chunk | undefined>;
  /** The database has what {@link next} returned. */
  taken(chunk: Chunk): void;
  /** Lets go of it, and removes it when the database has all of it. */
  close(): void;
}

class Folder implements Journal {
  protected readonly segments: Segment[] = [];

  constructor(
    readonly name: string,
    protected readonly path: string,
    private readonly lock: JournalLock,
  ) {}

  get bytes(): number {
    return this.segments.reduce((bytes, { size, done }) => bytes + size - done, 0);
  }

  async next(most: number): Promise<Chunk | undefined> {
    const segment = this.segments.find(({ size, done }) => size > done);
    if (segment === undefined) return undefined;
    const kept = segment.kept?.slice(0, most);
    const last = kept?.at(-1);
    if (kept !== undefined && last !== undefined)
      return { rows: kept.map(({ row }) => row), damaged: 0, end: last.end };
    try {
      return await readChunk(segment.file, segment.done, segment.size, most);
    } catch (error) {
      // Somebody has removed it; what was in it is lost, and what comes after it is not to wait for it.
      if (isAbsent(error)) return { rows: [], damaged: 1, end: segment.size };
      throw error;
    }
  }

  taken({ end }: Chunk): void {
    const segment = this.segments.find(({ size, done }) => size > done);
    if (segment === undefined) return;
    segment.done = end;
    segment.kept = segment.kept?.filter((kept) => kept.end > end);
    if (segment.done >= segment.size) this.finished(segment);
  }

  close(): void {
    if (this.bytes === 0) this.#remove();
    this.lock.release();
  }

  protected finished(segment: Segment): void {
    rmSync(segment.file, { force: true });
    this.segments.splice(this.segments.indexOf(segment), 1);
  }

  /** Out of the sight of others first, as one of them might just be looking whether it is locked. */
  #remove(): void {
    const removed = join(dirname(this.path), `.${this.name}`);
    renameSync(this.path, removed);
    rmSync(removed, { recursive: true, force: true });
  }
}

/** The journal that this process writes. */
export class OwnJournal extends Folder {
  #descriptor = -1;
  #active: Segment | undefined;
  #made = 0;

  /**
   * Makes one, and its folder.
   * @throws Error by the operating system
   */
  static create(directory: string, id: string): OwnJournal {
    const name = `${PREFIX}${id}`;
    const path = join(directory, name);
    // Others look only at finished folders, so none takes it before its lock is held.
    const unfinished = join(directory, `.${name}`);
    mkdirSync(directory, { recursive: true });
    mkdirSync(unfinished, { mode: 0o700 });
    const lock = takeLock(join(unfinished, LOCK));
    if (lock === undefined) throw new Error(`${unfinished} is locked by another process`);
    renameSync(unfinished, path);
    const journal = new OwnJournal(name, path, lock);
    journal.#rotate();
    return journal;
  }

  /**
   * Appends a row; when this returns, it outlives the process.
   * @throws Error by the operating system, for one when the disk is full; then nothing was appended
   */
  append(row: UsageRow): void {
    if (this.#active === undefined || this.#active.size >= SEGMENT_BYTES) this.#rotate();
    const segment = this.#active;
    if (segment === undefined) return;
    const bytes = Buffer.from(lineOf(row));
    try {
      let written = 0;
      while (written < bytes.length) written += writeSync(this.#descriptor, bytes, written);
      segment.size += bytes.length;
      this.#keep(segment, row);
    } catch (error) {
      this.#takeBack(segment);
      throw error;
    }
  }

  override close(): void {
    this.#seal();
    super.close();
  }

  /** The one that is written to is emptied in place; others go. */
  protected override finished(segment: Segment): void {
    if (segment !== this.#active) {
      super.finished(segment);
      return;
    }
    ftruncateSync(this.#descriptor, 0);
    segment.size = 0;
    segment.done = 0;
    segment.kept = [];
  }

  /** Rows are kept in memory from the oldest on, without a gap; a segment with one too many is read from its file. */
  #keep(segment: Segment, row: UsageRow): void {
    if (segment.kept === undefined) return;
    const count = this.segments.reduce((rows, { kept = [] }) => rows + kept.length, 0);
    if (count < KEPT_ROWS) segment.kept.push({ row, end: segment.size });
    else segment.kept = undefined;
  }

  /** Half a line must not stay, or it would spoil the next one. */
  #takeBack(segment: Segment): void {
    try {
      ftruncateSync(this.#descriptor, segment.size);
    } catch {
      // Then nothing more is written behind it.
      this.#seal();
    }
  }

  #rotate(): void {
    this.#seal();
    this.#made += 1;
    const file = join(this.path, `${String(this.#made).padStart(6, '0')}.log`);
    this.#descriptor = openSync(file, 'a', 0o600);
    this.#active = { file, size: 0, done: 0, kept: [] };
    this.segments.push(this.#active);
  }

  #seal(): void {
    const segment = this.#active;
    if (segment === undefined) return;
    closeSync(this.#descriptor);
    this.#active = undefined;
    if (segment.size === 0) super.finished(segment);
  }
}

/** A journal that a dead process has left. */
class LeftJournal extends Folder {
  constructor(name: string, path: string, lock: JournalLock) {
    super(name, path, lock);
    for (const file of readdirSync(path)
      .filter((entry) => SEGMENT_NAME.test(entry))
      .sort()) {
      const segment = { file: join(path, file), size: statSync(join(path, file)).size, done: 0 };
      if (segment.size > 0) this.segments.push(segment);
    }
  }
}

/**
 * The journals of a directory whose writers are dead, oldest first; from here on they are this process's.
 * @param known names of those that are this process's already
 */
export const takeLeft = (directory: string, known: ReadonlySet<string>): readonly Journal[] =>
  readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name.startsWith(PREFIX) && !known.has(entry.name))
    .map(({ name }) => name)
    .sort()
    .flatMap((name) => takeOne(directory, name));

const takeOne = (directory: string, name: string): readonly Journal[] => {
  const path = join(directory, name);
  const lock = takeLock(join(path, LOCK));
  if (lock === undefined) return [];
  try {
    return [new LeftJournal(name, path, lock)];
  } catch (error) {
    lock.release();
    // Its writer has just ended well and removed it.
    if (isAbsent(error)) return [];
    throw error;
  }
};

const isAbsent = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';
