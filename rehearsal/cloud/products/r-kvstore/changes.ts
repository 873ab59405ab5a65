/** What changes on a running Redis instance without moving or growing it: name, password, protection, settings, times. */
import { DescribeBackupPolicyRequest } from '@alicloud/r-kvstore20150101/dist/models/DescribeBackupPolicyRequest';
import { DescribeBackupPolicyResponseBody } from '@alicloud/r-kvstore20150101/dist/models/DescribeBackupPolicyResponseBody';
import { DescribeEngineVersionRequest } from '@alicloud/r-kvstore20150101/dist/models/DescribeEngineVersionRequest';
import { DescribeEngineVersionResponseBody } from '@alicloud/r-kvstore20150101/dist/models/DescribeEngineVersionResponseBody';
import { ModifyBackupPolicyRequest } from '@alicloud/r-kvstore20150101/dist/models/ModifyBackupPolicyRequest';
import { ModifyBackupPolicyResponseBody } from '@alicloud/r-kvstore20150101/dist/models/ModifyBackupPolicyResponseBody';
import { ModifyDBInstanceAutoUpgradeRequest } from '@alicloud/r-kvstore20150101/dist/models/ModifyDbinstanceAutoUpgradeRequest';
import { ModifyDBInstanceAutoUpgradeResponseBody } from '@alicloud/r-kvstore20150101/dist/models/ModifyDbinstanceAutoUpgradeResponseBody';
import { ModifyInstanceAttributeRequest } from '@alicloud/r-kvstore20150101/dist/models/ModifyInstanceAttributeRequest';
import { ModifyInstanceAttributeResponseBody } from '@alicloud/r-kvstore20150101/dist/models/ModifyInstanceAttributeResponseBody';
import { ModifyInstanceConfigRequest } from '@alicloud/r-kvstore20150101/dist/models/ModifyInstanceConfigRequest';
import { ModifyInstanceConfigResponseBody } from '@alicloud/r-kvstore20150101/dist/models/ModifyInstanceConfigResponseBody';
import { ModifyInstanceMaintainTimeRequest } from '@alicloud/r-kvstore20150101/dist/models/ModifyInstanceMaintainTimeRequest';
import { ModifyInstanceMaintainTimeResponseBody } from '@alicloud/r-kvstore20150101/dist/models/ModifyInstanceMaintainTimeResponseBody';
import { ApiError } from '../../api-error';
import { rpcAction } from '../../rpc';
import { checkSetting, ENGINE_VERSIONS } from './classes';
import { begin, checkedInstanceName, checkedPassword, instanceOf, normalInstance } from './instances';

const modifyInstanceAttribute = rpcAction({
  name: 'ModifyInstanceAttribute',
  request: ModifyInstanceAttributeRequest,
  response: ModifyInstanceAttributeResponseBody,
  required: ['instanceId'],
  handle: ({ request, cloud }) => {
    const instance = normalInstance(cloud, request.instanceId);
    const name = request.instanceName ? checkedInstanceName(request.instanceName) : instance.name;
    const password = request.newPassword ? checkedPassword(request.newPassword) : instance.password;
    instance.name = name;
    instance.releaseProtection = request.instanceReleaseProtection ?? instance.releaseProtection;
    if (password !== instance.password) begin(cloud, instance, 'Changing');
    instance.password = password;
    return {};
  },
});

/** @throws ApiError `InvalidConfig.Format` for what is not JSON of texts by name */
function settingsOf(text: string): [string, string][] {
  const malformed = (): ApiError => new ApiError('InvalidConfig.Format', 'The parameter Config is not valid JSON.');
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw malformed();
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw malformed();
  return Object.entries(parsed).map(([name, value]) => [name, String(value)]);
}

const modifyInstanceConfig = rpcAction({
  name: 'ModifyInstanceConfig',
  request: ModifyInstanceConfigRequest,
  response: ModifyInstanceConfigResponseBody,
  required: ['instanceId'],
  handle: ({ request, cloud }) => {
    const instance = normalInstance(cloud, request.instanceId);
    const settings = settingsOf(request.config ?? '{}');
    for (const [name, value] of settings) checkSetting(name, value);
    for (const [name, value] of settings) instance.settings.set(name, value);
    begin(cloud, instance, 'Changing');
    return {};
  },
});

