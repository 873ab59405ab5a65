/** Tables of an instance: their keys, their options, and whether they can be written to yet. */
import { ApiError } from '../../api-error';
import type { Cloud } from '../../cloud';
import { Kind } from '../../store';
import type { Entity } from '../../store';
import type { Instance } from './instances';
import { dataOperation } from './operation';
import type { CreateTableRequest, DefinedColumn, Encryption, PrimaryKeySchema, TableOptions } from './protocol';
import { Rows } from './rows';

export interface Table extends Entity {
  readonly instance: string;
  readonly name: string;
  readonly primaryKey: readonly PrimaryKeySchema[];
  definedColumns: readonly DefinedColumn[];
  options: Required<TableOptions>;
  readonly encryption?: Encryption;
  /** Seconds since the epoch. */
  readonly createdAt: number;
  readonly rows: Rows;
}

export const tables = new Kind<Table>({
  noun: 'Tablestore table',
  // Its id is the import id: `<instance>:<table>`.
  terraform: { type: 'alicloud_ots_table' },
  removal: ({ instance, name }) => `echo 'use -i ${instance}; drop -t ${name} -y' | ts`,
});

/** Source: "Limits" and "Naming conventions" of Tablestore. */
const NAME = /^[A-Za-z_]\w{0,254}$/;
const MOST_TABLES = 64;
const MOST_KEYS = 4;
const SHORTEST_LIFE_SECONDS = 86_400;
const DEFAULTS: Required<TableOptions> = {
  timeToLive: -1,
  maxVersions: 1,
  deviationCellVersionInSec: SHORTEST_LIFE_SECONDS,
  allowUpdate: true,
};

const idOf = (instance: Instance, table: string): string => `${instance.id}:${table}`;

/** @throws ApiError `OTSObjectNotExist` */
const tableOf = (cloud: Cloud, instance: Instance, name: string): Table =>
  tables
    .in(cloud.store)
    .get(idOf(instance, name), () => new ApiError('OTSObjectNotExist', 'Requested table does not exist.', 404));

/** The table, once its rows can be read and written. @throws ApiError `OTSTableNotReady` */
export function loadedTableOf(cloud: Cloud, instance: Instance, name: string): Table {
  const table = tableOf(cloud, instance, name);
  if (!cloud.isReady(tables.names.noun, table)) throw new ApiError('OTSTableNotReady', 'The table is not ready.', 404);
  return table;
}

const invalid = (message: string): ApiError => new ApiError('OTSParameterInvalid', message);

function checkOptions({ timeToLive, maxVersions }: Required<TableOptions>): void {
  if (timeToLive !== -1 && timeToLive < SHORTEST_LIFE_SECONDS) {
    throw invalid(`Invalid time to live: ${String(timeToLive)}; it is -1, or at least 86400 seconds.`);
  }
  if (maxVersions < 1) throw invalid(`Invalid max versions: ${String(maxVersions)}; there is at least one.`);
}

function checkSchema({ tableMeta, sseSpec }: CreateTableRequest): void {
  const { tableName, primaryKey = [] } = tableMeta;
  if (!NAME.test(tableName)) throw invalid(`Invalid table name: '${tableName}'.`);
  if (primaryKey.length < 1 || primaryKey.length > MOST_KEYS) {
    throw invalid(`The number of primary key columns must be in range: [1, ${String(MOST_KEYS)}].`);
  }
  if (new Set(primaryKey.map(({ name }) => name)).size < primaryKey.length) {
    throw invalid('Duplicated primary key name.');
  }
  if (sseSpec?.keyType === 'SSE_BYOK' && (!sseSpec.keyId?.length || !sseSpec.roleArn?.length)) {
    throw invalid('The key id and the role are needed where the key type is SSE_BYOK.');
  }
}

/** No table has a change stream; said in full, because the vendor's Go client takes it for granted. */
const NO_STREAM = { enableStream: false };

/** Capacity is paid as used, so nothing of it is reserved. */
const throughput = ({ createdAt }: Table): object => ({
  capacityUnit: { read: 0, write: 0 },
  lastIncreaseTime: createdAt,
});

export const tableOperations = [
  dataOperation('CreateTable', ({ request, instance, cloud }) => {
    checkSchema(request);
    const options = { ...DEFAULTS, ...request.tableOptions };
    checkOptions(options);
    const { tableName: name, primaryKey = [], definedColumn = [] } = request.tableMeta;
    const all = tables.in(cloud.store);
    const id = idOf(instance, name);
    if (all.find(id)) throw new ApiError('OTSObjectAlreadyExist', 'Requested table already exists.', 409);
    if (all.where((table) => table.instance === instance.id).length >= MOST_TABLES) {
      throw new ApiError('OTSQuotaExhausted', 'Number of tables exceeds the quota.', 403);
    }
    all.insert({
      id,
      uses: [instance.id],
      readyAt: cloud.readyAt(tables.names.noun),
      instance: instance.id,
      name,
      primaryKey,
      definedColumns: definedColumn,
      options,
      ...(request.sseSpec && { encryption: request.sseSpec }),
      createdAt: Math.floor(cloud.now() / 1000),
      rows: new Rows(primaryKey),
    });
    return {};
  }),
  dataOperation('ListTable', ({ instance, cloud }) => ({
    tableNames: tables
      .in(cloud.store)
      .where((table) => table.instance === instance.id)
      .map(({ name }) => name),
  })),
  dataOperation('DescribeTable', ({ request, instance, cloud }) => {
    const table = tableOf(cloud, instance, request.tableName);
    return {
      tableMeta: { tableName: table.name, primaryKey: table.primaryKey, definedColumn: table.definedColumns },
      reservedThroughputDetails: throughput(table),
      tableOptions: table.options,
      tableStatus: cloud.isReady(tables.names.noun, table) ? 'ACTIVE' : 'LOADING',
      streamDetails: NO_STREAM,
      ...(table.encryption && { sseDetails: table.encryption }),
    };
  }),
  dataOperation('UpdateTable', ({ request, instance, cloud }) => {
    const table = tableOf(cloud, instance, request.tableName);
    const options = { ...table.options, ...request.tableOptions };
    checkOptions(options);
    table.options = options;
    return { reservedThroughputDetails: throughput(table), tableOptions: options, streamDetails: NO_STREAM };
  }),
  dataOperation('DeleteTable', ({ request, instance, cloud }) => {
    tables.in(cloud.store).remove(tableOf(cloud, instance, request.tableName).id);
    return {};
  }),
  dataOperation('AddDefinedColumn', ({ request, instance, cloud }) => {
    const table = tableOf(cloud, instance, request.tableName);
    table.definedColumns = [...table.definedColumns, ...(request.columns ?? [])];
    return {};
  }),
  dataOperation('DeleteDefinedColumn', ({ request, instance, cloud }) => {
    const table = tableOf(cloud, instance, request.tableName);
    table.definedColumns = table.definedColumns.filter(({ name }) => !request.columns?.includes(name));
    return {};
  }),
];
