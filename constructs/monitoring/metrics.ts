/**
 * The CloudMonitor metrics that alarms may be made of: per namespace, the dimensions that name one resource, and per
 * metric what the number means. An alarm on a metric that is not here does not compile.
 *
 * Source: "Appendix 1: Metrics" of the CloudMonitor documentation, one page a product. CloudMonitor refuses a rule
 * whose statistic is not one of its metric's (checked since August 2024), so the statistic is copied from there too.
 */

/** Which side of the threshold is trouble. */
type Trouble = 'above' | 'below';

/** One metric of one namespace. */
export interface Metric {
  /** What the number says, for the person who is woken by it; no longer than 64 characters. */
  readonly summary: string;
  /** Unit of the threshold. */
  readonly unit: '%' | 's' | 'count' | 'count/s' | 'packets/s' | 'µs';
  /** How CloudMonitor reduces one period to one number. */
  readonly statistic: 'Average' | 'Maximum' | 'Value';
  /** Which side of the threshold is trouble. */
  readonly trouble: Trouble;
}

/** The metrics of one product. */
interface MetricNamespace {
  /** Dimensions that name one resource; an alarm gives all of them. */
  readonly dimensions: readonly string[];
  /** The page of `docs/runbooks/`, without `.md`, that has a section for each metric. */
  readonly runbook: string;
  /** Seconds a data point stands for; the namespace's smallest. */
  readonly period: number;
  readonly metrics: Readonly<Record<string, Metric>>;
}

const percent = (summary: string, statistic: Metric['statistic'] = 'Average'): Metric => ({
  summary,
  unit: '%',
  statistic,
  trouble: 'above',
});

