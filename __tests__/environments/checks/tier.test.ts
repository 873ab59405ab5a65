/** Planted faults: what the tier demands. */
import { staging } from '../../../environments/staging';
import { refuses } from './planted';

refuses('what the tier demands', [
  [
    'N1',
    'one zone in production',
    (e) => {
      e.network.zones = e.network.zones.slice(0, 2);
    },
    /network\.zones \(cn-hangzhou-h, cn-hangzhou-i\) must be 3 or more in tier production and there are 2/,
  ],
  [
    'N3',
    'no flow logs in production',
    (e) => {
      e.network.flowLogs = false;
    },
    /network\.flowLogs \(false\) must be true in tier production: an intrusion must leave a trace/,
  ],
  [
    'K4',
    'one pod through a drain in production',
    (e) => {
      e.workload.minAvailable = 1;
    },
    /workload\.minAvailable \(1\) must be at least 2 in tier production.*raise it to 2/,
  ],
  [
    'D1',
    'one node in production',
    (e) => {
      e.database.highAvailability = false;
      e.profile.database.class = 'n4.medium';
    },
    /database\.highAvailability \(false\) must be true in tier production: a zone can fail/,
  ],
  [
    'D2',
    'one zone for the cache in production',
    (e) => {
      e.redis.zoneRedundant = false;
    },
    /redis\.zoneRedundant \(false\) must be true in tier production/,
  ],
  [
    'D2',
    'one shard in production',
    (e) => {
      e.redis.mode = 'standard';
    },
    /redis\.mode \(standard\) must be cluster in tier production/,
  ],
  [
    'N9',
    'data without protection in production',
    (e) => {
      e.protection.data = false;
    },
    /protection\.data \(false\) must be true in tier production: data must survive a slip/,
  ],
  [
    'C1',
    'a public API server in production',
    (e) => {
      e.cluster.publicApiServer = true;
    },
    /cluster\.publicApiServer \(true\) must be false in tier production: the API server must not face/,
  ],
  [
    'C1',
    'a cluster without protection in production',
    (e) => {
      e.protection.cluster = false;
    },
    /protection\.cluster \(false\) must be true in tier production/,
  ],
  [
    'M7',
    'nobody who wakes up in production',
    (e) => {
      e.alarms.paging = false;
    },
    /alarms\.paging \(false\) must be true in tier production: somebody must wake up/,
  ],
  [
    'N1',
    'two zones in a production-like tier',
    (e) => {
      e.network.zones = e.network.zones.slice(0, 2);
    },
    /network\.zones \(.*\) must be 3 or more in tier production-like/,
    staging,
  ],
  [
    'D1',
    'one node for the database in a production-like tier',
    (e) => {
      e.database.highAvailability = false;
      e.profile.database.class = 'n4.medium';
    },
    /database\.highAvailability \(false\) must be true in tier production-like/,
    staging,
  ],
  [
    'D2',
    'one shard in a production-like tier',
    (e) => {
      e.redis.mode = 'standard';
    },
    /redis\.mode \(standard\) must be cluster in tier production-like/,
    staging,
  ],
  [
    'C1',
    'a public API server in a production-like tier',
    (e) => {
      e.cluster.publicApiServer = true;
    },
    /cluster\.publicApiServer \(true\) must be false in tier production-like/,
    staging,
  ],
  [
    'N9',
    'data without protection in a production-like tier',
    (e) => {
      e.protection.data = false;
    },
    /protection\.data \(false\) must be true in tier production-like/,
    staging,
  ],
  [
    'N3',
    'no flow logs in a production-like tier',
    (e) => {
      e.network.flowLogs = false;
    },
    /network\.flowLogs \(false\) must be true in tier production-like/,
    staging,
  ],
  [
    'K4',
    'no pod through a drain in a production-like tier',
    (e) => {
      e.workload.minAvailable = 0;
    },
    /workload\.minAvailable \(0\) must be at least 1 in tier production-like/,
    staging,
  ],
]);
