/** What can be set on a running instance, one action each. */
import { DescribeDBInstanceMonitorRequest } from '@alicloud/rds20140815/dist/models/DescribeDbinstanceMonitorRequest';
import { DescribeDBInstanceMonitorResponseBody } from '@alicloud/rds20140815/dist/models/DescribeDbinstanceMonitorResponseBody';
import { DescribeSQLCollectorPolicyRequest } from '@alicloud/rds20140815/dist/models/DescribeSqlcollectorPolicyRequest';
import { DescribeSQLCollectorPolicyResponseBody } from '@alicloud/rds20140815/dist/models/DescribeSqlcollectorPolicyResponseBody';
import { DescribeSQLCollectorRetentionRequest } from '@alicloud/rds20140815/dist/models/DescribeSqlcollectorRetentionRequest';
import { DescribeSQLCollectorRetentionResponseBody } from '@alicloud/rds20140815/dist/models/DescribeSqlcollectorRetentionResponseBody';
import { ModifyDasInstanceConfigRequest } from '@alicloud/rds20140815/dist/models/ModifyDasInstanceConfigRequest';
import { ModifyDasInstanceConfigResponseBody } from '@alicloud/rds20140815/dist/models/ModifyDasInstanceConfigResponseBody';
import { ModifyDBInstanceAutoUpgradeMinorVersionRequest } from '@alicloud/rds20140815/dist/models/ModifyDbinstanceAutoUpgradeMinorVersionRequest';
import { ModifyDBInstanceAutoUpgradeMinorVersionResponseBody } from '@alicloud/rds20140815/dist/models/ModifyDbinstanceAutoUpgradeMinorVersionResponseBody';
import { ModifyDBInstanceDeletionProtectionRequest } from '@alicloud/rds20140815/dist/models/ModifyDbinstanceDeletionProtectionRequest';
import { ModifyDBInstanceDeletionProtectionResponseBody } from '@alicloud/rds20140815/dist/models/ModifyDbinstanceDeletionProtectionResponseBody';
import { ModifyDBInstanceDescriptionRequest } from '@alicloud/rds20140815/dist/models/ModifyDbinstanceDescriptionRequest';
import { ModifyDBInstanceDescriptionResponseBody } from '@alicloud/rds20140815/dist/models/ModifyDbinstanceDescriptionResponseBody';
import { ModifyDBInstanceMaintainTimeRequest } from '@alicloud/rds20140815/dist/models/ModifyDbinstanceMaintainTimeRequest';
import { ModifyDBInstanceMaintainTimeResponseBody } from '@alicloud/rds20140815/dist/models/ModifyDbinstanceMaintainTimeResponseBody';
import { ModifyDBInstanceMonitorRequest } from '@alicloud/rds20140815/dist/models/ModifyDbinstanceMonitorRequest';
import { ModifyDBInstanceMonitorResponseBody } from '@alicloud/rds20140815/dist/models/ModifyDbinstanceMonitorResponseBody';
import { ModifyDBInstanceSpecRequest } from '@alicloud/rds20140815/dist/models/ModifyDbinstanceSpecRequest';
import { ModifyDBInstanceSpecResponseBody } from '@alicloud/rds20140815/dist/models/ModifyDbinstanceSpecResponseBody';
import { ModifyResourceGroupRequest } from '@alicloud/rds20140815/dist/models/ModifyResourceGroupRequest';
import { ModifyResourceGroupResponseBody } from '@alicloud/rds20140815/dist/models/ModifyResourceGroupResponseBody';
import { ModifySQLCollectorPolicyRequest } from '@alicloud/rds20140815/dist/models/ModifySqlcollectorPolicyRequest';
import { ModifySQLCollectorPolicyResponseBody } from '@alicloud/rds20140815/dist/models/ModifySqlcollectorPolicyResponseBody';
import { ModifySQLCollectorRetentionRequest } from '@alicloud/rds20140815/dist/models/ModifySqlcollectorRetentionRequest';
import { ModifySQLCollectorRetentionResponseBody } from '@alicloud/rds20140815/dist/models/ModifySqlcollectorRetentionResponseBody';
import { ApiError } from '../../api-error';
import { rpcAction } from '../../rpc';
import { checkClass, checkStorage } from './catalogue';
import { beginTransition, dbInstanceOf, runningInstance } from './db-instances';

const describeDBInstanceMonitor = rpcAction({
  name: 'DescribeDBInstanceMonitor',
  request: DescribeDBInstanceMonitorRequest,
  response: DescribeDBInstanceMonitorResponseBody,
  required: ['DBInstanceId'],
  handle: ({ request, cloud }) => ({ period: dbInstanceOf(cloud, request.DBInstanceId).monitoringPeriod }),
});