/** Every namespace and metric in use. */
export const METRICS = {
  acs_rds_dashboard: {
    dimensions: ['instanceId'],
    runbook: 'rds-mysql',
    period: 60,
    metrics: {
      CpuUsage: percent('CPU of the database'),
      MemoryUsage: percent('Memory of the database'),
      DiskUsage: percent('Disk of the database'),
      IOPSUsage: percent('I/O operations of the database against its limit'),
      ConnectionUsage: percent('Connections to the database against its limit'),
      DataDelay: { summary: 'Replica behind the primary', unit: 's', statistic: 'Average', trouble: 'above' },
      MySQL_SlowQueries: { summary: 'Slow queries', unit: 'count/s', statistic: 'Average', trouble: 'above' },
      MySQL_ThreadsRunning: {
        summary: 'Threads that run a query',
        unit: 'count',
        statistic: 'Average',
        trouble: 'above',
      },
      MySQL_IbufReadHit: { summary: 'Hit rate of the buffer pool', unit: '%', statistic: 'Average', trouble: 'below' },
    },
  },
  // One product, three architectures, each with metric names of its own: a cluster answers to Sharding…, a single
  // master with its replica to Standard…. A rule on the other's name is accepted and never rings.
  acs_kvstore: {
    dimensions: ['instanceId'],
    runbook: 'redis',
    period: 60,
    metrics: {
      ShardingCpuUsage: percent('CPU of the busiest Redis shard', 'Maximum'),
      ShardingMemoryUsage: percent('Memory of the fullest Redis shard', 'Maximum'),
      ShardingConnectionUsage: percent('Connections to a Redis shard against its limit', 'Maximum'),
      ShardingQPSUsage: percent('Commands to a Redis shard against its limit', 'Maximum'),
      ShardingIntranetOutRatio: percent('Outbound bandwidth of a Redis shard against its limit', 'Maximum'),
      ShardingAvgRt: { summary: 'Mean latency of Redis', unit: 'µs', statistic: 'Average', trouble: 'above' },
      ShardingHitRate: { summary: 'Hit rate of Redis', unit: '%', statistic: 'Average', trouble: 'below' },
      ShardingEvictedKeys: {
        summary: 'Keys evicted for want of memory',
        unit: 'count',
        statistic: 'Average',
        trouble: 'above',
      },
      StandardCpuUsage: percent('CPU of Redis'),
      StandardMemoryUsage: percent('Memory of Redis'),
      StandardConnectionUsage: percent('Connections to Redis against its limit'),
      StandardQPSUsage: percent('Commands to Redis against its limit'),
      StandardIntranetOutRatio: percent('Outbound bandwidth of Redis against its limit'),
      StandardAvgRt: { summary: 'Mean latency of Redis', unit: 'µs', statistic: 'Average', trouble: 'above' },
      StandardHitRate: { summary: 'Hit rate of Redis', unit: '%', statistic: 'Average', trouble: 'below' },
      StandardEvictedKeys: {
        summary: 'Keys evicted for want of memory',
        unit: 'count',
        statistic: 'Average',
        trouble: 'above',
      },
    },
  },
  acs_nat_gateway: {
    dimensions: ['instanceId'],
    runbook: 'nat-gateway',
    period: 60,
    metrics: {
      // "Lever" is the API's own spelling.
      SessionActiveConnectionWaterLever: percent('Open connections of the NAT gateway against its limit', 'Value'),
      SessionNewConnectionWaterLever: percent('New connections of the NAT gateway against its limit', 'Value'),
      SessionLimitDropConnection: {
        summary: 'Connections dropped at the NAT limit on open ones',
        unit: 'count/s',
        statistic: 'Value',
        trouble: 'above',
      },
      SessionNewLimitDropConnection: {
        summary: 'Connections dropped at the NAT limit on new ones',
        unit: 'count/s',
        statistic: 'Value',
        trouble: 'above',
      },
    },
  },
  acs_vpc_eip: {
    dimensions: ['instanceId'],
    runbook: 'nat-gateway',
    period: 60,
    metrics: {
      'net_out.rate_percentage': percent('Outbound bandwidth of the egress address'),
      out_ratelimit_drop_speed: {
        summary: 'Packets dropped at the bandwidth of the egress address',
        unit: 'packets/s',
        statistic: 'Average',
        trouble: 'above',
      },
    },
  },
  // By cluster rather than by machine (acs_ecs_dashboard): an autoscaled node has no id when the rule is written.
  acs_k8s: {
    dimensions: ['cluster'],
    runbook: 'cluster-nodes',
    period: 60,
    metrics: {
      'node.cpu.utilization': percent('CPU of a node', 'Value'),
      'node.memory.utilization': percent('Memory of a node', 'Value'),
    },
  },
  acs_ecs_dashboard: {
    dimensions: ['instanceId'],
    runbook: 'cluster-nodes',
    period: 60,
    metrics: {
      cpu_total: percent('CPU of a machine'),
      memory_usedutilization: percent('Memory of a machine'),
      diskusage_utilization: percent('Disk of a machine', 'Maximum'),
      load_per_core_5m: {
        summary: 'Load of each core of a machine',
        unit: 'count',
        statistic: 'Average',
        trouble: 'above',
      },
    },
  },
} as const satisfies Readonly<Record<string, MetricNamespace>>;

/** A product that CloudMonitor watches. */
export type Namespace = keyof typeof METRICS;

/** A metric of that product. */
export type MetricOf<N extends Namespace> = N extends Namespace
  ? Extract<keyof (typeof METRICS)[N]['metrics'], string>
  : never;

/** What the table says of a namespace, without its exact type. */
export function namespaceOf(namespace: Namespace): MetricNamespace {
  return METRICS[namespace];
}

/**
 * What the table says of a metric.
 * @throws when the namespace has no metric of that name
 */
export function metricOf(namespace: Namespace, name: string): Metric {
  const known = namespaceOf(namespace).metrics;
  const metric = known[name];
  if (metric === undefined) {
    throw new Error(
      `${namespace} has no metric ${name} in METRICS; take one of ${Object.keys(known).join(', ')}, or add it`,
    );
  }
  return metric;
}
