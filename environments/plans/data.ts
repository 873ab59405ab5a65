/** The database and the cache of an environment: what protects them and when they are looked after. Sizes are the profile's. */
import type { DailyWindow, Weekday } from '../../constructs/data/schedule';

/** RDS MySQL 8.0. */
export interface DatabasePlan {
  /** Number of the passwords in use, from 1. Raising it makes new ones and puts them into the secrets: that is the rotation. */
  readonly passwordVersion: number;
  /** A standby in a second zone, and failover to it; otherwise one node (Basic Edition). Changing it on a living instance replaces it: restore from a backup instead. */
  readonly highAvailability: boolean;
  /** Days of the week on which a full backup is taken: two or more, as the API demands. */
  readonly backupDays: readonly Weekday[];
  /** When the backup runs: one hour, on the hour. */
  readonly backupWindow: DailyWindow;
  /** Days that a full backup is kept, 7–730. Lowering it deletes older backups. */
  readonly backupRetentionDays: number;
  /** Days that the binary log is kept, 7–730, at most `backupRetentionDays`: how far back a point in time can be restored. */
  readonly logRetentionDays: number;
  /** When minor upgrades and failovers may happen: one hour, on the hour, apart from the backup. */
  readonly maintenanceWindow: DailyWindow;
}

/** Redis 7.0. */
export interface RedisPlan {
  /** Number of the password in use, from 1. Raising it makes a new one and puts it into the secrets: that is the rotation. */
  readonly passwordVersion: number;
  /** `standard`: one shard with a replica; `cluster`: the profile's shards. Changing it replaces the instance: the cache is lost, and with it the counts of the limits. */
  readonly mode: 'standard' | 'cluster';
  /** The replica stands in a second zone. */
  readonly zoneRedundant: boolean;
  /** Days of the week on which a backup is taken: one or more. */
  readonly backupDays: readonly Weekday[];
  /** When the backup runs: one hour, on the hour. */
  readonly backupWindow: DailyWindow;
  /** When upgrades and failovers may happen: one hour or more, apart from the backup. */
  readonly maintenanceWindow: DailyWindow;
}
