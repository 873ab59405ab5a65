/** Planted faults: database and cache. */
import { dev } from '../../../environments/dev';
import { refuses } from './planted';

refuses('database and cache', [
  [
    'D1',
    'a standby without a second zone',
    (e) => {
      e.database.highAvailability = true;
    },
    /database\.highAvailability \(true\) needs 2 zones and network\.zones has 1; add one or set it to false/,
    dev,
  ],
  [
    'D1',
    'one node of a class that has two',
    (e) => {
      e.profile.database.class = 'x2.large';
    },
    /profile\.database\.class \(x2\.large\) has no one-node edition/,
    dev,
  ],
  [
    'D1',
    'one backup a week',
    (e) => {
      e.database.backupDays = ['Monday'];
    },
    /database\.backupDays \(Monday\) must be 2 days/,
  ],
  [
    'D1',
    'a backup day twice',
    (e) => {
      e.database.backupDays = ['Monday', 'Friday', 'Monday'];
    },
    /database\.backupDays .*names Monday more than once/,
  ],
  [
    'D1',
    'backups kept too short',
    (e) => {
      e.database.backupRetentionDays = 6;
      e.database.logRetentionDays = 7;
    },
    /database\.backupRetentionDays \(6\).*from 7 to 730/,
  ],
  [
    'D1',
    'backups kept too long',
    (e) => {
      e.database.backupRetentionDays = 731;
    },
    /database\.backupRetentionDays \(731\).*from 7 to 730/,
  ],
  [
    'D1',
    'logs kept too short',
    (e) => {
      e.database.logRetentionDays = 6;
    },
    /database\.logRetentionDays \(6\).*from 7 to 730/,
  ],
  [
    'D1',
    'logs that outlive their backup',
    (e) => {
      e.database.logRetentionDays = 31;
    },
    /database\.logRetentionDays \(31\) must be at most database\.backupRetentionDays \(30\)/,
  ],
  [
    'D1',
    'maintenance in the middle of the backup',
    (e) => {
      e.database.maintenanceWindow.startHourUtc = 18;
    },
    /database\.maintenanceWindow \(18:00 UTC for 1 h\) overlaps database\.backupWindow/,
  ],
  [
    'D1',
    'a backup of two hours',
    (e) => {
      e.database.backupWindow.hours = 2;
    },
    /database\.backupWindow\.hours \(2\).*from 1 to 1/,
  ],
  [
    'D1',
    'maintenance at an hour that is none',
    (e) => {
      e.database.maintenanceWindow.startHourUtc = 24;
    },
    /database\.maintenanceWindow\.startHourUtc \(24\).*from 0 to 23/,
  ],
  [
    'D2',
    'a second zone where there is one',
    (e) => {
      e.redis.zoneRedundant = true;
    },
    /redis\.zoneRedundant \(true\) needs 2 zones and network\.zones has 1/,
    dev,
  ],
  [
    'D2',
    'a cache that is never saved',
    (e) => {
      e.redis.backupDays = [];
    },
    /redis\.backupDays \(none\) must be one day/,
  ],
  [
    'D2',
    'a day twice',
    (e) => {
      e.redis.backupDays = ['Sunday', 'Sunday'];
    },
    /redis\.backupDays .*names Sunday more than once/,
  ],
  [
    'D2',
    'maintenance that runs into the backup past midnight',
    (e) => {
      e.redis.maintenanceWindow = { startHourUtc: 23, hours: 3 };
      e.redis.backupWindow.startHourUtc = 1;
    },
    /redis\.maintenanceWindow \(23:00 UTC for 3 h\) overlaps redis\.backupWindow/,
  ],

  [
    'D1',
    'logs that outlive the shortest backup',
    (e) => {
      e.database.backupRetentionDays = 7;
      e.database.logRetentionDays = 8;
    },
    /database\.logRetentionDays \(8\) must be at most database\.backupRetentionDays \(7\)/,
  ],
]);
