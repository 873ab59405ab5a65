/**
 * A private Redis 7, sharded and over two zones where that is asked for, and the alarms that go with it.
 *
 * - TLS: the vendor's page "Enable TLS encryption" (2026) offers it for 7.0; the provider's page still says 5.0 and
 *   older for `ssl_enable`. It is sent, and not verified against a live instance: where the API refuses it, the apply
 *   fails saying so, and `tls: false` is the way out.
 * - At rest: TDE exists for the Enterprise Edition only; nothing is kept here that is not in MySQL, too.
 * - A first apply takes 15 minutes of fixed waits in the provider: 3 for the instance, 5 for TLS, 2 each for the
 *   password, the configuration and the protection, 1 for the backup; 2 more with a security group.
 * Source: provider documentation and source of `alicloud_kvstore_instance` (1.285.0). `alicloud_redis_tair_instance`
 * is not used: in that version it cannot read an instance of Redis 6 or 7 back (#9971).
 */
import { Construct } from 'constructs';
import { KvstoreInstance, type KvstoreInstanceConfig } from '@cdktf/provider-alicloud/lib/kvstore-instance';
import { Alarm, type Threshold } from '../monitoring/alarm';
import type { MetricOf } from '../monitoring/metrics';
import { clientCidrs, type Placement } from '../network/placement';
import { checkAllowList } from './allow-list';
import { checkBackupDays, checkBackupWindow, parseWindow, WEEK, type UtcWindow, type Weekday } from './schedule';
import { refuseLiteral } from './secret';

export interface RedisProps {
  /** Name shown in the console. */
  readonly name: string;
  /** Where it lives: the master in the first zone, the replica in the second. */
  readonly placement: Placement;
  /** Class of each shard, e.g. `redis.shard.with.proxy.small.ce`; Redis 7.0 exists in the `.ce` classes only (#9576). */
  readonly instanceClass: string;
  /** Shards; more than one is cluster mode, and needs a class with a proxy. @default 1 */
  readonly shards?: number;
  /** Password of the default account: a token, from a `Password`; never a literal. It changes in place. */
  readonly password: string;
  /** Ranges that may connect. `0.0.0.0/0` and public ranges are refused. @default nodes and pods of the placement */
  readonly allowedCidrs?: readonly string[];
  /** Security groups whose members may connect, too. @default none */
  readonly securityGroupIds?: readonly string[];
  /** A replica in the second zone, and failover to it. @default true */
  readonly zoneRedundant?: boolean;
  /** Connections are encrypted. Once it is, the instance cannot change its zones. @default true */
  readonly tls?: boolean;
  /** Settings of the server, laid over {@link REDIS_CONFIG}. @default none */
  readonly config?: Partial<RedisConfig>;
  /** Days on which a backup is taken. @default every day */
  readonly backupDays?: readonly Weekday[];
  /** One hour, from a full one, in which it is taken. @default 19:00Z-20:00Z */
  readonly backupWindow?: UtcWindow;
  /** When the provider of the service may restart it. @default 18:00Z-19:00Z, 2 o'clock in Shanghai */
  readonly maintenanceWindow?: UtcWindow;
  /** Refuses deletion, in Terraform and in the cloud. @default true */
  readonly protect?: boolean;
  /** When the alarms ring; `false` makes none. @default {@link REDIS_THRESHOLDS} */
  readonly alarms?: Partial<RedisThresholds> | false;
  /** The last word on the resource's own arguments. @default none */
  readonly overrides?: { readonly instance?: Partial<KvstoreInstanceConfig> };
}

/** Settings of the server, by the names that its API has for them. */
export const REDIS_CONFIG = {
  /** Every write is logged, so that a restart forgets no quota and no budget. */
  appendonly: 'yes',
  /** What goes when memory is full: of the keys that expire, the least recently used. Each of the gateway's expires. */
  EvictionPolicy: 'volatile-lru',
  /** Evictions free memory in the background. */
  'lazyfree-lazy-eviction': 'yes',
} as const;
/** Value of each setting. */
export type RedisConfig = Readonly<Record<keyof typeof REDIS_CONFIG, string>>;

/** What is watched; CloudMonitor has each of them twice, for one shard (`Standard…`) and for several (`Sharding…`). */
export type RedisMetric =
  | 'CpuUsage'
  | 'MemoryUsage'
  | 'ConnectionUsage'
  | 'QPSUsage'
  | 'IntranetOutRatio'
  | 'AvgRt'
  | 'HitRate'
  | 'EvictedKeys';
/** A threshold for each metric of Redis. */
export type RedisThresholds = Readonly<Record<RedisMetric, Threshold>>;

/** In the metric's unit: percent, microseconds and keys. */
export const REDIS_THRESHOLDS: RedisThresholds = {
  CpuUsage: { warning: 70, critical: 85 },
  MemoryUsage: { warning: 75, critical: 90 },
  ConnectionUsage: { warning: 70, critical: 85 },
  QPSUsage: { warning: 70, critical: 90 },
  IntranetOutRatio: { warning: 70, critical: 90 },
  AvgRt: { warning: 5_000 },
  HitRate: { info: 20 },
  EvictedKeys: { warning: 100 },
};

