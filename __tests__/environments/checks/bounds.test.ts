/** What lies on a bound is allowed: a check that is one too strict refuses an environment that would have worked. */
import { faultsOf } from '../../../environments';
import { prod } from '../../../environments/prod';
import { altered, at, type Alteration } from '../altered';

const ALLOWED: readonly (readonly [requirement: string, bound: string, alter: Alteration])[] = [
  [
    'N1',
    'the biggest VPC, vSwitch and range of Services',
    (e) => {
      e.network.cidr = '10.0.0.0/8';
      at(e.network.zones, 0).podCidr = '10.64.0.0/16';
      e.network.serviceCidr = '172.16.0.0/12';
    },
  ],
  [
    'N1',
    'the smallest range of Services',
    (e) => {
      e.network.serviceCidr = '172.21.0.0/24';
    },
  ],
  [
    'N1',
    'a range that holds exactly its nodes',
    (e) => {
      e.cluster.workloadPool.maxNodes = 6;
      at(e.network.zones, 0).nodeCidr = '10.30.0.0/27';
    },
  ],
  [
    'N2',
    'a NAT gateway in any of the zones',
    (e) => {
      e.network.natZone = 'cn-hangzhou-j';
    },
  ],
  [
    'N4',
    'a folder in the bucket',
    (e) => {
      e.state.prefix = 'gateway/live';
    },
  ],
  [
    'N6',
    'five fingerprints',
    (e) => {
      e.ci.fingerprints = Array<string>(5).fill('a'.repeat(40));
    },
  ],
  [
    'C4',
    'one identity in two namespaces',
    (e) => {
      e.cluster.access = [
        at(prod.cluster.access, 0),
        ...['one', 'two'].map((namespace) => ({ ...at(prod.cluster.access, 1), namespace })),
      ];
    },
  ],
  [
    'K2',
    'an autoscaler that has nothing to do',
    (e) => {
      e.profile.replicas.max = e.profile.replicas.min;
    },
  ],
  [
    'K8',
    'limits that are the requests',
    (e) => {
      e.profile.requests = { cpuMillis: 4_000, memoryMiB: 4_096 };
      e.cluster.workloadPool.maxNodes = 11;
    },
  ],
  [
    'C2',
    'a pod that fills its node',
    (e) => {
      e.profile.limits = { cpuMillis: 7_300, memoryMiB: 13_312 };
    },
  ],
  [
    'C2',
    'replicas that fill the nodes',
    (e) => {
      e.profile.replicas.max = 62;
    },
  ],
  [
    'C2',
    'pools that do not grow, without autoscaling',
    (e) => {
      e.cluster.autoscaling = false;
      e.cluster.systemPool.maxNodes = 3;
      e.cluster.workloadPool.maxNodes = 3;
    },
  ],
  [
    'D1',
    'pools that fill the connections',
    (e) => {
      e.workload.databasePoolSize = 718;
    },
  ],
  [
    'D1',
    'the smallest disk, which does not grow',
    (e) => {
      e.profile.database.storageGiB = 20;
      e.profile.database.maxStorageGiB = 20;
    },
  ],
  [
    'D1',
    'the biggest disk',
    (e) => {
      e.profile.database.maxStorageGiB = 64_000;
    },
  ],
  [
    'D2',
    'a backup that starts when maintenance ends, and the other way round',
    (e) => {
      e.redis.maintenanceWindow = { startHourUtc: 18, hours: 6 };
      e.redis.backupWindow.startHourUtc = 0;
      e.database.maintenanceWindow.startHourUtc = 19;
    },
  ],
  [
    'K5',
    'an ingress that waits as long as the gateway',
    (e) => {
      e.workload.timeouts.ingress = 50;
    },
  ],
  [
    'M7',
    'warnings at any hour',
    (e) => {
      delete e.alarms.warningHours;
    },
  ],
];

describe('On the bound', () => {
  test.each(ALLOWED)('[%s] %s is allowed', (_requirement, _bound, alter) => {
    expect(faultsOf([altered(prod, alter)])).toEqual([]);
  });
});
