/** RDS instances: what they are, from creation to release. What can be set on a running one is in the files beside. */
import { CreateDBInstanceRequest } from '@alicloud/rds20140815/dist/models/CreateDbinstanceRequest';
import { CreateDBInstanceResponseBody } from '@alicloud/rds20140815/dist/models/CreateDbinstanceResponseBody';
import { DeleteDBInstanceRequest } from '@alicloud/rds20140815/dist/models/DeleteDbinstanceRequest';
import { DeleteDBInstanceResponseBody } from '@alicloud/rds20140815/dist/models/DeleteDbinstanceResponseBody';
import { DescribeDBInstanceAttributeRequest } from '@alicloud/rds20140815/dist/models/DescribeDbinstanceAttributeRequest';
import { DescribeDBInstanceAttributeResponseBody } from '@alicloud/rds20140815/dist/models/DescribeDbinstanceAttributeResponseBody';
import { DescribeTasksRequest } from '@alicloud/rds20140815/dist/models/DescribeTasksRequest';
import { DescribeTasksResponseBody } from '@alicloud/rds20140815/dist/models/DescribeTasksResponseBody';
import { ApiError, notFound } from '../../api-error';
import { addressAt } from '../../cidr';
import type { Cloud } from '../../cloud';
import { rpcAction } from '../../rpc';
import { Kind } from '../../store';
import type { Entity } from '../../store';
import { readTags } from '../../tags';
import type { Tags } from '../../tags';

import { DEFAULT_RESOURCE_GROUP } from '../../resource-group';
import { requireReady, vpcOf, vswitchOf } from '../vpc';
import type { VSwitch } from '../vpc';
import { accounts } from './accounts';
import { ipList } from './allow-lists';
import { usualBackupPolicy } from './backup-policy';
import type { BackupPolicy } from './backup-policy';
import { checkClass, checkEngine, checkStorage, NETWORK } from './catalogue';
import { databases } from './databases';
import { requireKey } from './encryption';
import { usualParameters } from './parameters';

export interface DbInstance extends Entity {
  uses: readonly string[];
  readonly region: string;
  readonly engine: string;
  readonly engineVersion: string;
  readonly category: string;
  readonly storageType: string;
  readonly payType: string;
  readonly vpcId: string;
  /** One for each zone that it is in: the primary's first. */
  readonly vswitches: readonly VSwitch[];
  readonly encryptionKey: string;
  readonly tags: Tags;
  readonly createdAt: string;
  readonly address: string;
  readonly port: string;
  readonly timeZone: string;
  /** What it is called while it is not ready: `Creating`, `SSL_MODIFYING`. */
  transition: string;
  instanceClass: string;
  /** GiB. */
  storage: number;
  description: string;
  resourceGroupId: string;
  /** By the name of the array. */
  readonly allowLists: Map<string, readonly string[]>;
  securityGroupIds: readonly string[];
  deletionProtection: boolean;
  maintainTime: string;
  autoUpgradeMinorVersion: string;
  /** Seconds. */
  monitoringPeriod: string;
  collector: { enabled: boolean; days: string };
  ha: { config: string; manualTime: string };
  tcpConnectionType: string;
  ssl: { enabled: boolean; forced: boolean };
  tde: { enabled: boolean; key: string };
  storageGrowth: { auto: boolean; threshold: number; upperBound: number };
  readonly parameters: Map<string, string>;
  backup: BackupPolicy;
}

const NOUN = 'RDS instance';

export const dbInstances = new Kind<DbInstance>({
  noun: NOUN,
  terraform: { type: 'alicloud_db_instance' },
  removal: (instance) => `aliyun rds DeleteDBInstance --RegionId ${instance.region} --DBInstanceId ${instance.id}`,
});

/** @throws ApiError `InvalidDBInstanceId.NotFound` */
export const dbInstanceOf = (cloud: Cloud, id: string | undefined): DbInstance =>
  dbInstances.in(cloud.store).get(id, (missing) => notFound('InvalidDBInstanceId.NotFound', NOUN, missing));

/** @throws ApiError `OperationDenied.DBInstanceStatus` unless it runs and nothing changes it */
export function runningInstance(cloud: Cloud, id: string | undefined): DbInstance {
  const instance = dbInstanceOf(cloud, id);
  if (!cloud.isReady(NOUN, instance)) {
    throw new ApiError(
      'OperationDenied.DBInstanceStatus',
      `The operation is not permitted while the instance (${instance.id}) is ${instance.transition}.`,
      403,
    );
  }
  return instance;
}