/** Most shards of one instance. Source: the tables of cloud-native classes. */
export const REDIS_SHARD_LIMIT = 256;

export class Redis extends Construct {
  /** The resource, for what the props do not offer. */
  readonly instance: KvstoreInstance;
  readonly alarms: readonly Alarm[];
  /** Host name, inside the VPC only. */
  readonly host: string;
  readonly port: string;
  readonly shards: number;
  readonly tls: boolean;
  readonly allowedCidrs: readonly string[];

  constructor(scope: Construct, id: string, props: RedisProps) {
    super(scope, id);
    const { placement, zoneRedundant = true, backupDays = WEEK, protect = true } = props;
    const { backupWindow = '19:00Z-20:00Z', maintenanceWindow = '18:00Z-19:00Z' } = props;
    this.shards = props.shards ?? 1;
    this.tls = props.tls ?? true;
    this.allowedCidrs = props.allowedCidrs ?? clientCidrs(placement);

    checkAllowList('redis.allowedCidrs', this.allowedCidrs);
    refuseLiteral('redis.password', props.password);
    checkBackupDays('redis.backupDays', backupDays, 1);
    checkBackupWindow('redis.backupWindow', backupWindow);
    const maintenance = parseWindow('redis.maintenanceWindow', maintenanceWindow);
    const faults = [...classFaults(props.instanceClass, this.shards), ...zoneFaults(placement, zoneRedundant)];
    if (faults.length > 0) throw new Error(faults.join('\n'));
    const [master, replica = master] = placement.zones;

    // Data lives here: another id replaces the instance and loses what it holds.
    this.instance = new KvstoreInstance(this, 'instance', {
      dbInstanceName: props.name,
      instanceType: 'Redis',
      engineVersion: '7.0',
      instanceClass: props.instanceClass,
      ...(this.shards > 1 ? { shardCount: this.shards } : {}),
      paymentType: 'PostPaid', // Redis has its own spelling; RDS says Postpaid
      vswitchId: master.vswitchId,
      zoneId: master.id,
      ...(zoneRedundant ? { secondaryZoneId: replica.id } : {}),
      vpcAuthMode: 'Open', // the provider's word for a password being required
      password: props.password,
      sslEnable: this.tls ? 'Enable' : 'Disable',
      securityIps: [...this.allowedCidrs],
      ...(props.securityGroupIds === undefined ? {} : { securityGroupId: props.securityGroupIds.join(',') }),
      config: { ...REDIS_CONFIG, ...props.config },
      backupPeriod: [...backupDays],
      backupTime: backupWindow,
      maintainStartTime: maintenance.start,
      maintainEndTime: maintenance.end,
      instanceReleaseProtection: protect,
      lifecycle: {
        preventDestroy: protect,
        // A failover swaps the two zones; the next apply would move the instance back, and with TLS on it cannot move.
        ignoreChanges: ['zone_id', 'secondary_zone_id'],
      },
      ...props.overrides?.instance,
    });
    this.host = this.instance.connectionDomain;
    // `port` is what a public address would have; this is the one inside the VPC.
    this.port = this.instance.privateConnectionPort;

    this.alarms = props.alarms === false ? [] : this.ring({ ...REDIS_THRESHOLDS, ...props.alarms });
  }

  /** Alarms by the names of this architecture: a rule on the other's is accepted and never rings. */
  private ring(thresholds: Readonly<Record<RedisMetric, Threshold>>): readonly Alarm[] {
    const architecture = this.shards > 1 ? 'Sharding' : 'Standard';
    const named: Partial<Record<MetricOf<'acs_kvstore'>, Threshold>> = {};
    for (const [metric, threshold] of Object.entries(thresholds) as [RedisMetric, Threshold][]) {
      named[`${architecture}${metric}`] = threshold;
    }
    return Alarm.forEach(this, 'acs_kvstore', { instanceId: this.instance.id }, named);
  }
}

function classFaults(instanceClass: string, shards: number): string[] {
  const faults: string[] = [];
  if (!/^(redis|tair)\..+\.ce$/.test(instanceClass)) {
    faults.push(
      `redis.instanceClass (${instanceClass}) has no Redis 7.0; take a .ce class such as redis.shard.small.ce`,
    );
  }
  if (!Number.isInteger(shards) || shards < 1 || shards > REDIS_SHARD_LIMIT) {
    faults.push(`redis.shards (${shards}) must be 1 to ${REDIS_SHARD_LIMIT}; take a larger class beyond that`);
  }
  const proxied = instanceClass.includes('.with.proxy.');
  if (shards > 1 && !proxied) {
    faults.push(
      `redis.instanceClass (${instanceClass}) has no proxy, and ${shards} shards would answer cluster clients only; ` +
        'take a redis.shard.with.proxy class or set shards to 1',
    );
  }
  if (shards === 1 && proxied) {
    faults.push(
      `redis.instanceClass (${instanceClass}) is for 2 shards or more; raise shards or take redis.shard.small.ce`,
    );
  }
  return faults;
}

function zoneFaults({ zones }: Placement, zoneRedundant: boolean): string[] {
  if (!zoneRedundant || zones.length >= 2) return [];
  return [`redis.zoneRedundant needs 2 zones and placement has ${zones.length}; add one or set it to false`];
}
