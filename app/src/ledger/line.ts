/** A row as a line of the journal: its checksum, a space, its JSON. What a crash has torn is known by the checksum. */
import { crc32 } from 'node:zlib';
import type { UsageRow } from './row';
import { isRow } from './row';

const CHECKSUM_LENGTH = 8;

const checksum = (text: string): string => crc32(text).toString(16).padStart(CHECKSUM_LENGTH, '0');

export const lineOf = (row: UsageRow): string => {
  const json = JSON.stringify(row);
  return `${checksum(json)} ${json}\n`;
};

/** @param line without its end @returns `undefined` for what is no row, or not the one that was written */
export const rowFrom = (line: string): UsageRow | undefined => {
  const json = line.slice(CHECKSUM_LENGTH + 1);
  if (line.slice(0, CHECKSUM_LENGTH + 1) !== `${checksum(json)} `) return undefined;
  try {
    const row: unknown = JSON.parse(json);
    return isRow(row) ? row : undefined;
  } catch {
    return undefined;
  }
};