/** It is not `Running` for a while. */
export function beginTransition(cloud: Cloud, instance: DbInstance, transition: string): void {
  instance.transition = transition;
  instance.readyAt = cloud.readyAt(NOUN);
}

export const connectionString = (instance: DbInstance): string => `${instance.id}.mysql.rds.aliyuncs.com`;

/** The vSwitches in the order of the zones; each must be in its zone and in the VPC. */
function placedIn(
  cloud: Cloud,
  vpcId: string,
  ids: readonly string[],
  zones: readonly (string | undefined)[],
): VSwitch[] {
  return ids.map((id, index) => {
    const vswitch = vswitchOf(cloud, id);
    const zone = zones[index];
    if (vswitch.vpcId !== vpcId || (zone !== undefined && vswitch.zoneId !== zone)) {
      throw new ApiError(
        'InvalidVswitchId',
        `Specified vswitch id (${id}, zone ${vswitch.zoneId}) is not valid for ${vpcId}, zone ${zone ?? 'any'}.`,
        403,
      );
    }
    requireReady(cloud, vswitch);
    return vswitch;
  });
}

/** The instance's own address is one of the highest that a vSwitch has to give. */
const ADDRESS_FROM_END = 10;

const createDBInstance = rpcAction({
  name: 'CreateDBInstance',
  request: CreateDBInstanceRequest,
  response: CreateDBInstanceResponseBody,
  required: [
    'DBInstanceClass',
    'DBInstanceNetType',
    'DBInstanceStorage',
    'engine',
    'engineVersion',
    'payType',
    'regionId',
    'securityIPList',
  ],
  oneOf: {
    payType: ['Postpaid', 'Prepaid', 'Serverless'],
    DBInstanceNetType: ['Intranet'],
    instanceNetworkType: ['VPC'],
    category: ['Basic', 'HighAvailability', 'cluster', 'AlwaysOn', 'Finance'],
    DBInstanceStorageType: ['local_ssd', 'general_essd', 'cloud_essd', 'cloud_essd2', 'cloud_essd3', 'cloud_ssd'],
  },
  handle: ({ request, cloud, region }) => {
    const all = dbInstances.in(cloud.store);
    const { engine = '', engineVersion = '', category = 'HighAvailability', DBInstanceClass = '' } = request;
    checkEngine(engine, engineVersion);
    checkClass(DBInstanceClass, category);
    const storage = checkStorage(request.DBInstanceStorage);
    const allowed = ipList(request.securityIPList ?? '', 'InvalidSecurityIPList');
    const vpc = vpcOf(cloud, request.VPCId);
    const ids = request.vSwitchId?.split(',') ?? [];
    const zones = [request.zoneId, request.zoneIdSlave1, request.zoneIdSlave2];
    const vswitches = placedIn(cloud, vpc.id, ids, zones);
    const [primary] = vswitches;
    if (primary === undefined) throw new ApiError('MissingVSwitchId', 'VSwitchId is mandatory for this action.');
    if (request.encryptionKey !== undefined) {
      requireKey(cloud, request.encryptionKey);
      if (request.roleARN === undefined) throw new ApiError('MissingRoleARN', 'RoleARN is mandatory with a key.');
    }
    if (all.all().length >= cloud.quotas.databaseInstances) {
      throw new ApiError(
        'InstanceQuotaExceeded',
        `The account has as many instances as it may: ${String(cloud.quotas.databaseInstances)}.`,
        403,
      );
    }
    const instance = all.insert({
      id: cloud.newId('rm-bp1'),
      uses: [vpc.id, ...vswitches.map((vswitch) => vswitch.id)],
      readyAt: cloud.readyAt(NOUN),
      region,
      engine,
      engineVersion,
      category,
      storageType: request.DBInstanceStorageType ?? 'cloud_essd',
      payType: request.payType ?? 'Postpaid',
      vpcId: vpc.id,
      vswitches,
      encryptionKey: request.encryptionKey ?? '',
      tags: readTags(request.tag),
      createdAt: cloud.timestamp(),
      address: addressAt(primary.cidr, primary.cidr.last - primary.cidr.first - ADDRESS_FROM_END),
      port: request.port ?? NETWORK.port,
      timeZone: request.DBTimeZone ?? 'SYSTEM',
      transition: 'Creating',
      instanceClass: DBInstanceClass,
      storage,
      description: request.DBInstanceDescription ?? '',
      resourceGroupId: request.resourceGroupId ?? DEFAULT_RESOURCE_GROUP,
      allowLists: new Map([['default', allowed]]),
      securityGroupIds: [],
      deletionProtection: request.deletionProtection ?? false,
      maintainTime: '18:00Z-22:00Z',
      autoUpgradeMinorVersion: 'Auto',
      monitoringPeriod: '300',
      collector: { enabled: false, days: '30' },
      ha: { config: 'Auto', manualTime: '' },
      tcpConnectionType: 'LONG',
      ssl: { enabled: false, forced: false },
      tde: { enabled: false, key: '' },
      storageGrowth: { auto: false, threshold: 0, upperBound: 0 },
      parameters: usualParameters(),
      backup: usualBackupPolicy(),
    });
    return { DBInstanceId: instance.id, connectionString: connectionString(instance), port: instance.port };
  },
});

