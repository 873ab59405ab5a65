/** The accounts inside an instance, and what each may do in which database; they go with it. */
import { CreateAccountRequest } from '@alicloud/rds20140815/dist/models/CreateAccountRequest';
import { CreateAccountResponseBody } from '@alicloud/rds20140815/dist/models/CreateAccountResponseBody';
import { DeleteAccountRequest } from '@alicloud/rds20140815/dist/models/DeleteAccountRequest';
import { DeleteAccountResponseBody } from '@alicloud/rds20140815/dist/models/DeleteAccountResponseBody';
import { DescribeAccountsRequest } from '@alicloud/rds20140815/dist/models/DescribeAccountsRequest';
import { DescribeAccountsResponseBody } from '@alicloud/rds20140815/dist/models/DescribeAccountsResponseBody';
import { GrantAccountPrivilegeRequest } from '@alicloud/rds20140815/dist/models/GrantAccountPrivilegeRequest';
import { GrantAccountPrivilegeResponseBody } from '@alicloud/rds20140815/dist/models/GrantAccountPrivilegeResponseBody';
import { ModifyAccountDescriptionRequest } from '@alicloud/rds20140815/dist/models/ModifyAccountDescriptionRequest';
import { ModifyAccountDescriptionResponseBody } from '@alicloud/rds20140815/dist/models/ModifyAccountDescriptionResponseBody';
import { ResetAccountPasswordRequest } from '@alicloud/rds20140815/dist/models/ResetAccountPasswordRequest';
import { ResetAccountPasswordResponseBody } from '@alicloud/rds20140815/dist/models/ResetAccountPasswordResponseBody';
import { RevokeAccountPrivilegeRequest } from '@alicloud/rds20140815/dist/models/RevokeAccountPrivilegeRequest';
import { RevokeAccountPrivilegeResponseBody } from '@alicloud/rds20140815/dist/models/RevokeAccountPrivilegeResponseBody';
import { ApiError, notFound } from '../../api-error';
import type { Cloud } from '../../cloud';
import { rpcAction } from '../../rpc';
import { Kind } from '../../store';
import type { Entity } from '../../store';
import { databaseOf } from './databases';
import { dbInstanceOf, runningInstance } from './db-instances';

export interface Account extends Entity {
  /** `<instance id>:<name>`. */
  readonly id: string;
  readonly instanceId: string;
  readonly name: string;
  readonly type: string;
  /** What it may do, by the database's name. */
  readonly privileges: Map<string, string>;
  description: string;
}

export const accounts = new Kind<Account>({
  noun: 'RDS account',
  terraform: { type: 'alicloud_rds_account' },
  removal: (account) => `aliyun rds DeleteAccount --DBInstanceId ${account.instanceId} --AccountName ${account.name}`,
});

/** @throws ApiError `InvalidAccountName.NotFound` */
const accountOf = (cloud: Cloud, instanceId: string, name: string | undefined): Account =>
  accounts
    .in(cloud.store)
    .get(`${instanceId}:${name ?? ''}`, () => notFound('InvalidAccountName.NotFound', 'account', name ?? ''));

const NAME = /^[a-z][a-z0-9_]{0,30}[a-z0-9]$/;
const FORBIDDEN = ['root', 'admin', 'aliyun_root', 'mysql', 'replicator', 'eagleye', 'aurora', 'template'];
const TYPES = ['Normal', 'Super'];
const PRIVILEGES = ['ReadWrite', 'ReadOnly', 'DDLOnly', 'DMLOnly', 'DBOwner'];

