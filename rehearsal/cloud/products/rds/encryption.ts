/** Encryption of an instance: on the wire (SSL), and of its files (TDE), which can never be taken back. */
import { DescribeDBInstanceSSLRequest } from '@alicloud/rds20140815/dist/models/DescribeDbinstanceSslrequest';
import { DescribeDBInstanceSSLResponseBody } from '@alicloud/rds20140815/dist/models/DescribeDbinstanceSslresponseBody';
import { DescribeDBInstanceTDERequest } from '@alicloud/rds20140815/dist/models/DescribeDbinstanceTderequest';
import { DescribeDBInstanceTDEResponseBody } from '@alicloud/rds20140815/dist/models/DescribeDbinstanceTderesponseBody';
import { ModifyDBInstanceSSLRequest } from '@alicloud/rds20140815/dist/models/ModifyDbinstanceSslrequest';
import { ModifyDBInstanceSSLResponseBody } from '@alicloud/rds20140815/dist/models/ModifyDbinstanceSslresponseBody';
import { ModifyDBInstanceTDERequest } from '@alicloud/rds20140815/dist/models/ModifyDbinstanceTderequest';
import { ModifyDBInstanceTDEResponseBody } from '@alicloud/rds20140815/dist/models/ModifyDbinstanceTderesponseBody';
import { ApiError } from '../../api-error';
import type { Cloud } from '../../cloud';
import { rpcAction } from '../../rpc';
import { keys } from '../kms';
import { beginTransition, connectionString, dbInstanceOf, runningInstance } from './db-instances';

/** @throws ApiError `InvalidKmsKey` unless the account has that key and it is enabled */
export function requireKey(cloud: Cloud, id: string): void {
  const key = keys.in(cloud.store).find(id);
  if (key?.state !== 'Enabled') {
    throw new ApiError('InvalidKmsKey', `Kms key (${id}) is ${key?.state ?? 'not there'}, not Enabled.`, 403);
  }
}

const describeDBInstanceSSL = rpcAction({
  name: 'DescribeDBInstanceSSL',
  request: DescribeDBInstanceSSLRequest,
  response: DescribeDBInstanceSSLResponseBody,
  required: ['DBInstanceId'],
  handle: ({ request, cloud }) => {
    const instance = dbInstanceOf(cloud, request.DBInstanceId);
    const { enabled, forced } = instance.ssl;
    return {
      SSLEnabled: enabled ? 'Yes' : 'No',
      requireUpdate: 'No',
      connectionString: enabled ? connectionString(instance) : '',
      CAType: enabled ? 'aliyun' : '',
      forceEncryption: forced ? '1' : '0',
      lastModifyStatus: 'success',
    };
  },
});

const modifyDBInstanceSSL = rpcAction({
  name: 'ModifyDBInstanceSSL',
  request: ModifyDBInstanceSSLRequest,
  response: ModifyDBInstanceSSLResponseBody,
  required: ['connectionString', 'DBInstanceId'],
  oneOf: { forceEncryption: ['0', '1'] },
  handle: ({ request, cloud }) => {
    const instance = runningInstance(cloud, request.DBInstanceId);
    if (request.connectionString !== connectionString(instance)) {
      throw new ApiError(
        'InvalidCurrentConnectionString.NotFound',
        `The connection string (${request.connectionString ?? ''}) is none of the instance's.`,
        404,
      );
    }
    const enabled = request.SSLEnabled === undefined ? instance.ssl.enabled : request.SSLEnabled > 0;
    const forced = request.forceEncryption === undefined ? instance.ssl.forced : request.forceEncryption === '1';
    instance.ssl = { enabled, forced: enabled && forced };
    beginTransition(cloud, instance, 'SSL_MODIFYING');
    return {};
  },
});

const describeDBInstanceTDE = rpcAction({
  name: 'DescribeDBInstanceTDE',
  request: DescribeDBInstanceTDERequest,
  response: DescribeDBInstanceTDEResponseBody,
  required: ['DBInstanceId'],
  handle: ({ request, cloud }) => {
    const { enabled, key } = dbInstanceOf(cloud, request.DBInstanceId).tde;
    return {
      TDEStatus: enabled ? 'Enabled' : 'Disabled',
      TDEMode: !enabled ? 'Unknown' : key === '' ? 'Aliyun_Generate_Key' : 'Customer_Provided_Key',
      encryptionKey: key,
      databases: { database: [] },
    };
  },
});

const modifyDBInstanceTDE = rpcAction({
  name: 'ModifyDBInstanceTDE',
  request: ModifyDBInstanceTDERequest,
  response: ModifyDBInstanceTDEResponseBody,
  required: ['DBInstanceId', 'TDEStatus'],
  oneOf: { TDEStatus: ['Enabled', 'Disabled'] },
  // The model has RoleArn; Terraform's provider spells it so, and the API lets it pass.
  extra: ['RoleARN'],
  handle: ({ request, cloud }) => {
    const instance = runningInstance(cloud, request.DBInstanceId);
    if (instance.category === 'Basic') {
      throw new ApiError('IncorrectDBInstanceType', `TDE is not offered for the edition ${instance.category}.`);
    }
    if (request.TDEStatus === 'Disabled') {
      throw new ApiError('InvalidTDEStatus', `TDE of the instance (${instance.id}) cannot be turned off, ever.`);
    }
    const { encryptionKey = '' } = request;
    if (encryptionKey !== '') requireKey(cloud, encryptionKey);
    instance.tde = { enabled: true, key: encryptionKey };
    beginTransition(cloud, instance, 'TDE_MODIFYING');
    return {};
  },
});

export const encryptionActions = [
  describeDBInstanceSSL,
  modifyDBInstanceSSL,
  describeDBInstanceTDE,
  modifyDBInstanceTDE,
];
