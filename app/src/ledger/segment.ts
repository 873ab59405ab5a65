/** One file of a journal, as it is read: from its beginning, line by line, a few at a time. */
import { open } from 'node:fs/promises';
import { rowFrom } from './line';
import type { UsageRow } from './row';

/** Bytes that are read at once. Above any line by far. */
const CHUNK_BYTES = 262_144;
const NEWLINE = 10;

export interface Chunk {
  readonly rows: readonly UsageRow[];
  /** Lines that are no rows. */
  readonly damaged: number;
  /** Where the next one begins. */
  readonly end: number;
}

/**
 * Reads whole lines.
 * @param from where the first one begins
 * @param size where the file ends; a last line without an end, which a crash has torn, counts as damaged
 * @param most rows
 */
export const readChunk = async (file: string, from: number, size: number, most: number): Promise<Chunk> => {
  const bytes = await readBytes(file, from, Math.min(size - from, CHUNK_BYTES));
  // It is shorter than it was written.
  if (bytes.length === 0) return { rows: [], damaged: 1, end: size };
  const rows: UsageRow[] = [];
  let damaged = 0;
  let begin = 0;
  while (rows.length + damaged < most && begin < bytes.length) {
    const found = bytes.indexOf(NEWLINE, begin);
    // What is torn at the very end is over with the file; what the chunk cuts is read by the next one.
    const torn = found === -1 && (begin === 0 || from + bytes.length >= size);
    if (found === -1 && !torn) break;
    const end = found === -1 ? bytes.length : found;
    const row = found === -1 ? undefined : rowFrom(bytes.toString('utf8', begin, end));
    if (row === undefined) damaged += 1;
    else rows.push(row);
    begin = found === -1 ? bytes.length : end + 1;
  }
  return { rows, damaged, end: from + begin };
};

const readBytes = async (file: string, from: number, length: number): Promise<Buffer> => {
  const handle = await open(file, 'r');
  try {
    const buffer = Buffer.allocUnsafe(length);
    let read = 0;
    while (read < length) {
      const { bytesRead } = await handle.read(buffer, read, length - read, from + read);
      if (bytesRead === 0) break;
      read += bytesRead;
    }
    return buffer.subarray(0, read);
  } finally {
    await handle.close();
  }
};
