/** When an instance is backed up, and how far back one can go. */
import { DescribeBackupPolicyRequest } from '@alicloud/rds20140815/dist/models/DescribeBackupPolicyRequest';
import { DescribeBackupPolicyResponseBody } from '@alicloud/rds20140815/dist/models/DescribeBackupPolicyResponseBody';
import { ModifyBackupPolicyRequest } from '@alicloud/rds20140815/dist/models/ModifyBackupPolicyRequest';
import { ModifyBackupPolicyResponseBody } from '@alicloud/rds20140815/dist/models/ModifyBackupPolicyResponseBody';
import { ApiError } from '../../api-error';
import type { Fields } from '../../model';
import { rpcAction } from '../../rpc';
import { dbInstanceOf, runningInstance } from './db-instances';

export interface BackupPolicy {
  /** Names of days with commas between. */
  readonly days: string;
  /** `19:00Z-20:00Z`. */
  readonly window: string;
  readonly retentionDays: number;
  readonly logEnabled: boolean;
  readonly logRetentionDays: number;
  /** What is kept when the instance is released: `None`, `Lastest` (the API's own spelling) or `All`. */
  readonly releasedKeep: string;
  readonly category: string;
  /** Minutes between snapshots; -1 none. */
  readonly interval: string;
  readonly localLogHours: number;
  /** Percent of the disk. */
  readonly localLogSpace: string;
  readonly localLogFiles: number;
  readonly highSpaceProtection: string;
  readonly compressType: string;
}

/** What a new instance has. */
export const usualBackupPolicy = (): BackupPolicy => ({
  days: 'Tuesday,Thursday,Saturday',
  window: '02:00Z-03:00Z',
  retentionDays: 7,
  logEnabled: true,
  logRetentionDays: 7,
  releasedKeep: 'None',
  category: 'Standard',
  interval: '-1',
  localLogHours: 18,
  localLogSpace: '30',
  localLogFiles: 60,
  highSpaceProtection: 'Enable',
  compressType: '1',
});

const WEEK = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const LEAST_DAYS = 2;
const RETENTION = { least: 7, most: 730 } as const;
const RELEASED_KEEP = ['None', 'Lastest', 'All'];

const invalid = (code: string, what: string, value: unknown): ApiError =>
  new ApiError(code, `Specified ${what} (${String(value)}) is not valid.`);

/** A full hour from a full hour or its half. */
function checkWindow(window: string): void {
  const [, from, half, to, end] = /^(\d\d):([03]0)Z-(\d\d):([03]0)Z$/.exec(window) ?? [];
  if (from === undefined || half !== end || (Number(from) + 1) % 24 !== Number(to)) {
    throw invalid('InvalidPreferredBackupTime.Format', 'preferred backup time', window);
  }
}

function checkPolicy(policy: BackupPolicy): void {
  const days = policy.days.split(',');
  if (days.length < LEAST_DAYS || !days.every((day) => WEEK.includes(day))) {
    throw invalid(
      'InvalidPreferredBackupPeriod.Malformed',
      `backup period, of ${String(LEAST_DAYS)} days`,
      policy.days,
    );
  }
  checkWindow(policy.window);
  const { retentionDays, logRetentionDays } = policy;
  if (!(retentionDays >= RETENTION.least && retentionDays <= RETENTION.most)) {
    throw invalid('InvalidBackupRetentionPeriod.Malformed', 'backup retention period', retentionDays);
  }
  if (policy.logEnabled && !(logRetentionDays >= RETENTION.least && logRetentionDays <= retentionDays)) {
    throw invalid('InvalidLogBackupRetentionPeriod.Malformed', 'log backup retention period', logRetentionDays);
  }
  if (!RELEASED_KEEP.includes(policy.releasedKeep)) {
    throw invalid('InvalidReleasedKeepPolicy.Format', 'Released Keep Policy', policy.releasedKeep);
  }
}

