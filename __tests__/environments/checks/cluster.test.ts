/** Planted faults: version and maintenance of the cluster. */
import { refuses } from './planted';

refuses('version and maintenance of the cluster', [
  [
    'C1',
    'a version that is not pinned',
    (e) => {
      e.cluster.version = '1.34';
    },
    /cluster\.version \(1\.34\) must be a full version such as .*; pin it/,
  ],
  [
    'C1',
    'maintenance on no day',
    (e) => {
      e.cluster.maintenanceWindow.days = [];
    },
    /cluster\.maintenanceWindow\.days \(none\) must be one day/,
  ],
  [
    'C1',
    'maintenance on a day twice',
    (e) => {
      e.cluster.maintenanceWindow.days = ['Friday', 'Friday'];
    },
    /cluster\.maintenanceWindow\.days .*names Friday more than once/,
  ],
  [
    'C1',
    'maintenance of an hour',
    (e) => {
      e.cluster.maintenanceWindow.hours = 1;
    },
    /cluster\.maintenanceWindow\.hours \(1\).*from 3 to 24/,
  ],
]);
