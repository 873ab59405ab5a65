import { CmsAlarm } from '@cdktf/provider-alicloud/lib/cms-alarm';
import { KvstoreInstance } from '@cdktf/provider-alicloud/lib/kvstore-instance';
import { TerraformOutput } from 'cdktf';
import { Redis, type RedisProps } from '../../../constructs/data/redis';
import { oneZone, threeZones } from '../../fixtures/placement';
import { synthesize } from '../../synthesize';

const props: RedisProps = {
  name: 'test-redis',
  placement: threeZones,
  instanceClass: 'redis.shard.with.proxy.small.ce',
  shards: 2,
  password: '${p.value}',
};
const standard: Partial<RedisProps> = { instanceClass: 'redis.shard.small.ce', shards: 1 };
const build = (change: Partial<RedisProps> = {}) =>
  synthesize((scope) => new Redis(scope, 'cache', { ...props, ...change }));

describe('Redis', () => {
  test('[D2] is private, sharded, zone-redundant, encrypted, persistent, and asks for a password', () => {
    const stack = build({ alarms: false });
    expect(stack.count()).toEqual({ alicloud_kvstore_instance: 1 });
    expect(stack.only(KvstoreInstance)).toMatchObject({
      engine_version: '7.0',
      instance_class: 'redis.shard.with.proxy.small.ce',
      shard_count: 2,
      payment_type: 'PostPaid',
      zone_id: 'cn-hangzhou-h',
      secondary_zone_id: 'cn-hangzhou-i',
      vswitch_id: 'vsw-node-h',
      vpc_auth_mode: 'Open',
      password: '${p.value}',
      ssl_enable: 'Enable',
      config: { appendonly: 'yes', EvictionPolicy: 'volatile-lru', 'lazyfree-lazy-eviction': 'yes' },
      security_ips: ['10.0.0.0/20', '10.0.128.0/19', '10.0.16.0/20', '10.0.160.0/19', '10.0.32.0/20', '10.0.192.0/19'],
    });
  });

  test('[D2] asks for no public address', () => {
    const instance = build().only(KvstoreInstance);
    for (const absent of ['enable_public', 'port', 'connection_string_prefix'])
      expect(instance).not.toHaveProperty(absent);
  });

  test('[D2] is backed up every day and maintained in its window', () => {
    expect(build().only(KvstoreInstance)).toMatchObject({
      backup_period: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
      backup_time: '19:00Z-20:00Z',
      maintain_start_time: '18:00Z',
      maintain_end_time: '19:00Z',
    });
  });

  test('[N9] is protected, and stays where it is after a failover', () => {
    expect(build().only(KvstoreInstance)).toMatchObject({
      instance_release_protection: true,
      lifecycle: { prevent_destroy: true, ignore_changes: ['zone_id', 'secondary_zone_id'] },
    });
    expect(build({ protect: false }).only(KvstoreInstance)).toMatchObject({
      instance_release_protection: false,
      lifecycle: { prevent_destroy: false },
    });
  });

  test('[D2] with one shard, in one zone, without TLS asks for just that', () => {
    const instance = build({ ...standard, placement: oneZone, zoneRedundant: false, tls: false }).only(KvstoreInstance);
    expect(instance).toMatchObject({ instance_class: 'redis.shard.small.ce', ssl_enable: 'Disable' });
    expect(instance).not.toHaveProperty('shard_count');
    expect(instance).not.toHaveProperty('secondary_zone_id');
  });

  test('[D2] tells the address inside the VPC, not the port that a public one would have', () => {
    const stack = synthesize((scope) => {
      const redis = new Redis(scope, 'cache', props);
      new TerraformOutput(scope, 'address', { value: `${redis.host}:${redis.port}`, staticId: true });
    });
    expect(stack.json['output']).toMatchObject({
      address: { value: expect.stringMatching(/\.connection_domain\}:\$\{.*\.private_connection_port\}$/) as unknown },
    });
  });

  test.each([
    ['Sharding', {}],
    ['Standard', standard],
  ])('[D4] rings by the %s… metrics of its architecture: thirteen alarms', (prefix, change) => {
    const alarms = build(change).every(CmsAlarm);
    expect(alarms).toHaveLength(13);
    expect(new Set(alarms.map(({ metric }) => metric))).toEqual(
      new Set(
        [
          'CpuUsage',
          'MemoryUsage',
          'ConnectionUsage',
          'QPSUsage',
          'IntranetOutRatio',
          'AvgRt',
          'HitRate',
          'EvictedKeys',
        ].map((metric) => `${prefix}${metric}`),
      ),
    );
  });

  test('[D4] makes no alarm when told so, and changes one threshold alone', () => {
    expect(build({ alarms: false }).every(CmsAlarm)).toHaveLength(0);
    expect(build({ alarms: { HitRate: {} } }).every(CmsAlarm)).toHaveLength(12);
  });

  test('takes security groups, settings and overrides', () => {
    const instance = build({
      securityGroupIds: ['sg-1', 'sg-2'],
      config: { EvictionPolicy: 'allkeys-lru' },
      overrides: { instance: { effectiveTime: 'MaintainTime' } },
    }).only(KvstoreInstance);
    expect(instance).toMatchObject({
      security_group_id: 'sg-1,sg-2',
      config: { appendonly: 'yes', EvictionPolicy: 'allkeys-lru' },
      effective_time: 'MaintainTime',
    });
  });

  test.each<[Partial<RedisProps>, RegExp]>([
    [
      { allowedCidrs: ['0.0.0.0/0'] },
      /redis\.allowedCidrs: 0\.0\.0\.0\/0 opens it to every address; name the VPC's own/,
    ],
    [{ placement: oneZone }, /zoneRedundant needs 2 zones and placement has 1; add one or set it to false/],
    [{ instanceClass: 'redis.master.small.default', shards: 1 }, /has no Redis 7\.0; take a \.ce class/],
    [{ instanceClass: 'redis.shard.small.ce' }, /has no proxy, and 2 shards would answer cluster clients only/],
    [{ shards: 1 }, /is for 2 shards or more; raise shards or take redis\.shard\.small\.ce/],
    [{ shards: 257 }, /redis\.shards \(257\) must be 1 to 256/],
    [{ password: 'hunter2' }, /redis\.password is a literal and would be in the synthesized file/],
    [{ backupDays: [] }, /redis\.backupDays .* has 0 and 1 is the least; add a day/],
    [{ backupWindow: '19:30Z-20:30Z' }, /redis\.backupWindow .* must be one hour from a full hour/],
    [{ maintenanceWindow: '25:00Z-26:00Z' }, /redis\.maintenanceWindow .* is not a window in UTC/],
  ])('[D2] refuses %j and says the way out', (fault, message) => {
    expect(() => build(fault)).toThrow(message);
  });
});
