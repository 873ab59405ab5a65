/** Database and cache: editions, backups and the hours at which they are looked after. */
import { databaseClass } from '../catalogue/database';
import type { Environment } from '../environment';
import type { DailyWindow } from '../../constructs/data/schedule';
import { distinct, fault, whole, type Fault } from './fault';

/** Days that RDS keeps backups and logs (provider page of `alicloud_db_backup_policy`). */
const RETENTION_DAYS = { min: 7, max: 730 } as const;

/** Full backups a week that RDS asks for. */
const BACKUPS_A_WEEK = 2;

/** Zones that a standby needs. */
const ZONES_FOR_A_STANDBY = 2;

/** Checks the database. */
export function* database({ database, network, profile }: Environment): Iterable<Fault> {
  const zoneCount = network.zones.length;
  if (database.highAvailability && zoneCount < ZONES_FOR_A_STANDBY) {
    yield fault(
      'database.highAvailability',
      true,
      `needs ${ZONES_FOR_A_STANDBY} zones and network.zones has ${zoneCount}; add one or set it to false`,
    );
  }
  if (!database.highAvailability && databaseClass(profile.database.class).basic === undefined) {
    yield fault(
      'profile.database.class',
      profile.database.class,
      'has no one-node edition; choose n2.medium or n4.medium, or set database.highAvailability to true',
    );
  }
  yield* distinct('database.backupDays', database.backupDays, 'drop one');
  if (new Set(database.backupDays).size < BACKUPS_A_WEEK) {
    yield fault(
      'database.backupDays',
      database.backupDays,
      `must be ${BACKUPS_A_WEEK} days of the week or more, as RDS demands; add one`,
    );
  }
  yield* whole(
    'database.backupRetentionDays',
    database.backupRetentionDays,
    RETENTION_DAYS,
    'RDS keeps backups no shorter and no longer',
  );
  yield* whole(
    'database.logRetentionDays',
    database.logRetentionDays,
    RETENTION_DAYS,
    'RDS keeps logs no shorter and no longer',
  );
  // Said only once where the backups' own bound is the fault.
  if (database.backupRetentionDays >= RETENTION_DAYS.min && database.logRetentionDays > database.backupRetentionDays) {
    yield fault(
      'database.logRetentionDays',
      database.logRetentionDays,
      `must be at most database.backupRetentionDays (${database.backupRetentionDays}), because logs restore nothing without a backup before them; lower it or raise the other`,
    );
  }
  yield* windows('database', database, { min: 1, max: 1 });
}

/** Checks the cache. */
export function* redis({ redis, network }: Environment): Iterable<Fault> {
  const zoneCount = network.zones.length;
  if (redis.zoneRedundant && zoneCount < ZONES_FOR_A_STANDBY) {
    yield fault(
      'redis.zoneRedundant',
      true,
      `needs ${ZONES_FOR_A_STANDBY} zones and network.zones has ${zoneCount}; add one or set it to false`,
    );
  }
  yield* distinct('redis.backupDays', redis.backupDays, 'drop one');
  if (redis.backupDays.length === 0) {
    yield fault('redis.backupDays', redis.backupDays, 'must be one day of the week or more, as Redis demands; add one');
  }
  yield* windows('redis', redis, { min: 1, max: 6 });
}

/** Checks the two windows of a store, and that they keep out of each other's way. */
function* windows(
  path: string,
  store: { readonly backupWindow: DailyWindow; readonly maintenanceWindow: DailyWindow },
  maintenanceHours: { readonly min: number; readonly max: number },
): Iterable<Fault> {
  const { backupWindow, maintenanceWindow } = store;
  yield* hours(`${path}.backupWindow`, backupWindow, { min: 1, max: 1 });
  yield* hours(`${path}.maintenanceWindow`, maintenanceWindow, maintenanceHours);
  const apart = (maintenanceWindow.startHourUtc - backupWindow.startHourUtc + 24) % 24;
  if (apart < backupWindow.hours || apart + maintenanceWindow.hours > 24) {
    yield fault(
      `${path}.maintenanceWindow`,
      `${maintenanceWindow.startHourUtc}:00 UTC for ${maintenanceWindow.hours} h`,
      `overlaps ${path}.backupWindow (${backupWindow.startHourUtc}:00 UTC for ${backupWindow.hours} h), and a failover breaks a running backup; move one of them`,
    );
  }
}

/** Checks the hours of a window. */
export function* hours(
  path: string,
  window: DailyWindow,
  length: { readonly min: number; readonly max: number },
): Iterable<Fault> {
  yield* whole(`${path}.startHourUtc`, window.startHourUtc, { min: 0, max: 23 }, 'it is the hour of the day in UTC');
  yield* whole(`${path}.hours`, window.hours, length, 'the API takes no other length');
}
