/** Encryption at rest: offered for the Enterprise Edition only, which nothing here is. */
import { DescribeEncryptionKeyRequest } from '@alicloud/r-kvstore20150101/dist/models/DescribeEncryptionKeyRequest';
import { DescribeEncryptionKeyResponseBody } from '@alicloud/r-kvstore20150101/dist/models/DescribeEncryptionKeyResponseBody';
import { DescribeInstanceTDEStatusRequest } from '@alicloud/r-kvstore20150101/dist/models/DescribeInstanceTdestatusRequest';
import { DescribeInstanceTDEStatusResponseBody } from '@alicloud/r-kvstore20150101/dist/models/DescribeInstanceTdestatusResponseBody';
import { ModifyInstanceTDERequest } from '@alicloud/r-kvstore20150101/dist/models/ModifyInstanceTderequest';
import { ModifyInstanceTDEResponseBody } from '@alicloud/r-kvstore20150101/dist/models/ModifyInstanceTderesponseBody';
import { ApiError } from '../../api-error';
import { rpcAction } from '../../rpc';
import { instanceOf, normalInstance } from './instances';

export const encryptionActions = [
  rpcAction({
    name: 'DescribeInstanceTDEStatus',
    request: DescribeInstanceTDEStatusRequest,
    response: DescribeInstanceTDEStatusResponseBody,
    required: ['instanceId'],
    handle: ({ request, cloud }) => {
      instanceOf(cloud, request.instanceId);
      return { TDEStatus: 'Disabled' };
    },
  }),
  rpcAction({
    name: 'DescribeEncryptionKey',
    request: DescribeEncryptionKeyRequest,
    response: DescribeEncryptionKeyResponseBody,
    required: ['instanceId'],
    handle: ({ request, cloud }) => {
      instanceOf(cloud, request.instanceId);
      return { encryptionKey: '', encryptionName: '', roleArn: '' };
    },
  }),
  rpcAction({
    name: 'ModifyInstanceTDE',
    request: ModifyInstanceTDERequest,
    response: ModifyInstanceTDEResponseBody,
    required: ['instanceId', 'TDEStatus'],
    oneOf: { TDEStatus: ['Enabled'] },
    handle: ({ request, cloud }) => {
      const instance = normalInstance(cloud, request.instanceId);
      throw new ApiError('IncorrectDBInstanceType', `TDE is not offered for ${instance.instanceClass}.`, 403);
    },
  }),
];
