/** What the tier demands: the switches that make a production environment one. */
import type { Environment } from '../environment';
import { TIERS } from '../tiers';
import { fault, type Fault } from './fault';

/** Checks every demand of the environment's tier. */
export function* tier(environment: Environment): Iterable<Fault> {
  const demands = TIERS[environment.tier];
  const { network, profile, workload, database, redis, cluster, protection, alarms, monitoring } = environment;
  const demandedBy = `tier ${environment.tier}`;

  if (network.zones.length < demands.zones) {
    yield fault(
      'network.zones',
      network.zones.map((zone) => zone.id),
      `must be ${demands.zones} or more in ${demandedBy} and there are ${network.zones.length}; add zones`,
    );
  }
  for (const { path, value, least, why } of [
    {
      path: 'profile.replicas.min',
      value: profile.replicas.min,
      least: demands.replicas,
      why: 'one pod alone is down whenever it is replaced',
    },
    {
      path: 'workload.minAvailable',
      value: workload.minAvailable,
      least: demands.minAvailable,
      why: 'one pod alone is no redundancy during a drain',
    },
  ]) {
    if (value < least) {
      yield fault(path, value, `must be at least ${least} in ${demandedBy}: ${why}; raise it to ${least}`);
    }
  }

  const switches = [
    {
      path: 'database.highAvailability',
      value: database.highAvailability,
      demanded: demands.redundantData,
      wanted: true,
      why: 'a zone can fail',
    },
    {
      path: 'redis.zoneRedundant',
      value: redis.zoneRedundant,
      demanded: demands.redundantData,
      wanted: true,
      why: 'a zone can fail',
    },
    {
      path: 'redis.mode',
      value: redis.mode,
      demanded: demands.redisCluster,
      wanted: 'cluster',
      why: 'one shard cannot grow',
    },
    {
      path: 'cluster.publicApiServer',
      value: cluster.publicApiServer,
      demanded: demands.privateApiServer,
      wanted: false,
      why: 'the API server must not face the internet',
    },
    {
      path: 'protection.data',
      value: protection.data,
      demanded: demands.protection,
      wanted: true,
      why: 'data must survive a slip',
    },
    {
      path: 'protection.cluster',
      value: protection.cluster,
      demanded: demands.protection,
      wanted: true,
      why: 'the cluster must survive a slip',
    },
    {
      path: 'network.flowLogs',
      value: network.flowLogs,
      demanded: demands.flowLogs,
      wanted: true,
      why: 'an intrusion must leave a trace',
    },
    {
      path: 'alarms.paging',
      value: alarms.paging,
      demanded: demands.paging,
      wanted: true,
      why: 'somebody must wake up',
    },
    {
      path: 'monitoring.channels.pagerDuty',
      value: monitoring.channels.pagerDuty,
      demanded: demands.paging,
      wanted: true,
      why: 'somebody must wake up',
    },
    {
      path: 'monitoring.channels.heartbeat',
      value: monitoring.channels.heartbeat,
      demanded: demands.paging,
      wanted: true,
      why: 'silence must not be taken for health',
    },
  ] as const;
  for (const { path, value, demanded, wanted, why } of switches) {
    if (demanded && value !== wanted) {
      yield fault(path, value, `must be ${wanted} in ${demandedBy}: ${why}; set it to ${wanted}`);
    }
  }
}
