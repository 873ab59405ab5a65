/** Every number that an alert compares with. An environment changes them by its alert plan; nothing else names one. */
import { METRICS } from '../../../app/src/metrics';
import type { Threshold } from './alert';

/** Below this many requests a second (six in five minutes), a share of them says nothing. */
export const FEW_REQUESTS = { meaning: 'requests', unit: 'per second', value: 0.02 } as const;

/** Days that metrics must be kept: what is compared with a week ago is an average over some time before that. */
export const HISTORY_DAYS = 8;

export const ALERT_THRESHOLDS = {
  ServiceDown: {
    meaning: 'replicas that answer',
    unit: 'count',
    comparison: '<',
    levels: { critical: { value: 1, for: '1m' } },
  },
  HighErrorRate: {
    meaning: 'share of requests to /v1 that were answered with 5xx',
    unit: 'ratio',
    comparison: '>',
    levels: { critical: { value: 0.1, for: '2m' }, warning: { value: 0.05, for: '5m' } },
    floor: FEW_REQUESTS,
  },
  MultipleReplicasDown: {
    meaning: 'replicas that are wanted and not available',
    unit: 'count',
    comparison: '>=',
    levels: { critical: { value: 2, for: '3m' } },
  },
  HighResponseTime: {
    meaning: '95th percentile of what the gateway itself adds to a request',
    unit: 'seconds',
    comparison: '>',
    levels: { warning: { value: 0.2, for: '10m' } },
    floor: FEW_REQUESTS,
    buckets: METRICS.overhead.buckets,
  },
  HighLatency: {
    meaning: '95th percentile of whole answers, the upstream’s part included',
    unit: 'seconds',
    comparison: '>',
    levels: { warning: { value: 3, for: '10m' } },
    floor: FEW_REQUESTS,
    buckets: METRICS.httpRequestDuration.buckets,
  },
  LowThroughput: {
    meaning: 'requests, as a share of those at the same time a day and a week ago',
    unit: 'ratio',
    comparison: '<',
    levels: { warning: { value: 0.3, for: '15m' } },
    // An environment that nobody uses has no usual traffic to fall below.
    floor: { meaning: 'requests at both of those times', unit: 'per second', value: 1 },
  },
  HighCPUUsage: {
    meaning: 'used share of a node’s CPU, or of the CPU limit of one of the gateway’s pods',
    unit: 'ratio',
    comparison: '>',
    levels: { critical: { value: 0.85, for: '10m' }, warning: { value: 0.7, for: '15m' } },
  },
  HighMemoryUsage: {
    meaning: 'used share of a node’s memory',
    unit: 'ratio',
    comparison: '>',
    levels: { critical: { value: 0.9, for: '5m' }, warning: { value: 0.8, for: '10m' } },
  },
  ContainerMemoryLimit: {
    meaning: 'used share of the memory limit of one of the gateway’s pods',
    unit: 'ratio',
    comparison: '>',
    levels: { warning: { value: 0.9, for: '5m' } },
  },
  DiskSpaceLow: {
    meaning: 'free share of a node’s file system or of a claimed volume',
    unit: 'ratio',
    comparison: '<',
    levels: { critical: { value: 0.05, for: '5m' }, warning: { value: 0.15, for: '15m' } },
  },
  DatabaseConnectionPoolExhausted: {
    meaning: 'used share of a pod’s connections to the database, averaged over five minutes',
    unit: 'ratio',
    comparison: '>',
    levels: { warning: { value: 0.8, for: '2m' } },
  },
  SlowDatabaseQueries: {
    meaning: '95th percentile of one kind of query',
    unit: 'seconds',
    comparison: '>',
    levels: { warning: { value: 0.5, for: '10m' } },
    floor: { meaning: 'queries of this kind', unit: 'per second', value: 0.01 },
    buckets: METRICS.databaseQueryDuration.buckets,
  },
  HighDatabaseErrorRate: {
    meaning: 'share of queries that failed',
    unit: 'ratio',
    comparison: '>',
    levels: { critical: { value: 0.25, for: '2m' }, warning: { value: 0.05, for: '5m' } },
  },
  LowCacheHitRatio: {
    meaning: 'share of cache lookups that found an answer in any level',
    unit: 'ratio',
    comparison: '<',
    levels: { warning: { value: 0.5, for: '30m' } },
    floor: { meaning: 'lookups', unit: 'per second', value: 0.1 },
  },
  CacheMemoryHigh: {
    meaning: 'used share of the memory that answers may take in a pod (CACHE_L1_BYTES)',
    unit: 'ratio',
    comparison: '>',
    levels: { warning: { value: 0.9, for: '15m' } },
    // A cache that is full of what is wanted is a good cache; one that throws it away is too small.
    floor: { meaning: 'answers that leave to make room', unit: 'per second', value: 0.1 },
  },
  IngressControllerDown: {
    meaning: 'available replicas of the ingress controller',
    unit: 'count',
    comparison: '<',
    levels: { critical: { value: 1, for: '1m' } },
  },
  UnevenLoadDistribution: {
    meaning: 'requests of one pod, as a multiple of the average pod’s',
    unit: 'times',
    comparison: '>',
    levels: { warning: { value: 1.5, for: '15m' } },
    floor: { meaning: 'requests of all pods', unit: 'per second', value: 3 },
  },
  ContainerRestarting: {
    meaning: 'restarts of a container in half an hour',
    unit: 'count',
    comparison: '>=',
    levels: { warning: { value: 2, for: '1m' } },
  },
  PodCrashLooping: {
    meaning: 'containers of a pod that Kubernetes waits to start again',
    unit: 'count',
    comparison: '>=',
    levels: { critical: { value: 1, for: '5m' } },
  },
  HighRateLimitRejects: {
    meaning: 'share of requests that a limit refused, by scope',
    unit: 'ratio',
    comparison: '>',
    levels: { warning: { value: 0.1, for: '10m' } },
    floor: { meaning: 'requests that the limit looked at', unit: 'per second', value: 0.5 },
  },
  NoUserActivity: {
    meaning: 'distinct users of the last five minutes',
    unit: 'count',
    comparison: '<',
    levels: { warning: { value: 1, for: '30m' } },
    // An environment that nobody uses has no usual users to miss.
    floor: { meaning: 'users at the same time a day and a week ago', unit: 'count', value: 5 },
  },
  HighCost: {
    meaning: 'spent in an hour, as a multiple of the average hour of a week',
    unit: 'times',
    comparison: '>',
    levels: { warning: { value: 3, for: '15m' } },
    floor: { meaning: 'spent, in the price table’s currency', unit: 'per hour', value: 10 },
  },
  BudgetExceeded: {
    meaning: 'spent share of DAILY_BUDGET',
    unit: 'ratio',
    comparison: '>=',
    levels: { critical: { value: 1, for: '1m' } },
  },
  QuotaNearLimit: {
    meaning: 'used share of the upstream’s quota of a model',
    unit: 'ratio',
    comparison: '>',
    levels: { warning: { value: 0.8, for: '5m' } },
  },
  QueueSaturated: {
    meaning: 'taken share of the places of a pod to wait for quota (QUEUE_PLACES)',
    unit: 'ratio',
    comparison: '>',
    levels: { warning: { value: 0.8, for: '2m' } },
  },
  CircuitBreakerOpen: {
    meaning: 'state of a circuit breaker: 0 closed, 1 half-open, 2 open',
    unit: 'count',
    comparison: '>=',
    levels: { critical: { value: 2, for: '2m' } },
  },
  UpstreamErrors: {
    meaning: 'share of calls to a model that the upstream failed',
    unit: 'ratio',
    comparison: '>',
    levels: { critical: { value: 0.25, for: '5m' }, warning: { value: 0.05, for: '10m' } },
    floor: { meaning: 'calls to the model', unit: 'per second', value: 0.02 },
  },
  CertificateExpiring: {
    meaning: 'time until a certificate ends',
    unit: 'days',
    comparison: '<',
    levels: { critical: { value: 3, for: '1h' }, warning: { value: 14, for: '1h' } },
  },
  HpaMaxedOut: {
    meaning: 'replicas, as a share of the most that the autoscaler may make',
    unit: 'ratio',
    comparison: '>=',
    levels: { warning: { value: 1, for: '15m' } },
  },
  PdbViolated: {
    meaning: 'healthy pods that the disruption budget wants and that are missing',
    unit: 'count',
    comparison: '>=',
    levels: { critical: { value: 1, for: '5m' } },
  },
  Watchdog: {
    meaning: 'always 1: that alerts arrive at all',
    unit: 'count',
    comparison: '>=',
    levels: { info: { value: 1, for: '0s' } },
  },
} as const satisfies Readonly<Record<string, Threshold>>;

/** The alerts with a threshold; those of objectives have burn rates instead. */
export type AlertName = keyof typeof ALERT_THRESHOLDS;

/** The names, in the order of the table. */
export const ALERT_NAMES = Object.keys(ALERT_THRESHOLDS) as readonly AlertName[];

/** The numbers of every alert. */
export type Thresholds = Readonly<Record<AlertName, Threshold>>;