function described(cloud: Cloud, instance: DbInstance) {
  const [primary, ...standbys] = instance.vswitches;
  return {
    DBInstanceId: instance.id,
    DBInstanceDescription: instance.description,
    DBInstanceStatus: cloud.isReady(NOUN, instance) ? 'Running' : instance.transition,
    DBInstanceType: 'Primary',
    DBInstanceClass: instance.instanceClass,
    DBInstanceStorage: instance.storage,
    DBInstanceStorageType: instance.storageType,
    DBInstanceNetType: 'Intranet',
    engine: instance.engine,
    engineVersion: instance.engineVersion,
    category: instance.category,
    payType: instance.payType,
    regionId: instance.region,
    zoneId: primary?.zoneId ?? '',
    slaveZones: { slaveZone: standbys.map((vswitch) => ({ zoneId: vswitch.zoneId })) },
    vpcId: instance.vpcId,
    vSwitchId: instance.vswitches.map((vswitch) => vswitch.id).join(','),
    instanceNetworkType: 'VPC',
    connectionString: connectionString(instance),
    connectionMode: 'Standard',
    port: instance.port,
    creationTime: instance.createdAt,
    expireTime: '',
    resourceGroupId: instance.resourceGroupId,
    securityIPMode: 'normal',
    securityIPList: instance.allowLists.get('default')?.join(',') ?? '',
    deletionProtection: instance.deletionProtection,
    maintainTime: instance.maintainTime,
    autoUpgradeMinorVersion: instance.autoUpgradeMinorVersion,
    currentKernelVersion: 'rds_20260131',
    lockMode: 'Unlock',
    burstingEnabled: false,
    coldDataEnabled: false,
    kindCode: '18',
    serverlessConfig: {},
    extra: { recoveryModel: '' },
  };
}

const describeDBInstanceAttribute = rpcAction({
  name: 'DescribeDBInstanceAttribute',
  request: DescribeDBInstanceAttributeRequest,
  response: DescribeDBInstanceAttributeResponseBody,
  required: ['DBInstanceId'],
  handle: ({ request, cloud }) => ({
    items: { DBInstanceAttribute: [described(cloud, dbInstanceOf(cloud, request.DBInstanceId))] },
  }),
});

const describeTasks = rpcAction({
  name: 'DescribeTasks',
  request: DescribeTasksRequest,
  response: DescribeTasksResponseBody,
  required: ['DBInstanceId'],
  handle: ({ request, cloud }) => {
    dbInstanceOf(cloud, request.DBInstanceId);
    return { items: { taskProgressInfo: [] }, pageNumber: 1, pageRecordCount: 0, totalRecordCount: 0 };
  },
});

const deleteDBInstance = rpcAction({
  name: 'DeleteDBInstance',
  request: DeleteDBInstanceRequest,
  response: DeleteDBInstanceResponseBody,
  required: ['DBInstanceId'],
  oneOf: { releasedKeepPolicy: ['None', 'Lastest', 'All'] },
  handle: ({ request, cloud }) => {
    const instance = runningInstance(cloud, request.DBInstanceId);
    if (instance.deletionProtection) {
      throw new ApiError(
        'OperationDenied.DeletionProtection',
        `The instance (${instance.id}) cannot be released: its deletion protection is on.`,
        403,
      );
    }
    for (const kind of [databases, accounts]) {
      const inside = kind.in(cloud.store);
      for (const thing of inside.all()) if (thing.instanceId === instance.id) inside.remove(thing.id);
    }
    dbInstances.in(cloud.store).remove(instance.id);
    return { regionId: instance.region };
  },
});

export const dbInstanceActions = [createDBInstance, describeDBInstanceAttribute, describeTasks, deleteDBInstance];