/** The policy that a request leaves behind; what it does not name, or names with nothing, stays. */
function changed(policy: BackupPolicy, request: Fields<ModifyBackupPolicyRequest>): BackupPolicy {
  const or = <Value>(sent: string | undefined, read: (text: string) => Value, current: Value): Value =>
    sent === undefined || sent === '' ? current : read(sent);
  const data = {
    days: or(request.preferredBackupPeriod, String, policy.days),
    window: or(request.preferredBackupTime, String, policy.window),
    retentionDays: or(request.backupRetentionPeriod, Number, policy.retentionDays),
    releasedKeep: or(request.releasedKeepPolicy, String, policy.releasedKeep),
    category: or(request.category, String, policy.category),
    interval: or(request.backupInterval, String, policy.interval),
    compressType: or(request.compressType, String, policy.compressType),
  };
  const log = {
    logEnabled: or(request.enableBackupLog, (text) => text === '1' || text === 'True', policy.logEnabled),
    logRetentionDays: or(request.logBackupRetentionPeriod, Number, policy.logRetentionDays),
    localLogHours: or(request.localLogRetentionHours, Number, policy.localLogHours),
    localLogSpace: or(request.localLogRetentionSpace, String, policy.localLogSpace),
    highSpaceProtection: or(request.highSpaceUsageProtection, String, policy.highSpaceProtection),
    localLogFiles: request.logBackupLocalRetentionNumber ?? policy.localLogFiles,
  };
  const next = request.backupPolicyMode === 'LogBackupPolicy' ? { ...policy, ...log } : { ...policy, ...data, ...log };
  // Logs without the full backup that they follow are of no use, so they are not kept longer.
  return { ...next, logRetentionDays: logRetention(next, request.logBackupRetentionPeriod) };
}

const logRetention = (policy: BackupPolicy, asked: string | undefined): number =>
  asked === undefined || asked === ''
    ? Math.min(policy.logRetentionDays, policy.retentionDays)
    : policy.logRetentionDays;

const describeBackupPolicy = rpcAction({
  name: 'DescribeBackupPolicy',
  request: DescribeBackupPolicyRequest,
  response: DescribeBackupPolicyResponseBody,
  required: ['DBInstanceId'],
  handle: ({ request, cloud }) => {
    const policy = dbInstanceOf(cloud, request.DBInstanceId).backup;
    return {
      preferredBackupPeriod: policy.days,
      preferredBackupTime: policy.window,
      backupRetentionPeriod: policy.retentionDays,
      backupLog: policy.logEnabled ? 'Enable' : 'Disabled',
      enableBackupLog: policy.logEnabled ? '1' : '0',
      logBackupRetentionPeriod: policy.logRetentionDays,
      localLogRetentionHours: policy.localLogHours,
      localLogRetentionSpace: policy.localLogSpace,
      logBackupLocalRetentionNumber: policy.localLogFiles,
      highSpaceUsageProtection: policy.highSpaceProtection,
      releasedKeepPolicy: policy.releasedKeep,
      category: policy.category,
      backupInterval: policy.interval,
      compressType: policy.compressType,
      backupMethod: 'Snapshot',
      enableIncrementDataBackup: false,
      archiveBackupRetentionPeriod: '0',
      archiveBackupKeepCount: '1',
      archiveBackupKeepPolicy: 'ByMonth',
    };
  },
});

const modifyBackupPolicy = rpcAction({
  name: 'ModifyBackupPolicy',
  request: ModifyBackupPolicyRequest,
  response: ModifyBackupPolicyResponseBody,
  required: ['DBInstanceId'],
  oneOf: { backupPolicyMode: ['DataBackupPolicy', 'LogBackupPolicy'] },
  handle: ({ request, cloud }) => {
    const instance = runningInstance(cloud, request.DBInstanceId);
    const policy = changed(instance.backup, request);
    checkPolicy(policy);
    instance.backup = policy;
    return { DBInstanceID: instance.id, enableBackupLog: policy.logEnabled ? '1' : '0' };
  },
});

export const backupPolicyActions = [describeBackupPolicy, modifyBackupPolicy];
