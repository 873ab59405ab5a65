/** From creation to release of a Redis instance, and what is told of it in between. */
import { CreateInstanceRequest } from '@alicloud/r-kvstore20150101/dist/models/CreateInstanceRequest';
import { CreateInstanceResponseBody } from '@alicloud/r-kvstore20150101/dist/models/CreateInstanceResponseBody';
import { DeleteInstanceRequest } from '@alicloud/r-kvstore20150101/dist/models/DeleteInstanceRequest';
import { DeleteInstanceResponseBody } from '@alicloud/r-kvstore20150101/dist/models/DeleteInstanceResponseBody';
import { DescribeInstanceAttributeRequest } from '@alicloud/r-kvstore20150101/dist/models/DescribeInstanceAttributeRequest';
import { DescribeInstanceAttributeResponseBody } from '@alicloud/r-kvstore20150101/dist/models/DescribeInstanceAttributeResponseBody';
import { DescribeInstancesRequest } from '@alicloud/r-kvstore20150101/dist/models/DescribeInstancesRequest';
import { DescribeInstancesResponseBody } from '@alicloud/r-kvstore20150101/dist/models/DescribeInstancesResponseBody';
import { ApiError } from '../../api-error';
import { addressAt } from '../../cidr';
import type { Cloud } from '../../cloud';
import { page } from '../../paging';
import { DEFAULT_RESOURCE_GROUP } from '../../resource-group';
import { rpcAction } from '../../rpc';
import { readTags, writeTags } from '../../tags';
import type { VSwitch } from '../vpc';
import { ENGINE_VERSIONS, QPS_PER_SHARD, sizeOf, usualSettings } from './classes';
import {
  begin,
  checkedInstanceName,
  checkedPassword,
  instanceOf,
  instances,
  normalInstance,
  placeOf,
  readyAt,
  statusOf,
  usesOf,
} from './instances';
import type { Instance } from './instances';

const USUAL_PORT = 6379;

/** The host name inside the VPC. */
export const domainOf = (instance: Instance): string => `${instance.id}.redis.rds.aliyuncs.com`;

/** An address that no other instance in the vSwitch has; the first ones are left to what is asked for by address. */
export function freeAddress(cloud: Cloud, vswitch: VSwitch): string {
  const taken = new Set(
    instances
      .in(cloud.store)
      .all()
      .map((instance) => instance.privateIp),
  );
  let offset = 100;
  while (taken.has(addressAt(vswitch.cidr, offset))) offset += 1;
  return addressAt(vswitch.cidr, offset);
}

const createInstance = rpcAction({
  name: 'CreateInstance',
  request: CreateInstanceRequest,
  response: CreateInstanceResponseBody,
  required: ['regionId', 'instanceClass', 'vSwitchId'],
  // The classic network, Memcache and subscriptions are left out: nothing here is ever bought so.
  oneOf: {
    chargeType: ['PostPaid'],
    engineVersion: ENGINE_VERSIONS,
    instanceType: ['Redis'],
    networkType: ['VPC'],
  },
  handle: ({ request, cloud, region }) => {
    const all = instances.in(cloud.store);
    const { instanceClass = '', shardCount: shards = 1, engineVersion = '5.0' } = request;
    const { zoneId, secondaryZoneId, vswitch } = placeOf(cloud, region, {
      ...(request.vSwitchId && { vSwitchId: request.vSwitchId }),
      ...(request.zoneId && { zoneId: request.zoneId }),
      ...(request.secondaryZoneId && { secondaryZoneId: request.secondaryZoneId }),
    });
    if ((request.vpcId ?? vswitch.vpcId) !== vswitch.vpcId) {
      throw new ApiError('InvalidVpcId', `The vSwitch (${vswitch.id}) is in ${vswitch.vpcId}.`);
    }
    sizeOf(instanceClass, shards);
    const id = cloud.newId('r-bp1');
    const name = request.instanceName ? checkedInstanceName(request.instanceName) : id;
    const password = request.password ? checkedPassword(request.password) : '';
    if (all.all().length >= cloud.quotas.redisInstances) {
      throw new ApiError(
        'QuotaExceed.Instance',
        `The account has its ${String(cloud.quotas.redisInstances)} Redis instances already.`,
        403,
      );
    }
    const tags = readTags(request.tag);
    if (request.dryRun === true) throw new ApiError('DryRunOperation', 'The request would have succeeded.');
    const instance: Instance = all.insert({
      id,
      uses: usesOf({ vpcId: vswitch.vpcId, vswitchId: vswitch.id, securityGroupIds: [] }),
      readyAt: readyAt(cloud),
      transition: 'Creating',
      region,
      vpcId: vswitch.vpcId,
      vswitchId: vswitch.id,
      zoneId,
      secondaryZoneId,
      chargeType: request.chargeType ?? 'PostPaid',
      createdAt: cloud.timestamp(),
      resourceGroupId: request.resourceGroupId ?? DEFAULT_RESOURCE_GROUP,
      tags,
      name,
      password,
      instanceClass,
      engineVersion,
      shards,
      privateIp: request.privateIpAddress ?? freeAddress(cloud, vswitch),
      port: Number(request.port ?? USUAL_PORT),
      settings: usualSettings(),
      ipGroups: new Map([['default', { attribute: '', addresses: ['127.0.0.1'] }]]),
      securityGroupIds: [],
      vpcAuthMode: 'Open',
      releaseProtection: false,
      backup: { period: 'Monday,Tuesday,Wednesday,Thursday,Friday,Saturday,Sunday', time: '18:00Z-19:00Z' },
      maintenance: { start: '18:00Z', end: '22:00Z' },
      tls: false,
      autoUpgrade: '1',
    });
    return {
      instanceId: instance.id,
      instanceName: name,
      instanceStatus: 'Creating',
      connectionDomain: domainOf(instance),
      port: instance.port,
      privateIpAddr: instance.privateIp,
      networkType: 'VPC',
      vpcId: instance.vpcId,
      vSwitchId: instance.vswitchId,
      zoneId,
      regionId: region,
      chargeType: instance.chargeType,
    };
  },
});

