/** The cluster by itself: its version and the time of its maintenance. */
import type { Environment } from '../environment';
import { hours } from './data';
import { distinct, fault, shaped, type Fault } from './fault';

/** Hours that an upgrade of all nodes takes; ACK's own bound is 1–24. */
const MAINTENANCE_HOURS = { min: 3, max: 24 } as const;

/** Checks the version and the maintenance window. */
export function* cluster({ cluster }: Environment): Iterable<Fault> {
  yield* shaped(
    'cluster.version',
    cluster.version,
    /^1\.\d+\.\d+-aliyun\.\d+$/,
    'a full version such as 1.34.1-aliyun.1: with less, the cluster gets whatever is new that day; pin it',
  );
  const { days } = cluster.maintenanceWindow;
  if (days.length === 0) {
    yield fault('cluster.maintenanceWindow.days', days, 'must be one day of the week or more; add one');
  }
  yield* distinct('cluster.maintenanceWindow.days', days, 'drop one');
  yield* hours('cluster.maintenanceWindow', cluster.maintenanceWindow, MAINTENANCE_HOURS);
}