const modifyDBInstanceMonitor = rpcAction({
  name: 'ModifyDBInstanceMonitor',
  request: ModifyDBInstanceMonitorRequest,
  response: ModifyDBInstanceMonitorResponseBody,
  required: ['DBInstanceId', 'period'],
  oneOf: { period: ['5', '10', '60', '300'] },
  handle: ({ request, cloud }) => {
    const instance = runningInstance(cloud, request.DBInstanceId);
    instance.monitoringPeriod = request.period ?? instance.monitoringPeriod;
    return {};
  },
});

const describeSQLCollectorPolicy = rpcAction({
  name: 'DescribeSQLCollectorPolicy',
  request: DescribeSQLCollectorPolicyRequest,
  response: DescribeSQLCollectorPolicyResponseBody,
  required: ['DBInstanceId'],
  handle: ({ request, cloud }) => {
    const { enabled, days } = dbInstanceOf(cloud, request.DBInstanceId).collector;
    return { SQLCollectorStatus: enabled ? 'Enable' : 'Disabled', storagePeriod: Number(days) };
  },
});

const modifySQLCollectorPolicy = rpcAction({
  name: 'ModifySQLCollectorPolicy',
  request: ModifySQLCollectorPolicyRequest,
  response: ModifySQLCollectorPolicyResponseBody,
  required: ['DBInstanceId', 'SQLCollectorStatus'],
  oneOf: { SQLCollectorStatus: ['Enable', 'Disabled'] },
  handle: ({ request, cloud }) => {
    const instance = runningInstance(cloud, request.DBInstanceId);
    if (instance.category === 'Basic') {
      throw new ApiError('IncorrectDBInstanceType', `SQL audit is not offered for the edition ${instance.category}.`);
    }
    instance.collector = { ...instance.collector, enabled: request.SQLCollectorStatus === 'Enable' };
    return {};
  },
});

const describeSQLCollectorRetention = rpcAction({
  name: 'DescribeSQLCollectorRetention',
  request: DescribeSQLCollectorRetentionRequest,
  response: DescribeSQLCollectorRetentionResponseBody,
  required: ['DBInstanceId'],
  handle: ({ request, cloud }) => ({ configValue: dbInstanceOf(cloud, request.DBInstanceId).collector.days }),
});

const modifySQLCollectorRetention = rpcAction({
  name: 'ModifySQLCollectorRetention',
  request: ModifySQLCollectorRetentionRequest,
  response: ModifySQLCollectorRetentionResponseBody,
  required: ['configValue', 'DBInstanceId'],
  oneOf: { configValue: ['30', '180', '365', '1095', '1825'] },
  handle: ({ request, cloud }) => {
    const instance = runningInstance(cloud, request.DBInstanceId);
    if (!instance.collector.enabled) {
      throw new ApiError('OperationDenied.SQLCollectorStatus', 'SQL audit is off, so that nothing is kept.', 403);
    }
    instance.collector = { enabled: true, days: request.configValue ?? instance.collector.days };
    return {};
  },
});

const modifyDBInstanceDeletionProtection = rpcAction({
  name: 'ModifyDBInstanceDeletionProtection',
  request: ModifyDBInstanceDeletionProtectionRequest,
  response: ModifyDBInstanceDeletionProtectionResponseBody,
  required: ['DBInstanceId', 'deletionProtection'],
  handle: ({ request, cloud }) => {
    const instance = runningInstance(cloud, request.DBInstanceId);
    instance.deletionProtection = request.deletionProtection ?? instance.deletionProtection;
    return {};
  },
});

const modifyDBInstanceMaintainTime = rpcAction({
  name: 'ModifyDBInstanceMaintainTime',
  request: ModifyDBInstanceMaintainTimeRequest,
  response: ModifyDBInstanceMaintainTimeResponseBody,
  required: ['DBInstanceId', 'maintainTime'],
  handle: ({ request, cloud }) => {
    const instance = runningInstance(cloud, request.DBInstanceId);
    const { maintainTime = '' } = request;
    if (!/^([01]\d|2[0-3]):00Z-([01]\d|2[0-3]):00Z$/.test(maintainTime)) {
      throw new ApiError('InvalidMaintainTime.Format', `Specified maintain time (${maintainTime}) is not valid.`);
    }
    instance.maintainTime = maintainTime;
    return {};
  },
});

