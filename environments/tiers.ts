/** What each tier demands: one table, read by the checks. A field that a tier leaves free is `false` or the least value. */
import type { Tier } from './environment';

/** The demands of a tier. */
export interface TierDemands {
  /** Zones, at least. */
  readonly zones: number;
  /** Replicas that the autoscaler keeps, at least. */
  readonly replicas: number;
  /** Pods that stay through a drain, at least. */
  readonly minAvailable: number;
  /** Database and cache stand in two zones. */
  readonly redundantData: boolean;
  /** The cache is a cluster of shards. */
  readonly redisCluster: boolean;
  /** The API server has no public address. */
  readonly privateApiServer: boolean;
  /** Data and cluster refuse deletion. */
  readonly protection: boolean;
  /** Connections of the VPC are logged. */
  readonly flowLogs: boolean;
  /** Critical alarms ring and critical alerts page at any hour, and a dead man's switch sees that they can. */
  readonly paging: boolean;
  /** Days that logs are kept, at least: an audit trail of a quarter, or of half a year. */
  readonly logRetentionDays: number;
}

/** The demands, by tier. */
export const TIERS: Record<Tier, TierDemands> = {
  development: {
    zones: 1,
    replicas: 1,
    minAvailable: 0,
    redundantData: false,
    redisCluster: false,
    privateApiServer: false,
    protection: false,
    flowLogs: false,
    paging: false,
    logRetentionDays: 90,
  },
  'production-like': {
    zones: 3,
    replicas: 2,
    minAvailable: 1,
    redundantData: true,
    redisCluster: true,
    privateApiServer: true,
    protection: true,
    flowLogs: true,
    paging: false,
    logRetentionDays: 90,
  },
  production: {
    zones: 3,
    replicas: 2,
    minAvailable: 2,
    redundantData: true,
    redisCluster: true,
    privateApiServer: true,
    protection: true,
    flowLogs: true,
    paging: true,
    logRetentionDays: 180,
  },
};
