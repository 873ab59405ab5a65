/** The part of the vendor's untyped package that codes rows: the plain buffer, Tablestore's own form of a row. */
declare module 'tablestore' {
  /** A 64-bit integer as the package reads and writes it. */
  export interface Int64 {
    toBuffer(): Buffer;
  }

  export type CellValue = string | boolean | number | Buffer | Int64;

  export interface DecodedRow {
    readonly primaryKey: readonly { readonly name: string; readonly value: CellValue }[];
    readonly attributes: readonly { readonly columnName: string; readonly columnValue: CellValue | null }[];
  }

  export class PlainBufferInputStream {
    constructor(source: { readonly buffer: Buffer; readonly offset: number; readonly limit: number });
    isAtEnd(): boolean;
  }

  export class PlainBufferCodedInputStream {
    constructor(stream: PlainBufferInputStream);
    /** @throws Error when a checksum does not match */
    readRow(): DecodedRow;
  }

  export const PlainBufferBuilder: {
    /** @param attributes each `{ [name]: value, timestamp }`, in this order */
    serializeForPutRow(
      primaryKey: readonly Readonly<Record<string, CellValue>>[],
      attributes: readonly Readonly<Record<string, CellValue>>[],
    ): Buffer;
  };
}
