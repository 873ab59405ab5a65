/**
 * What must hold between the settings of one MySQL instance, all reported at once.
 * Source: CreateDBInstance and ModifyBackupPolicy of the RDS API, and the tables of instance classes.
 */
import type { Placement } from '../network/placement';
import type { MysqlBackup } from './mysql';
import { checkBackupDays, checkBackupWindow, parseWindow } from './schedule';

/** Bounds of an ESSD disk (`cloud_essd`) and of backups. */
export const MYSQL_LIMITS = {
  storageGiB: { min: 20, max: 64_000, step: 5 },
  retentionDays: { min: 7, max: 730 },
} as const;

export interface MysqlSettings {
  readonly instanceClass: string;
  readonly placement: Placement;
  readonly highAvailability: boolean;
  readonly transparentDataEncryption: boolean;
  readonly storageGiB: number;
  readonly storageLimitGiB: number;
  readonly maintenanceWindow: string;
  readonly backup: MysqlBackup;
}

/** @throws when a setting is out of its bounds or does not go with another; every fault is in the message */
export function checkMysql(settings: MysqlSettings): void {
  const faults = [...editionFaults(settings), ...storageFaults(settings), ...backupFaults(settings.backup)];
  if (faults.length > 0) throw new Error(faults.join('\n'));
  parseWindow('mysql.maintenanceWindow', settings.maintenanceWindow);
  checkBackupWindow('mysql.backup.window', settings.backup.window);
  checkBackupDays('mysql.backup.days', settings.backup.days, 2);
}

function editionFaults(settings: MysqlSettings): string[] {
  const { instanceClass, highAvailability, transparentDataEncryption, placement } = settings;
  const faults: string[] = [];
  const edition = /^mysql\.[a-z0-9]+\.[a-z0-9]+\.(2[a-z]|1[a-z]?)$/.exec(instanceClass)?.[1];
  if (edition === undefined) {
    faults.push(
      `mysql.instanceClass (${instanceClass}) is no class of RDS for MySQL; take one such as mysql.n2.medium.2c`,
    );
  } else if (edition.startsWith('2') !== highAvailability) {
    faults.push(
      highAvailability
        ? `mysql.instanceClass (${instanceClass}) is of a single node; take its .2c class or set highAvailability to false`
        : `mysql.instanceClass (${instanceClass}) is for high availability; take its .1 class or set highAvailability to true`,
    );
  }
  if (highAvailability && placement.zones.length < 2) {
    faults.push(
      `mysql.highAvailability needs 2 zones and placement has ${placement.zones.length}; add one or set it to false`,
    );
  }
  if (transparentDataEncryption && !highAvailability) {
    faults.push(
      'mysql.transparentDataEncryption is not offered on a single node; set it to false or highAvailability to true',
    );
  }
  return faults;
}

function storageFaults({ storageGiB, storageLimitGiB }: MysqlSettings): string[] {
  const { min, max, step } = MYSQL_LIMITS.storageGiB;
  const faults: string[] = [];
  for (const [name, value] of Object.entries({ storageGiB, storageLimitGiB })) {
    if (value < min || value > max || value % step !== 0) {
      faults.push(`mysql.${name} (${value}) must be ${min} to ${max} in steps of ${step}; round it up`);
    }
  }
  if (storageLimitGiB <= storageGiB) {
    faults.push(
      `mysql.storageLimitGiB (${storageLimitGiB}) must be above storageGiB (${storageGiB}), or the disk cannot grow; raise it`,
    );
  }
  return faults;
}

function backupFaults({ retentionDays, pointInTimeDays }: MysqlBackup): string[] {
  const { min, max } = MYSQL_LIMITS.retentionDays;
  const faults: string[] = [];
  if (!Number.isInteger(retentionDays) || retentionDays < min || retentionDays > max) {
    faults.push(`mysql.backup.retentionDays (${retentionDays}) must be ${min} to ${max}; correct it`);
  }
  if (!Number.isInteger(pointInTimeDays) || pointInTimeDays < min || pointInTimeDays > retentionDays) {
    faults.push(
      `mysql.backup.pointInTimeDays (${pointInTimeDays}) must be ${min} up to retentionDays (${retentionDays}), ` +
        'since a restore starts from a full backup; lower it, or raise retentionDays',
    );
  }
  return faults;
}
