/** Who reaches a Redis instance, and how: its addresses, allow lists, security groups, password rule and TLS. */
import { DescribeDBInstanceNetInfoRequest } from '@alicloud/r-kvstore20150101/dist/models/DescribeDbinstanceNetInfoRequest';
import { DescribeDBInstanceNetInfoResponseBody } from '@alicloud/r-kvstore20150101/dist/models/DescribeDbinstanceNetInfoResponseBody';
import { DescribeInstanceSSLRequest } from '@alicloud/r-kvstore20150101/dist/models/DescribeInstanceSslrequest';
import { DescribeInstanceSSLResponseBody } from '@alicloud/r-kvstore20150101/dist/models/DescribeInstanceSslresponseBody';
import { DescribeSecurityGroupConfigurationRequest } from '@alicloud/r-kvstore20150101/dist/models/DescribeSecurityGroupConfigurationRequest';
import { DescribeSecurityGroupConfigurationResponseBody } from '@alicloud/r-kvstore20150101/dist/models/DescribeSecurityGroupConfigurationResponseBody';
import { DescribeSecurityIpsRequest } from '@alicloud/r-kvstore20150101/dist/models/DescribeSecurityIpsRequest';
import { DescribeSecurityIpsResponseBody } from '@alicloud/r-kvstore20150101/dist/models/DescribeSecurityIpsResponseBody';
import { ModifyInstanceSSLRequest } from '@alicloud/r-kvstore20150101/dist/models/ModifyInstanceSslrequest';
import { ModifyInstanceSSLResponseBody } from '@alicloud/r-kvstore20150101/dist/models/ModifyInstanceSslresponseBody';
import { ModifyInstanceVpcAuthModeRequest } from '@alicloud/r-kvstore20150101/dist/models/ModifyInstanceVpcAuthModeRequest';
import { ModifyInstanceVpcAuthModeResponseBody } from '@alicloud/r-kvstore20150101/dist/models/ModifyInstanceVpcAuthModeResponseBody';
import { ModifySecurityGroupConfigurationRequest } from '@alicloud/r-kvstore20150101/dist/models/ModifySecurityGroupConfigurationRequest';
import { ModifySecurityGroupConfigurationResponseBody } from '@alicloud/r-kvstore20150101/dist/models/ModifySecurityGroupConfigurationResponseBody';
import { ModifySecurityIpsRequest } from '@alicloud/r-kvstore20150101/dist/models/ModifySecurityIpsRequest';
import { ModifySecurityIpsResponseBody } from '@alicloud/r-kvstore20150101/dist/models/ModifySecurityIpsResponseBody';
import ipaddr from 'ipaddr.js';
import { ApiError } from '../../api-error';
import type { Cloud } from '../../cloud';
import { rpcAction } from '../../rpc';
import { securityGroupOf } from '../ecs';
import { begin, instanceOf, normalInstance, usesOf } from './instances';
import type { Instance } from './instances';
import { domainOf } from './lifecycle';

/** Addresses in one list, and security groups of one instance. */
const MOST = { addresses: 1000, securityGroups: 10 } as const;

const describeNetInfo = rpcAction({
  name: 'DescribeDBInstanceNetInfo',
  request: DescribeDBInstanceNetInfoRequest,
  response: DescribeDBInstanceNetInfoResponseBody,
  required: ['instanceId'],
  handle: ({ request, cloud }) => {
    const instance = instanceOf(cloud, request.instanceId);
    return {
      instanceNetworkType: 'VPC',
      netInfoItems: {
        instanceNetInfo: [
          {
            connectionString: domainOf(instance),
            // 0 is public, 1 classic, 2 inside a VPC.
            DBInstanceNetType: '2',
            directConnection: 0,
            IPAddress: instance.privateIp,
            IPType: 'Private',
            port: String(instance.port),
            upgradeable: 'Disabled',
            VPCId: instance.vpcId,
            VPCInstanceId: instance.id,
            vSwitchId: instance.vswitchId,
          },
        ],
      },
    };
  },
});

/** @throws ApiError `InvalidSecurityIPs.Format`, `InvalidSecurityIPs.Duplicate`, `InvalidSecurityIPs.QuotaExceeded` */
function addressesOf(text: string): string[] {
  const addresses = text.split(',');
  for (const [index, address] of addresses.entries()) {
    const valid = address.includes('/')
      ? ipaddr.IPv4.isValidCIDRFourPartDecimal(address)
      : ipaddr.IPv4.isValidFourPartDecimal(address);
    if (!valid) throw new ApiError('InvalidSecurityIPs.Format', `Specified security IP (${address}) is not valid.`);
    if (addresses.indexOf(address) < index) {
      throw new ApiError('InvalidSecurityIPs.Duplicate', `Specified security IP list has ${address} twice.`);
    }
  }
  return addresses;
}

const modifySecurityIps = rpcAction({
  name: 'ModifySecurityIps',
  request: ModifySecurityIpsRequest,
  response: ModifySecurityIpsResponseBody,
  required: ['instanceId', 'securityIps'],
  oneOf: { modifyMode: ['Cover', 'Append', 'Delete'] },
  handle: ({ request, cloud }) => {
    const instance = normalInstance(cloud, request.instanceId);
    const { securityIpGroupName: name = 'default', modifyMode = 'Cover' } = request;
    const sent = addressesOf(request.securityIps ?? '');
    const group = instance.ipGroups.get(name);
    const current = group?.addresses ?? [];
    const addresses = {
      Cover: sent,
      Append: [...new Set([...current, ...sent])],
      Delete: current.filter((address) => !sent.includes(address)),
    }[modifyMode];
    if (addresses !== undefined && addresses.length > MOST.addresses) {
      throw new ApiError(
        'InvalidSecurityIPs.QuotaExceeded',
        `The list would have ${String(addresses.length)} entries, and may have ${String(MOST.addresses)}.`,
      );
    }
    const attribute = request.securityIpGroupAttribute ?? group?.attribute ?? '';
    instance.ipGroups.set(name, { attribute, addresses: addresses ?? current });
    return {};
  },
});