const FULL_HOUR = /^([01]\d|2[0-3]):00Z$/;

const modifyInstanceMaintainTime = rpcAction({
  name: 'ModifyInstanceMaintainTime',
  request: ModifyInstanceMaintainTimeRequest,
  response: ModifyInstanceMaintainTimeResponseBody,
  required: ['instanceId', 'maintainStartTime', 'maintainEndTime'],
  handle: ({ request, cloud }) => {
    const instance = normalInstance(cloud, request.instanceId);
    const { maintainStartTime: start = '', maintainEndTime: end = '' } = request;
    if (!FULL_HOUR.test(start) || !FULL_HOUR.test(end) || start === end) {
      throw new ApiError(
        'InvalidMaintainTime.Malformed',
        `The maintenance window (${start} to ${end}) is not an hour or more, in full hours of UTC.`,
      );
    }
    instance.maintenance = { start, end };
    return {};
  },
});

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** One hour, from a full one. */
function isBackupHour(time: string): boolean {
  const [start = '', end = ''] = time.split('-');
  return FULL_HOUR.test(start) && FULL_HOUR.test(end) && (parseInt(start, 10) + 1) % 24 === parseInt(end, 10);
}

const modifyBackupPolicy = rpcAction({
  name: 'ModifyBackupPolicy',
  request: ModifyBackupPolicyRequest,
  response: ModifyBackupPolicyResponseBody,
  required: ['instanceId', 'preferredBackupPeriod', 'preferredBackupTime'],
  handle: ({ request, cloud }) => {
    const instance = normalInstance(cloud, request.instanceId);
    const { preferredBackupPeriod: period = '', preferredBackupTime: time = '' } = request;
    const days = period.split(',');
    if (new Set(days).size < days.length || days.some((day) => !WEEKDAYS.includes(day))) {
      throw new ApiError('InvalidPreferredBackupPeriod.Malformed', `The days of backup (${period}) are not weekdays.`);
    }
    if (!isBackupHour(time)) {
      throw new ApiError(
        'InvalidPreferredBackupTime.Malformed',
        `The time of backup (${time}) is not one hour from a full one.`,
      );
    }
    instance.backup = { period, time };
    return {};
  },
});

const describeBackupPolicy = rpcAction({
  name: 'DescribeBackupPolicy',
  request: DescribeBackupPolicyRequest,
  response: DescribeBackupPolicyResponseBody,
  required: ['instanceId'],
  handle: ({ request, cloud }) => {
    const { period, time } = instanceOf(cloud, request.instanceId).backup;
    return {
      backupRetentionPeriod: '7',
      enableBackupLog: 0,
      preferredBackupPeriod: period,
      preferredBackupTime: time,
    };
  },
});

const describeEngineVersion = rpcAction({
  name: 'DescribeEngineVersion',
  request: DescribeEngineVersionRequest,
  response: DescribeEngineVersionResponseBody,
  required: ['instanceId'],
  handle: ({ request, cloud }) => {
    const instance = instanceOf(cloud, request.instanceId);
    return {
      enableUpgradeMajorVersion: instance.engineVersion !== ENGINE_VERSIONS.at(-1),
      enableUpgradeMinorVersion: false,
      engine: 'redis',
      isAutoUpgradeOpen: instance.autoUpgrade,
      isLatestVersion: true,
      isSSLEnable: instance.tls ? '1' : '0',
      majorVersion: instance.engineVersion,
      minorVersion: `redis-${instance.engineVersion}_0.1.0`,
    };
  },
});

const modifyAutoUpgrade = rpcAction({
  name: 'ModifyDBInstanceAutoUpgrade',
  request: ModifyDBInstanceAutoUpgradeRequest,
  response: ModifyDBInstanceAutoUpgradeResponseBody,
  required: ['DBInstanceId', 'value'],
  oneOf: { value: ['0', '1'] },
  handle: ({ request, cloud }) => {
    const instance = normalInstance(cloud, request.DBInstanceId);
    instance.autoUpgrade = request.value ?? instance.autoUpgrade;
    return {};
  },
});

export const changeActions = [
  modifyInstanceAttribute,
  modifyInstanceConfig,
  modifyInstanceMaintainTime,
  modifyBackupPolicy,
  describeBackupPolicy,
  describeEngineVersion,
  modifyAutoUpgrade,
];
