/**
 * The hours in which ACK may work on the cluster: patches of the control plane, repairs and fixes of nodes.
 * The API wants a full date; only its time of day counts, and it must stay as it is, or every plan shows a change.
 * Source: `maintenance_window` in the provider documentation of `alicloud_cs_managed_kubernetes` (1.285.0).
 */
import type { CsManagedKubernetesMaintenanceWindow } from '@cdktf/provider-alicloud/lib/cs-managed-kubernetes';
import { WEEK, type Weekday } from '../data/schedule';

export interface Maintenance {
  /** Days of the week, in order from Monday. */
  readonly days: readonly Weekday[];
  /** When it begins, `HH:MM`. */
  readonly start: string;
  /** The offset that `start` is in, e.g. `+08:00`. */
  readonly utcOffset: string;
  /** How long it lasts, 1 to 24. */
  readonly hours: number;
}

/** Thursdays from 2 o'clock in Shanghai, three hours: a day of work is left to see what it did. */
export const MAINTENANCE: Maintenance = { days: ['Thursday'], start: '02:00', utcOffset: '+08:00', hours: 3 };

/** Any date that will do; a constant, since a plan must not depend on the day. */
const ANY_DAY = '2025-01-01';

/**
 * The window as the API writes it.
 * @throws when a part is malformed; every fault is in the message
 */
export function maintenanceWindow(maintenance: Maintenance): CsManagedKubernetesMaintenanceWindow {
  const { days, start, utcOffset, hours } = maintenance;
  const faults: string[] = [];
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(start))
    faults.push(`cluster.maintenance.start (${start}) must be HH:MM; write it as 02:00`);
  if (!/^[+-](0\d|1[0-4]):(00|30|45)$/.test(utcOffset)) {
    faults.push(`cluster.maintenance.utcOffset (${utcOffset}) must be an offset from UTC; write it as +08:00`);
  }
  if (!Number.isInteger(hours) || hours < 1 || hours > 24) {
    faults.push(`cluster.maintenance.hours (${hours}) must be a whole number from 1 to 24; correct it`);
  }
  if (days.length === 0) faults.push('cluster.maintenance.days is empty and nothing would be patched; name a day');
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return {
    enable: true,
    maintenanceTime: `${ANY_DAY}T${start}:00.000${utcOffset}`,
    duration: `${hours}h`,
    // Sorted: the API gives the days back in the order of the week.
    weeklyPeriod: WEEK.filter((day) => days.includes(day)).join(','),
  };
}