const modifyDBInstanceAutoUpgradeMinorVersion = rpcAction({
  name: 'ModifyDBInstanceAutoUpgradeMinorVersion',
  request: ModifyDBInstanceAutoUpgradeMinorVersionRequest,
  response: ModifyDBInstanceAutoUpgradeMinorVersionResponseBody,
  required: ['autoUpgradeMinorVersion', 'DBInstanceId'],
  oneOf: { autoUpgradeMinorVersion: ['Auto', 'Manual'] },
  handle: ({ request, cloud }) => {
    const instance = runningInstance(cloud, request.DBInstanceId);
    instance.autoUpgradeMinorVersion = request.autoUpgradeMinorVersion ?? instance.autoUpgradeMinorVersion;
    return {};
  },
});

/** Percent of the disk that is free when it grows. */
const THRESHOLDS = [10, 20, 30, 40, 50];

const modifyDasInstanceConfig = rpcAction({
  name: 'ModifyDasInstanceConfig',
  request: ModifyDasInstanceConfigRequest,
  response: ModifyDasInstanceConfigResponseBody,
  required: ['DBInstanceId', 'storageAutoScale'],
  oneOf: { storageAutoScale: ['Enable', 'Disable'] },
  handle: ({ request, cloud }) => {
    const instance = runningInstance(cloud, request.DBInstanceId);
    const auto = request.storageAutoScale === 'Enable';
    const { storageThreshold: threshold = 0, storageUpperBound: upperBound = 0 } = request;
    if (auto && !THRESHOLDS.includes(threshold)) {
      throw new ApiError(
        'InvalidStorageThreshold',
        `StorageThreshold (${String(threshold)}) is none of ${THRESHOLDS.join(', ')}.`,
      );
    }
    if (auto && upperBound < instance.storage) {
      throw new ApiError(
        'InvalidStorageUpperBound',
        `StorageUpperBound (${String(upperBound)} GiB) is below the disk (${String(instance.storage)} GiB).`,
      );
    }
    instance.storageGrowth = { auto, threshold, upperBound };
    return {};
  },
});

const modifyDBInstanceSpec = rpcAction({
  name: 'ModifyDBInstanceSpec',
  request: ModifyDBInstanceSpecRequest,
  response: ModifyDBInstanceSpecResponseBody,
  required: ['DBInstanceId'],
  oneOf: { payType: ['Postpaid', 'Prepaid', 'Serverless'] },
  handle: ({ request, cloud }) => {
    const instance = runningInstance(cloud, request.DBInstanceId);
    const instanceClass = request.DBInstanceClass ?? instance.instanceClass;
    checkClass(instanceClass, instance.category);
    const storage = checkStorage(request.DBInstanceStorage ?? instance.storage);
    if ((request.DBInstanceStorageType ?? instance.storageType) !== instance.storageType) {
      throw new ApiError('InvalidInstanceLevel.DiskType', 'Specified instance level does not support that disk type.');
    }
    if (storage < instance.storage) {
      throw new ApiError(
        'InvalidReduceDiskSize',
        `The disk (${String(instance.storage)} GiB) cannot shrink to ${String(storage)} GiB.`,
        403,
      );
    }
    instance.instanceClass = instanceClass;
    instance.storage = storage;
    beginTransition(cloud, instance, 'DBInstanceClassChanging');
    return { DBInstanceId: instance.id };
  },
});

const modifyDBInstanceDescription = rpcAction({
  name: 'ModifyDBInstanceDescription',
  request: ModifyDBInstanceDescriptionRequest,
  response: ModifyDBInstanceDescriptionResponseBody,
  required: ['DBInstanceDescription', 'DBInstanceId'],
  handle: ({ request, cloud }) => {
    const instance = dbInstanceOf(cloud, request.DBInstanceId);
    instance.description = request.DBInstanceDescription ?? instance.description;
    return {};
  },
});

const modifyResourceGroup = rpcAction({
  name: 'ModifyResourceGroup',
  request: ModifyResourceGroupRequest,
  response: ModifyResourceGroupResponseBody,
  required: ['DBInstanceId', 'resourceGroupId'],
  handle: ({ request, cloud }) => {
    const instance = dbInstanceOf(cloud, request.DBInstanceId);
    instance.resourceGroupId = request.resourceGroupId ?? instance.resourceGroupId;
    return {};
  },
});

export const settingActions = [
  describeDBInstanceMonitor,
  modifyDBInstanceMonitor,
  describeSQLCollectorPolicy,
  modifySQLCollectorPolicy,
  describeSQLCollectorRetention,
  modifySQLCollectorRetention,
  modifyDBInstanceDeletionProtection,
  modifyDBInstanceMaintainTime,
  modifyDBInstanceAutoUpgradeMinorVersion,
  modifyDasInstanceConfig,
  modifyDBInstanceSpec,
  modifyDBInstanceDescription,
  modifyResourceGroup,
];