function checkPassword(password: string): void {
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[!@#$%^&*()_+\-=]/].filter((kind) => kind.test(password)).length;
  if (kinds < 3 || !/^[\w!@#$%^&*()+\-=]{8,32}$/.test(password)) {
    throw new ApiError(
      'InvalidPassword.Format',
      'Specified password is not of 8 to 32 characters with three kinds of lower case, upper case, digits and !@#$%^&*()_+-=.',
    );
  }
}

const createAccount = rpcAction({
  name: 'CreateAccount',
  request: CreateAccountRequest,
  response: CreateAccountResponseBody,
  required: ['accountName', 'accountPassword', 'DBInstanceId'],
  oneOf: { accountType: TYPES },
  handle: ({ request, cloud }) => {
    const instance = runningInstance(cloud, request.DBInstanceId);
    const { accountName: name = '', accountType: type = 'Normal' } = request;
    const all = accounts.in(cloud.store);
    if (FORBIDDEN.includes(name)) {
      throw new ApiError('InvalidAccountName.Forbid', `Specified account name (${name}) is kept by the service.`);
    }
    if (!NAME.test(name)) {
      throw new ApiError('InvalidAccountName.Malformed', `Specified account name (${name}) is not valid.`);
    }
    checkPassword(request.accountPassword ?? '');
    if (all.find(`${instance.id}:${name}`) !== undefined) {
      throw new ApiError('InvalidAccountName.Duplicate', `Specified account name (${name}) already exists.`);
    }
    const supers = all.where((account) => account.instanceId === instance.id && account.type === 'Super');
    if (type === 'Super' && supers.length > 0) {
      throw new ApiError('AccountLimitExceeded', `The instance (${instance.id}) has its one super account already.`);
    }
    all.insert({
      id: `${instance.id}:${name}`,
      uses: [],
      readyAt: cloud.readyAt('RDS account'),
      instanceId: instance.id,
      name,
      type,
      privileges: new Map(),
      description: request.accountDescription ?? '',
    });
    return {};
  },
});

const describeAccounts = rpcAction({
  name: 'DescribeAccounts',
  request: DescribeAccountsRequest,
  response: DescribeAccountsResponseBody,
  required: ['DBInstanceId'],
  handle: ({ request, cloud }) => {
    const instance = dbInstanceOf(cloud, request.DBInstanceId);
    const found = accounts
      .in(cloud.store)
      .where((account) => account.instanceId === instance.id && (request.accountName ?? account.name) === account.name);
    return {
      pageNumber: 1,
      totalRecordCount: found.length,
      accounts: {
        DBInstanceAccount: found.map((account) => ({
          DBInstanceId: instance.id,
          accountName: account.name,
          accountType: account.type,
          accountDescription: account.description,
          accountStatus: cloud.isReady('RDS account', account) ? 'Available' : 'Unavailable',
          checkPolicy: false,
          privExceeded: '0',
          databasePrivileges: {
            databasePrivilege: [...account.privileges].map(([DBName, accountPrivilege]) => ({
              DBName,
              accountPrivilege,
              accountPrivilegeDetail: '',
            })),
          },
        })),
      },
    };
  },
});

const modifyAccountDescription = rpcAction({
  name: 'ModifyAccountDescription',
  request: ModifyAccountDescriptionRequest,
  response: ModifyAccountDescriptionResponseBody,
  required: ['accountDescription', 'accountName', 'DBInstanceId'],
  handle: ({ request, cloud }) => {
    const instance = runningInstance(cloud, request.DBInstanceId);
    accountOf(cloud, instance.id, request.accountName).description = request.accountDescription ?? '';
    return {};
  },
});

const resetAccountPassword = rpcAction({
  name: 'ResetAccountPassword',
  request: ResetAccountPasswordRequest,
  response: ResetAccountPasswordResponseBody,
  required: ['accountName', 'accountPassword', 'DBInstanceId'],
  handle: ({ request, cloud }) => {
    const instance = runningInstance(cloud, request.DBInstanceId);
    accountOf(cloud, instance.id, request.accountName);
    checkPassword(request.accountPassword ?? '');
    return {};
  },
});

const grantAccountPrivilege = rpcAction({
  name: 'GrantAccountPrivilege',
  request: GrantAccountPrivilegeRequest,
  response: GrantAccountPrivilegeResponseBody,
  required: ['accountName', 'accountPrivilege', 'DBInstanceId', 'DBName'],
  oneOf: { accountPrivilege: PRIVILEGES },
  handle: ({ request, cloud }) => {
    const instance = runningInstance(cloud, request.DBInstanceId);
    const account = accountOf(cloud, instance.id, request.accountName);
    const database = databaseOf(cloud, instance.id, request.DBName);
    account.privileges.set(database.name, request.accountPrivilege ?? '');
    return {};
  },
});

const revokeAccountPrivilege = rpcAction({
  name: 'RevokeAccountPrivilege',
  request: RevokeAccountPrivilegeRequest,
  response: RevokeAccountPrivilegeResponseBody,
  required: ['accountName', 'DBInstanceId', 'DBName'],
  handle: ({ request, cloud }) => {
    const instance = runningInstance(cloud, request.DBInstanceId);
    const account = accountOf(cloud, instance.id, request.accountName);
    account.privileges.delete(databaseOf(cloud, instance.id, request.DBName).name);
    return {};
  },
});

const deleteAccount = rpcAction({
  name: 'DeleteAccount',
  request: DeleteAccountRequest,
  response: DeleteAccountResponseBody,
  required: ['accountName', 'DBInstanceId'],
  handle: ({ request, cloud }) => {
    const instance = runningInstance(cloud, request.DBInstanceId);
    accounts.in(cloud.store).remove(accountOf(cloud, instance.id, request.accountName).id);
    return {};
  },
});

export const accountActions = [
  createAccount,
  describeAccounts,
  modifyAccountDescription,
  resetAccountPassword,
  grantAccountPrivilege,
  revokeAccountPrivilege,
  deleteAccount,
];
