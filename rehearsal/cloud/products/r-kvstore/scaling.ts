/** What makes a Redis instance larger, newer, or live elsewhere: class, shards, major version, zones. */
import { AddShardingNodeRequest } from '@alicloud/r-kvstore20150101/dist/models/AddShardingNodeRequest';
import { AddShardingNodeResponseBody } from '@alicloud/r-kvstore20150101/dist/models/AddShardingNodeResponseBody';
import { DeleteShardingNodeRequest } from '@alicloud/r-kvstore20150101/dist/models/DeleteShardingNodeRequest';
import { DeleteShardingNodeResponseBody } from '@alicloud/r-kvstore20150101/dist/models/DeleteShardingNodeResponseBody';
import { MigrateToOtherZoneRequest } from '@alicloud/r-kvstore20150101/dist/models/MigrateToOtherZoneRequest';
import { MigrateToOtherZoneResponseBody } from '@alicloud/r-kvstore20150101/dist/models/MigrateToOtherZoneResponseBody';
import { ModifyInstanceMajorVersionRequest } from '@alicloud/r-kvstore20150101/dist/models/ModifyInstanceMajorVersionRequest';
import { ModifyInstanceMajorVersionResponseBody } from '@alicloud/r-kvstore20150101/dist/models/ModifyInstanceMajorVersionResponseBody';
import { ModifyInstanceSpecRequest } from '@alicloud/r-kvstore20150101/dist/models/ModifyInstanceSpecRequest';
import { ModifyInstanceSpecResponseBody } from '@alicloud/r-kvstore20150101/dist/models/ModifyInstanceSpecResponseBody';
import { randomInt } from 'node:crypto';
import { ApiError } from '../../api-error';
import type { Cloud } from '../../cloud';
import { rpcAction } from '../../rpc';
import { ENGINE_VERSIONS, sizeOf } from './classes';
import { begin, normalInstance, placeOf, usesOf } from './instances';
import type { Instance } from './instances';
import { freeAddress } from './lifecycle';

const newOrder = (): number => randomInt(10 ** 11, 10 ** 12);

/** When a change takes place; `Immediately` is what every caller here wants, and the other is not waited for. */
const EFFECTIVE_TIMES = ['Immediately', '0'];

/** @throws ApiError when the class is not for so many shards */
function resize(cloud: Cloud, instance: Instance, instanceClass: string, shards: number): void {
  sizeOf(instanceClass, shards);
  instance.instanceClass = instanceClass;
  instance.shards = shards;
  begin(cloud, instance, 'Changing');
}

const modifyInstanceSpec = rpcAction({
  name: 'ModifyInstanceSpec',
  request: ModifyInstanceSpecRequest,
  response: ModifyInstanceSpecResponseBody,
  required: ['instanceId'],
  oneOf: { effectiveTime: EFFECTIVE_TIMES, orderType: ['UPGRADE', 'DOWNGRADE'] },
  handle: ({ request, cloud }) => {
    const instance = normalInstance(cloud, request.instanceId);
    const { instanceClass = instance.instanceClass, shardCount = instance.shards } = request;
    if (instanceClass === instance.instanceClass && shardCount === instance.shards) {
      throw new ApiError('InvalidInstanceClass.Same', `The instance (${instance.id}) is of that class already.`);
    }
    resize(cloud, instance, instanceClass, shardCount);
    return { orderId: String(newOrder()) };
  },
});

/** @throws ApiError `InvalidShardCount` for a change by less than one */
function checkedStep(count: number | undefined): number {
  if (count !== undefined && Number.isInteger(count) && count >= 1) return count;
  throw new ApiError('InvalidShardCount', `The specified ShardCount (${String(count)}) is not 1 or more.`);
}

const addShardingNode = rpcAction({
  name: 'AddShardingNode',
  request: AddShardingNodeRequest,
  response: AddShardingNodeResponseBody,
  required: ['instanceId'],
  handle: ({ request, cloud }) => {
    const instance = normalInstance(cloud, request.instanceId);
    const added = checkedStep(request.shardCount ?? 1);
    const before = instance.shards;
    resize(cloud, instance, instance.instanceClass, before + added);
    const nodeIds = Array.from({ length: added }, (_, index) => `${instance.id}-db-${String(before + index)}`);
    return { orderId: newOrder(), nodeIds };
  },
});

const deleteShardingNode = rpcAction({
  name: 'DeleteShardingNode',
  request: DeleteShardingNodeRequest,
  response: DeleteShardingNodeResponseBody,
  required: ['instanceId'],
  handle: ({ request, cloud }) => {
    const instance = normalInstance(cloud, request.instanceId);
    resize(cloud, instance, instance.instanceClass, instance.shards - checkedStep(request.shardCount));
    return { orderId: String(newOrder()) };
  },
});

const modifyMajorVersion = rpcAction({
  name: 'ModifyInstanceMajorVersion',
  request: ModifyInstanceMajorVersionRequest,
  response: ModifyInstanceMajorVersionResponseBody,
  required: ['instanceId', 'majorVersion'],
  oneOf: { majorVersion: ENGINE_VERSIONS, effectiveTime: EFFECTIVE_TIMES },
  handle: ({ request, cloud }) => {
    const instance = normalInstance(cloud, request.instanceId);
    const { majorVersion = '' } = request;
    if (Number(majorVersion) <= Number(instance.engineVersion)) {
      throw new ApiError(
        'InvalidMajorVersion',
        `The MajorVersion (${majorVersion}) is not newer than ${instance.engineVersion}.`,
      );
    }
    instance.engineVersion = majorVersion;
    begin(cloud, instance, 'MajorVersionUpgrading');
    return {};
  },
});

const migrateToOtherZone = rpcAction({
  name: 'MigrateToOtherZone',
  request: MigrateToOtherZoneRequest,
  response: MigrateToOtherZoneResponseBody,
  required: ['DBInstanceId', 'zoneId', 'vSwitchId'],
  oneOf: { effectiveTime: EFFECTIVE_TIMES },
  handle: ({ request, cloud }) => {
    const instance = normalInstance(cloud, request.DBInstanceId);
    if (instance.tls) {
      throw new ApiError(
        'IncorrectDBInstanceSSLState',
        `The instance (${instance.id}) cannot change its zones while TLS is on.`,
        403,
      );
    }
    const { zoneId, secondaryZoneId, vswitch } = placeOf(cloud, instance.region, {
      ...(request.zoneId && { zoneId: request.zoneId }),
      ...(request.secondaryZoneId && { secondaryZoneId: request.secondaryZoneId }),
      ...(request.vSwitchId && { vSwitchId: request.vSwitchId }),
    });
    if (vswitch.vpcId !== instance.vpcId) {
      throw new ApiError('InvalidVSwitchId', `The vSwitch (${vswitch.id}) is not in ${instance.vpcId}.`);
    }
    if (vswitch.id !== instance.vswitchId) instance.privateIp = freeAddress(cloud, vswitch);
    instance.zoneId = zoneId;
    instance.secondaryZoneId = secondaryZoneId;
    instance.vswitchId = vswitch.id;
    instance.uses = usesOf(instance);
    begin(cloud, instance, 'Migrating');
    return {};
  },
});

export const scalingActions = [
  modifyInstanceSpec,
  addShardingNode,
  deleteShardingNode,
  modifyMajorVersion,
  migrateToOtherZone,
];
