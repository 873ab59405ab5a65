/** Planted faults: whether the pods fit. */
import { refuses } from './planted';

refuses('whether the pods fit', [
  [
    'K2',
    'an upper bound below the lower one',
    (e) => {
      e.profile.replicas.max = 4;
    },
    /profile\.replicas\.max \(4\) must be at least profile\.replicas\.min \(5\)/,
  ],
  [
    'K2',
    'an autoscaler without a CPU request',
    (e) => {
      e.profile.requests.cpuMillis = 0;
    },
    /profile\.requests\.cpuMillis \(0\) must be above 0: the autoscaler counts in percent/,
  ],
  [
    'K2',
    'an autoscaler without a memory request',
    (e) => {
      e.profile.requests.memoryMiB = 0;
    },
    /profile\.requests\.memoryMiB \(0\) must be above 0/,
  ],
  [
    'K2',
    'replicas that are not whole',
    (e) => {
      e.profile.replicas.min = 4.5;
    },
    /profile\.replicas\.min \(4\.5\) must be a whole number/,
  ],
  [
    'K8',
    'a limit below its request',
    (e) => {
      e.profile.limits.memoryMiB = 512;
    },
    /profile\.limits\.memoryMiB \(512\) must be at least profile\.requests\.memoryMiB \(1024\)/,
  ],
  [
    'C2',
    'one instance type only',
    (e) => {
      e.profile.nodes.systemInstanceTypes = ['ecs.g7.xlarge'];
    },
    /profile\.nodes\.systemInstanceTypes \(ecs\.g7\.xlarge\) must be two or more/,
  ],
  [
    'C2',
    'an instance type twice',
    (e) => {
      e.profile.nodes.systemInstanceTypes = ['ecs.g7.xlarge', 'ecs.g8i.xlarge', 'ecs.g7.xlarge'];
    },
    /systemInstanceTypes .*names ecs\.g7\.xlarge more than once/,
  ],
  [
    'C2',
    'a pod that outgrows the node',
    (e) => {
      e.profile.nodes.workloadInstanceTypes = ['ecs.c7.2xlarge', 'ecs.c7.xlarge'];
    },
    /workloadInstanceTypes\[1\] \(ecs\.c7\.xlarge\) leaves 3300m CPU and 5120 MiB .* one pod may use 4000m and 4096 MiB/,
  ],
  [
    'C2',
    'more replicas than the nodes hold',
    (e) => {
      e.profile.replicas.max = 63;
    },
    /cluster\.workloadPool\.maxNodes \(9\) holds 63 pods at 7 a node, and .* is 64; raise it to 10 or lower replicas\.max/,
  ],
  [
    'C2',
    'a zone without a node',
    (e) => {
      e.cluster.workloadPool.minNodes = 2;
    },
    /cluster\.workloadPool\.minNodes \(2\).*each of the 3 zones; raise it to 3/,
  ],
  [
    'C2',
    'a pool whose bounds are crossed',
    (e) => {
      e.cluster.systemPool = { minNodes: 6, maxNodes: 3 };
    },
    /cluster\.systemPool\.maxNodes \(3\) must be at least cluster\.systemPool\.minNodes \(6\)/,
  ],
  [
    'C2',
    'a pool that may not grow',
    (e) => {
      e.cluster.autoscaling = false;
      e.cluster.systemPool.maxNodes = 3;
    },
    /cluster\.workloadPool\.maxNodes \(9\) is never reached .* while cluster\.autoscaling is false/,
  ],
  [
    'C2',
    'a system disk that is too small',
    (e) => {
      e.profile.nodes.systemDiskGiB = 20;
    },
    /profile\.nodes\.systemDiskGiB \(20\).*from 40 to 2048/,
  ],
  [
    'D1',
    'pools that outnumber the connections',
    (e) => {
      e.workload.databasePoolSize = 1_000;
    },
    /workload\.databasePoolSize \(1000\) must be a whole number from 1 to 718; 11 pods share the 8000 connections of x4\.large/,
  ],
  [
    'D1',
    'a disk off the step',
    (e) => {
      e.profile.database.storageGiB = 502;
    },
    /profile\.database\.storageGiB \(502\) must be 20 to 64000 in steps of 5/,
  ],
  [
    'D1',
    'a disk that would have to shrink',
    (e) => {
      e.profile.database.maxStorageGiB = 400;
    },
    /profile\.database\.maxStorageGiB \(400\) must be at least profile\.database\.storageGiB \(500\)/,
  ],
  [
    'D2',
    'a cluster of one shard',
    (e) => {
      e.profile.redis.shards = 1;
    },
    /profile\.redis\.shards \(1\).*from 2 to 256; for a single shard set redis\.mode to standard/,
  ],

  [
    'C2',
    'half a node',
    (e) => {
      e.cluster.workloadPool.maxNodes = 8.5;
    },
    /cluster\.workloadPool\.maxNodes \(8\.5\) must be a whole number from 1 to 1000/,
  ],
  [
    'D1',
    'a disk below the least',
    (e) => {
      e.profile.database.storageGiB = 15;
    },
    /profile\.database\.storageGiB \(15\) must be 20 to 64000/,
  ],
  [
    'D1',
    'a disk above the most',
    (e) => {
      e.profile.database.maxStorageGiB = 64_005;
    },
    /profile\.database\.maxStorageGiB \(64005\) must be 20 to 64000/,
  ],

  [
    'C2',
    'a node that holds no pod, once',
    (e) => {
      e.profile.requests.cpuMillis = 4_000;
      e.profile.nodes.workloadInstanceTypes = ['ecs.c7.2xlarge', 'ecs.c7.xlarge'];
    },
    /workloadInstanceTypes\[1\] \(ecs\.c7\.xlarge\) leaves 3300m CPU/,
  ],
]);