/** What both reading actions tell of an instance. */
function described(cloud: Cloud, instance: Instance) {
  const { memory, connections, bandwidth } = sizeOf(instance.instanceClass, instance.shards);
  return {
    architectureType: instance.shards > 1 ? 'cluster' : 'standard',
    bandwidth: bandwidth * instance.shards,
    capacity: memory * instance.shards,
    chargeType: instance.chargeType,
    config: JSON.stringify(Object.fromEntries(instance.settings)),
    connectionDomain: domainOf(instance),
    connections: connections * instance.shards,
    createTime: instance.createdAt,
    endTime: '',
    engineVersion: instance.engineVersion,
    instanceClass: instance.instanceClass,
    instanceId: instance.id,
    instanceName: instance.name,
    instanceStatus: statusOf(cloud, instance),
    instanceType: 'Redis',
    isRds: true,
    networkType: 'VPC',
    nodeType: 'double',
    packageType: 'standard',
    port: instance.port,
    privateIp: instance.privateIp,
    QPS: QPS_PER_SHARD * instance.shards,
    regionId: instance.region,
    resourceGroupId: instance.resourceGroupId,
    secondaryZoneId: instance.secondaryZoneId,
    shardCount: instance.shards,
    slaveReadOnlyCount: 0,
    tags: { tag: writeTags(instance.tags) },
    vSwitchId: instance.vswitchId,
    vpcId: instance.vpcId,
    zoneId: instance.zoneId,
  };
}

const describeInstanceAttribute = rpcAction({
  name: 'DescribeInstanceAttribute',
  request: DescribeInstanceAttributeRequest,
  response: DescribeInstanceAttributeResponseBody,
  required: ['instanceId'],
  handle: ({ request, cloud }) => {
    const instance = instanceOf(cloud, request.instanceId);
    return {
      instances: {
        DBInstanceAttribute: [
          {
            ...described(cloud, instance),
            cloudType: 'ALIYUN',
            engine: 'Redis',
            instanceReleaseProtection: instance.releaseProtection,
            isOrderCompleted: statusOf(cloud, instance) === 'Normal',
            isSupportTDE: false,
            maintainEndTime: instance.maintenance.end,
            maintainStartTime: instance.maintenance.start,
            readOnlyCount: 0,
            realInstanceClass: instance.instanceClass,
            replicationMode: 'master-slave',
            securityIPList: [...instance.ipGroups.values()].flatMap(({ addresses }) => addresses).join(','),
            vpcAuthMode: instance.vpcAuthMode,
            vpcCloudInstanceId: instance.id,
          },
        ],
      },
    };
  },
});

const describeInstances = rpcAction({
  name: 'DescribeInstances',
  request: DescribeInstancesRequest,
  response: DescribeInstancesResponseBody,
  handle: ({ request, cloud, region }) => {
    const ids = request.instanceIds?.split(',');
    const found = instances
      .in(cloud.store)
      .where(
        (instance) =>
          instance.region === region &&
          instance.transition !== 'Released' &&
          (ids?.includes(instance.id) ?? true) &&
          (request.vpcId ?? instance.vpcId) === instance.vpcId &&
          (request.vSwitchId ?? instance.vswitchId) === instance.vswitchId &&
          (request.tag ?? []).every(({ key = '', value }) => instance.tags.get(key) === value),
      );
    const { items, ...counts } = page(found, request);
    return { ...counts, instances: { KVStoreInstance: items.map((instance) => described(cloud, instance)) } };
  },
});

const deleteInstance = rpcAction({
  name: 'DeleteInstance',
  request: DeleteInstanceRequest,
  response: DeleteInstanceResponseBody,
  required: ['instanceId'],
  handle: ({ request, cloud }) => {
    const instance = normalInstance(cloud, request.instanceId);
    if (instance.releaseProtection) {
      throw new ApiError(
        'OperationDenied.ReleaseProtection',
        `The Redis instance (${instance.id}) is protected; turn InstanceReleaseProtection off before it is released.`,
        403,
      );
    }
    begin(cloud, instance, 'Released');
    return {};
  },
});

export const lifecycleActions = [createInstance, describeInstanceAttribute, describeInstances, deleteInstance];
