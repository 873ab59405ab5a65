/** Planted faults: how pods come and go. */
import { refuses } from './planted';

refuses('how pods run, come and go', [
  [
    'K1',
    'an image by its tag',
    (e) => {
      e.workload.imageDigest = 'v1.0.0';
    },
    /workload\.imageDigest \(v1\.0\.0\) must be sha256: and 64 hex digits.*copy it from the registry/,
  ],
  [
    'K3',
    'a setting that the gateway would refuse',
    (e) => {
      e.workload.settings = { QUEUE_PLACES: -1 };
    },
    /workload\.settings: QUEUE_PLACES \(-1\) must be a whole number from 0 to 100000 requests/,
  ],
  [
    'K3',
    'settings that do not go together',
    (e) => {
      e.workload.settings = { CACHE_L1_MS: 2_000_000, CACHE_L2_MS: 1_000_000 };
    },
    /workload\.settings: CACHE_L1_MS \(2000000\) must be at most CACHE_L2_MS/,
  ],
  [
    'K3',
    'a second region without its key',
    (e) => {
      e.workload.settings = { DASHSCOPE_FALLBACK_BASE_URL: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1' };
    },
    /workload\.settings: DASHSCOPE_FALLBACK_API_KEY \(unset\) must be set together/,
  ],
  [
    'K2',
    'a percentage that is noise',
    (e) => {
      e.workload.scaling.cpuPercent = 5;
    },
    /scaling\.cpuPercent \(5\) must be a whole number from 10 to 300/,
  ],
  [
    'K2',
    'no memory at all',
    (e) => {
      e.workload.scaling.memoryPercent = 0;
    },
    /scaling\.memoryPercent \(0\)/,
  ],
  [
    'K2',
    'pods that may not be asked',
    (e) => {
      e.workload.scaling.requestsPerSecond = 0;
    },
    /scaling\.requestsPerSecond \(0\) must be a whole number from 1/,
  ],
  [
    'K10',
    'a journal without room',
    (e) => {
      e.workload.journal = { kind: 'pod', sizeMiB: 1 };
    },
    /journal\.sizeMiB \(1\) must be a whole number from 64/,
  ],
  [
    'K10',
    'a claim of no size',
    (e) => {
      e.workload.journal = { kind: 'claim', storageClass: 'nas', sizeGiB: 0 };
    },
    /journal\.sizeGiB \(0\)/,
  ],
  [
    'K10',
    'a claim of no class',
    (e) => {
      e.workload.journal = { kind: 'claim', storageClass: '', sizeGiB: 20 };
    },
    /journal\.storageClass \(empty\) must be the name of a StorageClass/,
  ],
  [
    'K1',
    'fewer connections than processes',
    (e) => {
      e.workload.databasePoolSize = 3;
    },
    /databasePoolSize \(3\) must be at least 4, one for each process.*raise it to 4/,
  ],
  [
    'K4',
    'a node that cannot be drained',
    (e) => {
      e.workload.minAvailable = 5;
    },
    /workload\.minAvailable \(5\) must be below profile\.replicas\.min \(5\), or no node can ever be drained; lower it to 4/,
  ],
  [
    'K4',
    'a fraction of a pod',
    (e) => {
      e.workload.minAvailable = 2.5;
    },
    /workload\.minAvailable \(2\.5\) must be a whole number/,
  ],
  [
    'K5',
    'an ingress that gives up first',
    (e) => {
      e.workload.timeouts.ingress = 49;
    },
    /timeouts\.ingress \(49\) must be at least timeouts\.gatewayTotal \(50\), or the ingress cuts answers .*; raise it to 50/,
  ],
  [
    'K5',
    'a gateway that gives up before its stream',
    (e) => {
      e.workload.timeouts.gatewayTotal = 40;
    },
    /timeouts\.gatewayTotal \(40\) must be at least timeouts\.longestStream \(50\)/,
  ],
  [
    'K1',
    'a grace too short for the longest stream',
    (e) => {
      e.workload.timeouts.terminationGrace = 59;
    },
    /timeouts\.terminationGrace \(59\) must be at least .* \(7 \+ 50 \+ 3\), or every deployment cuts answers; raise it to 60/,
  ],
  [
    'K1',
    'no drain',
    (e) => {
      e.workload.timeouts.drain = 0;
    },
    /timeouts\.drain \(0\).*from 2 to 3600/,
  ],
]);
