/** The databases inside an instance; they go with it. */
import { CreateDatabaseRequest } from '@alicloud/rds20140815/dist/models/CreateDatabaseRequest';
import { CreateDatabaseResponseBody } from '@alicloud/rds20140815/dist/models/CreateDatabaseResponseBody';
import { DeleteDatabaseRequest } from '@alicloud/rds20140815/dist/models/DeleteDatabaseRequest';
import { DeleteDatabaseResponseBody } from '@alicloud/rds20140815/dist/models/DeleteDatabaseResponseBody';
import { DescribeDatabasesRequest } from '@alicloud/rds20140815/dist/models/DescribeDatabasesRequest';
import { DescribeDatabasesResponseBody } from '@alicloud/rds20140815/dist/models/DescribeDatabasesResponseBody';
import { ModifyDBDescriptionRequest } from '@alicloud/rds20140815/dist/models/ModifyDbdescriptionRequest';
import { ModifyDBDescriptionResponseBody } from '@alicloud/rds20140815/dist/models/ModifyDbdescriptionResponseBody';
import { ApiError, notFound } from '../../api-error';
import type { Cloud } from '../../cloud';
import { rpcAction } from '../../rpc';
import { Kind } from '../../store';
import type { Entity } from '../../store';
import { accounts } from './accounts';
import { dbInstanceOf, runningInstance } from './db-instances';

export interface Database extends Entity {
  /** `<instance id>:<name>`. */
  readonly id: string;
  readonly instanceId: string;
  readonly name: string;
  readonly characterSet: string;
  description: string;
}

export const databases = new Kind<Database>({
  noun: 'RDS database',
  terraform: { type: 'alicloud_db_database' },
  removal: (database) => `aliyun rds DeleteDatabase --DBInstanceId ${database.instanceId} --DBName ${database.name}`,
});

/** @throws ApiError `InvalidDBName.NotFound` */
export const databaseOf = (cloud: Cloud, instanceId: string, name: string | undefined): Database =>
  databases
    .in(cloud.store)
    .get(`${instanceId}:${name ?? ''}`, () => notFound('InvalidDBName.NotFound', 'database', name ?? ''));

const NAME = /^[a-z][a-z0-9_-]{0,62}[a-z0-9]$/;
const CHARACTER_SETS = ['utf8', 'gbk', 'latin1', 'utf8mb4'];

const createDatabase = rpcAction({
  name: 'CreateDatabase',
  request: CreateDatabaseRequest,
  response: CreateDatabaseResponseBody,
  required: ['characterSetName', 'DBInstanceId', 'DBName'],
  handle: ({ request, cloud }) => {
    const instance = runningInstance(cloud, request.DBInstanceId);
    const { DBName: name = '', characterSetName: characterSet = '' } = request;
    const all = databases.in(cloud.store);
    if (!NAME.test(name)) throw new ApiError('InvalidDBName.Malformed', `Specified DB name (${name}) is not valid.`);
    if (!CHARACTER_SETS.includes(characterSet)) {
      throw new ApiError('InvalidCharacterSetName.Format', `Specified character set (${characterSet}) is not valid.`);
    }
    if (all.find(`${instance.id}:${name}`) !== undefined) {
      throw new ApiError('InvalidDBName.Duplicate', `Specified DB name (${name}) already exists in the instance.`);
    }
    all.insert({
      id: `${instance.id}:${name}`,
      uses: [],
      readyAt: cloud.readyAt('RDS database'),
      instanceId: instance.id,
      name,
      characterSet,
      description: request.DBDescription ?? '',
    });
    return {};
  },
});

/** Who may do what in it. */
const privilegesIn = (cloud: Cloud, database: Database) =>
  accounts
    .in(cloud.store)
    .where((account) => account.instanceId === database.instanceId && account.privileges.has(database.name))
    .map((account) => ({
      account: account.name,
      accountPrivilege: account.privileges.get(database.name),
      accountPrivilegeDetail: '',
    }));

const describeDatabases = rpcAction({
  name: 'DescribeDatabases',
  request: DescribeDatabasesRequest,
  response: DescribeDatabasesResponseBody,
  required: ['DBInstanceId'],
  handle: ({ request, cloud }) => {
    const instance = dbInstanceOf(cloud, request.DBInstanceId);
    const found = databases
      .in(cloud.store)
      .where((database) => database.instanceId === instance.id && (request.DBName ?? database.name) === database.name);
    return {
      databases: {
        database: found.map((database) => ({
          DBInstanceId: instance.id,
          DBName: database.name,
          DBDescription: database.description,
          DBStatus: cloud.isReady('RDS database', database) ? 'Running' : 'Creating',
          characterSetName: database.characterSet,
          engine: instance.engine,
          accounts: { accountPrivilegeInfo: privilegesIn(cloud, database) },
        })),
      },
    };
  },
});

const modifyDBDescription = rpcAction({
  name: 'ModifyDBDescription',
  request: ModifyDBDescriptionRequest,
  response: ModifyDBDescriptionResponseBody,
  required: ['DBDescription', 'DBInstanceId', 'DBName'],
  handle: ({ request, cloud }) => {
    const instance = runningInstance(cloud, request.DBInstanceId);
    databaseOf(cloud, instance.id, request.DBName).description = request.DBDescription ?? '';
    return {};
  },
});

const deleteDatabase = rpcAction({
  name: 'DeleteDatabase',
  request: DeleteDatabaseRequest,
  response: DeleteDatabaseResponseBody,
  required: ['DBInstanceId', 'DBName'],
  handle: ({ request, cloud }) => {
    const instance = runningInstance(cloud, request.DBInstanceId);
    const database = databaseOf(cloud, instance.id, request.DBName);
    for (const account of accounts.in(cloud.store).where(({ instanceId }) => instanceId === instance.id)) {
      account.privileges.delete(database.name);
    }
    databases.in(cloud.store).remove(database.id);
    return {};
  },
});

export const databaseActions = [createDatabase, describeDatabases, modifyDBDescription, deleteDatabase];
