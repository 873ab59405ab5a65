/**
 * The messages of Tablestore's data API. They are read from the protocol that the vendor's package carries, and from
 * what its newer clients send beyond that (table encryption, defined columns).
 */
import { Field, loadSync, parse } from 'protobufjs';
import { ApiError } from '../../api-error';

/** What the vendor's Go client has and its Node package has not yet; numbers from `otsprotocol/table_store.proto`. */
const NEWER = `
  syntax = "proto2";
  package main.proto;
  enum SSEKeyType { SSE_KMS_SERVICE = 1; SSE_BYOK = 2; }
  message SSESpecification {
    required bool enable = 1;
    optional SSEKeyType key_type = 2;
    optional bytes key_id = 3;
    optional bytes role_arn = 4;
  }
  message AddDefinedColumnRequest { required string table_name = 1; repeated DefinedColumnSchema columns = 2; }
  message AddDefinedColumnResponse {}
  message DeleteDefinedColumnRequest { required string table_name = 1; repeated string columns = 2; }
  message DeleteDefinedColumnResponse {}
`;

const root = loadSync(require.resolve('tablestore/lib/protocol/tablestore.proto'));
parse(NEWER, root);
root.lookupType('main.proto.CreateTableRequest').add(new Field('sseSpec', 6, 'SSESpecification', 'optional'));
// The details of an answer have the fields of the request's specification.
root.lookupType('main.proto.DescribeTableResponse').add(new Field('sseDetails', 7, 'SSESpecification', 'optional'));

export interface PrimaryKeySchema {
  readonly name: string;
  readonly type: 'INTEGER' | 'STRING' | 'BINARY';
  readonly option?: string;
}

export interface DefinedColumn {
  readonly name: string;
  readonly type: string;
}

export interface TableOptions {
  /** Seconds; -1 for ever. */
  readonly timeToLive?: number;
  readonly maxVersions?: number;
  readonly deviationCellVersionInSec?: number;
  readonly allowUpdate?: boolean;
}

export interface Encryption {
  readonly enable: boolean;
  readonly keyType?: 'SSE_KMS_SERVICE' | 'SSE_BYOK';
  readonly keyId?: Buffer;
  readonly roleArn?: Buffer;
}

export interface TableNamed {
  readonly tableName: string;
}

export interface CreateTableRequest {
  readonly tableMeta: TableNamed & {
    readonly primaryKey?: readonly PrimaryKeySchema[];
    readonly definedColumn?: readonly DefinedColumn[];
  };
  readonly tableOptions?: TableOptions;
  readonly sseSpec?: Encryption;
}

export interface UpdateTableRequest extends TableNamed {
  readonly tableOptions?: TableOptions;
}

interface Condition {
  readonly rowExistence: 'IGNORE' | 'EXPECT_EXIST' | 'EXPECT_NOT_EXIST';
}

export interface PutRowRequest extends TableNamed {
  readonly row: Buffer;
  readonly condition: Condition;
}

export interface DeleteRowRequest extends TableNamed {
  readonly primaryKey: Buffer;
  readonly condition: Condition;
}

export interface GetRowRequest extends TableNamed {
  readonly primaryKey: Buffer;
  readonly columnsToGet?: readonly string[];
}

/** The request of each operation. */
export interface Requests {
  readonly CreateTable: CreateTableRequest;
  readonly ListTable: object;
  readonly DescribeTable: TableNamed;
  readonly UpdateTable: UpdateTableRequest;
  readonly DeleteTable: TableNamed;
  readonly AddDefinedColumn: TableNamed & { readonly columns?: readonly DefinedColumn[] };
  readonly DeleteDefinedColumn: TableNamed & { readonly columns?: readonly string[] };
  readonly PutRow: PutRowRequest;
  readonly GetRow: GetRowRequest;
  readonly DeleteRow: DeleteRowRequest;
}

/** @throws ApiError when the bytes are no request of that operation */
export function decodeRequest<Name extends keyof Requests>(name: Name, body: Buffer): Requests[Name] {
  const type = root.lookupType(`main.proto.${name}Request`);
  try {
    // The one place where the wire becomes the message's type: what it requires was checked by the protocol.
    return type.toObject(type.decode(body), { longs: Number, enums: String }) as Requests[Name];
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new ApiError('OTSParameterInvalid', `Invalid protobuf message ${name}Request: ${detail}.`);
  }
}

export function encodeMessage(name: string, message: Readonly<Record<string, unknown>>): Buffer {
  const type = root.lookupType(`main.proto.${name}`);
  return Buffer.from(type.encode(type.fromObject(message)).finish());
}
