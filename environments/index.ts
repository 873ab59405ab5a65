/** The environments, checked, and the words to talk about them. */
import { checked } from './checked';
import { decommissioned, DECOMMISSION_VARIABLE } from './decommission';
import { dev } from './dev';
import { prod } from './prod';
import { staging } from './staging';

/** Every environment. To add one, write its file and name it here. */
export const environments = decommissioned(checked([dev, staging, prod]), process.env[DECOMMISSION_VARIABLE]);

export { checked, faultsOf } from './checked';
export { decommissioned, DECOMMISSION_VARIABLE } from './decommission';
export { DATABASE_CLASSES, databaseClass, type DatabaseClass, type DatabaseClassName } from './catalogue/database';
export { INSTANCE_TYPES, podAddresses, type InstanceType, type InstanceTypeName } from './catalogue/instances';
export { REDIS_CLASSES, type RedisClass, type RedisClassName } from './catalogue/redis';
export type {
  CiIdentity,
  CloudAccount,
  Environment,
  KmsPlan,
  LogPlan,
  Protection,
  RegistryPlan,
  StateBackend,
  TagValues,
  Tier,
} from './environment';
export type { AlarmContact, AlarmPlan, RingingHours } from './plans/alarms';
export type { AlertPlan } from './plans/alerts';
export type { ClusterAccess, ClusterPlan, NodePoolPlan } from './plans/cluster';
export type { DatabasePlan, RedisPlan } from './plans/data';
export type { AlertChannels, EmailChannel, MonitoringPlan, SlackChannels } from './plans/monitoring';
export type { NetworkPlan, ZonePlan } from './plans/network';
export type { ExistingMonitoring, ManagedMonitoring, PlatformPlan, PlatformSources } from './plans/platform';
export type { IngressPlan } from './plans/ingress';
export type { SecretPlan, SecretStorePlan } from './plans/secrets';
export { SHUTDOWN_MARGIN_SECONDS, type Timeouts, type WorkloadPlan } from './plans/workload';
export { gatewaySecretNames, gatewaySettings, PRE_STOP_SECONDS } from './gateway-settings';
export {
  utcHour,
  utcWindow,
  WEEK,
  type DailyWindow,
  type Weekday,
  type WeeklyWindow,
} from '../constructs/data/schedule';
export { SIZE_PROFILES, type ComputeResources, type SizeProfile } from './size-profiles';
export { TIERS, type TierDemands } from './tiers';
