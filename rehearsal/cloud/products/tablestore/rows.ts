/** The rows of one table, in memory only: a lock's owner is in one of them, and in no snapshot. */
import { PlainBufferBuilder, PlainBufferCodedInputStream, PlainBufferInputStream } from 'tablestore';
import type { CellValue, DecodedRow } from 'tablestore';
import { ApiError } from '../../api-error';
import type { PrimaryKeySchema } from './protocol';

interface Row {
  readonly key: DecodedRow['primaryKey'];
  /** The newest version of each column; no client here asks for an older one. */
  readonly columns: ReadonlyMap<string, CellValue>;
  /** Milliseconds since the epoch. */
  readonly writtenAt: number;
}

export type Expectation = 'IGNORE' | 'EXPECT_EXIST' | 'EXPECT_NOT_EXIST';

export class Rows {
  readonly #rows = new Map<string, Row>();

  constructor(private readonly schema: readonly PrimaryKeySchema[]) {}

  put(encoded: Buffer, expectation: Expectation, now: number): void {
    const { primaryKey, attributes } = decodeRow(encoded);
    const id = this.#find(primaryKey, expectation);
    const columns = new Map<string, CellValue>();
    for (const { columnName, columnValue } of attributes)
      if (columnValue !== null) columns.set(columnName, columnValue);
    this.#rows.set(id, { key: primaryKey, columns, writtenAt: now });
  }

  delete(encodedKey: Buffer, expectation: Expectation): void {
    this.#rows.delete(this.#find(decodeRow(encodedKey).primaryKey, expectation));
  }

  /** The row, with those columns only where any are named; empty where there is none. */
  get(encodedKey: Buffer, names: readonly string[] = []): Buffer {
    const row = this.#rows.get(this.#find(decodeRow(encodedKey).primaryKey, 'IGNORE'));
    if (row === undefined) return Buffer.alloc(0);
    const wanted = [...row.columns].filter(([name]) => names.length === 0 || names.includes(name));
    return PlainBufferBuilder.serializeForPutRow(
      row.key.map(({ name, value }) => ({ [name]: value })),
      wanted.map(([name, value]) => ({ [name]: value, timestamp: row.writtenAt })),
    );
  }

  /** @throws ApiError `OTSInvalidPK`, `OTSConditionCheckFail` */
  #find(key: DecodedRow['primaryKey'], expectation: Expectation): string {
    const sameNames = key.map(({ name }) => name).join() === this.schema.map(({ name }) => name).join();
    if (!sameNames) throw new ApiError('OTSInvalidPK', 'Primary key schema mismatch.');
    const id = JSON.stringify(key.map(({ value }) => value));
    const fails = this.#rows.has(id) ? expectation === 'EXPECT_NOT_EXIST' : expectation === 'EXPECT_EXIST';
    if (fails) throw new ApiError('OTSConditionCheckFail', 'Condition check failed.', 403);
    return id;
  }
}

/** @throws ApiError `OTSParameterInvalid` when the bytes are no row, or a checksum does not match */
function decodeRow(buffer: Buffer): DecodedRow {
  try {
    const stream = new PlainBufferInputStream({ buffer, offset: 0, limit: buffer.length });
    return new PlainBufferCodedInputStream(stream).readRow();
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new ApiError('OTSParameterInvalid', `Invalid row in the plain buffer: ${detail}`);
  }
}