const describeSecurityIps = rpcAction({
  name: 'DescribeSecurityIps',
  request: DescribeSecurityIpsRequest,
  response: DescribeSecurityIpsResponseBody,
  required: ['instanceId'],
  handle: ({ request, cloud }) => ({
    securityIpGroups: {
      securityIpGroup: [...instanceOf(cloud, request.instanceId).ipGroups].map(([name, group]) => ({
        securityIpGroupName: name,
        securityIpGroupAttribute: group.attribute,
        securityIpList: group.addresses.join(','),
      })),
    },
  }),
});

/** @throws ApiError for one that there is not, or that is in another VPC, and for too many */
function securityGroupsOf(cloud: Cloud, instance: Instance, text: string): readonly string[] {
  const ids = text.split(',');
  if (ids.length > MOST.securityGroups) {
    throw new ApiError(
      'SecurityGroupQuotaExceeded',
      `An instance may have ${String(MOST.securityGroups)} security groups, not ${String(ids.length)}.`,
    );
  }
  for (const id of ids) {
    if (securityGroupOf(cloud, id).vpcId !== instance.vpcId) {
      throw new ApiError('InvalidSecurityGroupId.Mismatch', `The security group (${id}) is not in ${instance.vpcId}.`);
    }
  }
  return ids;
}

const relations = (instance: Instance) => ({
  items: {
    ecsSecurityGroupRelation: instance.securityGroupIds.map((securityGroupId) => ({
      securityGroupId,
      netType: 'vpc',
      regionId: instance.region,
    })),
  },
});

const modifySecurityGroupConfiguration = rpcAction({
  name: 'ModifySecurityGroupConfiguration',
  request: ModifySecurityGroupConfigurationRequest,
  response: ModifySecurityGroupConfigurationResponseBody,
  required: ['DBInstanceId', 'securityGroupId'],
  handle: ({ request, cloud }) => {
    const instance = normalInstance(cloud, request.DBInstanceId);
    instance.securityGroupIds = securityGroupsOf(cloud, instance, request.securityGroupId ?? '');
    instance.uses = usesOf(instance);
    return {};
  },
});

const describeSecurityGroupConfiguration = rpcAction({
  name: 'DescribeSecurityGroupConfiguration',
  request: DescribeSecurityGroupConfigurationRequest,
  response: DescribeSecurityGroupConfigurationResponseBody,
  required: ['instanceId'],
  handle: ({ request, cloud }) => relations(instanceOf(cloud, request.instanceId)),
});

const modifyVpcAuthMode = rpcAction({
  name: 'ModifyInstanceVpcAuthMode',
  request: ModifyInstanceVpcAuthModeRequest,
  response: ModifyInstanceVpcAuthModeResponseBody,
  required: ['instanceId', 'vpcAuthMode'],
  oneOf: { vpcAuthMode: ['Open', 'Close'] },
  handle: ({ request, cloud }) => {
    const instance = normalInstance(cloud, request.instanceId);
    instance.vpcAuthMode = request.vpcAuthMode ?? instance.vpcAuthMode;
    return {};
  },
});

const modifySsl = rpcAction({
  name: 'ModifyInstanceSSL',
  request: ModifyInstanceSSLRequest,
  response: ModifyInstanceSSLResponseBody,
  required: ['instanceId', 'SSLEnabled'],
  oneOf: { SSLEnabled: ['Enable', 'Disable', 'Update'] },
  handle: ({ request, cloud }) => {
    const instance = normalInstance(cloud, request.instanceId);
    if (!instance.tls && request.SSLEnabled !== 'Enable') {
      throw new ApiError('SSLDisableStateExistsFault', `TLS of the instance (${instance.id}) is off already.`);
    }
    if (instance.tls && request.SSLEnabled === 'Enable') {
      throw new ApiError('SSLEnableStateExistsFault', `TLS of the instance (${instance.id}) is on already.`);
    }
    instance.tls = request.SSLEnabled !== 'Disable';
    begin(cloud, instance, 'SSLModifying');
    return { instanceId: instance.id };
  },
});

/** How long a certificate of the service holds, in ms. */
const CERTIFICATE_MS = 3 * 365 * 24 * 60 * 60 * 1000;

const describeSsl = rpcAction({
  name: 'DescribeInstanceSSL',
  request: DescribeInstanceSSLRequest,
  response: DescribeInstanceSSLResponseBody,
  required: ['instanceId'],
  handle: ({ request, cloud }) => {
    const instance = instanceOf(cloud, request.instanceId);
    if (!instance.tls) return { instanceId: instance.id, SSLEnabled: 'Disable' };
    return {
      instanceId: instance.id,
      SSLEnabled: 'Enable',
      certCommonName: domainOf(instance),
      SSLExpiredTime: cloud.timestamp(Date.parse(instance.createdAt) + CERTIFICATE_MS),
    };
  },
});

export const accessActions = [
  describeNetInfo,
  modifySecurityIps,
  describeSecurityIps,
  modifySecurityGroupConfiguration,
  describeSecurityGroupConfiguration,
  modifyVpcAuthMode,
  modifySsl,
  describeSsl,
];
