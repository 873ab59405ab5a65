/**
 * Staging: built as production, only smaller, so that what goes wrong goes wrong here first. The account, registry and
 * people are placeholders: put your own in.
 */
import type { Environment } from './environment';
import { githubActions } from './github-actions';
import { WEEK } from '../constructs/data/schedule';
import { SIZE_PROFILES } from './size-profiles';

export const staging: Environment = {
  name: 'staging',
  tier: 'production-like',
  account: { alias: 'bailian-gateway-staging', id: '1000000000000002', type: 'Domestic' },
  region: 'cn-hangzhou',
  tags: { owner: 'platform', service: 'bailian-gateway', costCenter: 'ai-development' },
  state: { bucket: 'bailian-gateway-staging-state', lockInstance: 'bgw-stage-lock', lockTable: 'terraform_lock' },
  network: {
    cidr: '10.20.0.0/16',
    serviceCidr: '172.21.0.0/20',
    zones: [
      { id: 'cn-hangzhou-h', nodeCidr: '10.20.0.0/24', podCidr: '10.20.64.0/19' },
      { id: 'cn-hangzhou-i', nodeCidr: '10.20.1.0/24', podCidr: '10.20.96.0/19' },
      { id: 'cn-hangzhou-j', nodeCidr: '10.20.2.0/24', podCidr: '10.20.128.0/19' },
    ],
    egressBandwidthMbps: 50,
    flowLogs: true,
  },
  kms: { deletionWindowDays: 30 },
  registry: { instanceId: 'cri-staging000000000', namespace: 'bailian-gateway' },
  ci: githubActions('repo:bailian-gateway/bailian-gateway:environment:staging'),
  protection: { data: true, cluster: true },
  profile: SIZE_PROFILES.medium,
  workload: {
    // The first release is not built yet: put the digest in that your registry shows.
    imageDigest: 'sha256:0000000000000000000000000000000000000000000000000000000000000000',
    settings: { DAILY_BUDGET: 200, FALLBACK_MODELS: 'qwen3-max=qwen-plus,qwen-flash;qwen-plus=qwen-flash' },
    scaling: { cpuPercent: 70, memoryPercent: 80, requestsPerSecond: 200 },
    journal: { kind: 'pod', sizeMiB: 2_048 },
    minAvailable: 2,
    databasePoolSize: 20,
    timeouts: { longestStream: 50, gatewayTotal: 50, ingress: 60, drain: 7, terminationGrace: 60 },
  },
  ingress: {
    host: 'gateway.staging.example.com',
    certificate: { kind: 'secret', secretName: 'gateway-tls' },
    balancing: { algorithm: 'least-connections' },
    stickySessions: false,
    rateLimit: { requestsPerSecond: 50, burstSeconds: 5, connections: 200 },
    corsOrigins: [],
  },
  secrets: { store: { kind: 'csi' }, revisions: { adminKey: 1, upstreamKeys: 1 } },
  database: {
    passwordVersion: 1,
    highAvailability: true,
    backupDays: WEEK,
    backupWindow: { startHourUtc: 18, hours: 1 },
    backupRetentionDays: 14,
    logRetentionDays: 14,
    maintenanceWindow: { startHourUtc: 20, hours: 1 },
  },
  redis: {
    passwordVersion: 1,
    mode: 'cluster',
    zoneRedundant: true,
    backupDays: WEEK,
    backupWindow: { startHourUtc: 18, hours: 1 },
    maintenanceWindow: { startHourUtc: 20, hours: 1 },
  },
  cluster: {
    version: '1.34.1-aliyun.1',
    publicApiServer: false,
    systemPool: { minNodes: 3, maxNodes: 3 },
    workloadPool: { minNodes: 3, maxNodes: 6 },
    autoscaling: true,
    // A day before production, so that an upgrade that breaks is seen here.
    maintenanceWindow: { days: ['Tuesday'], startHourUtc: 17, hours: 4 },
    access: [
      { kind: 'role', id: '300000000000000201', role: 'admin' },
      { kind: 'role', id: '300000000000000202', role: 'restricted' },
    ],
  },
  logs: { retentionDays: 90 },
  alarms: {
    contacts: [{ name: 'platform-team', email: 'platform@example.com' }],
    paging: false,
    warningHours: { from: '09:00', to: '18:00' },
  },
  monitoring: {
    scrapeIntervalSeconds: 30,
    channels: {
      secretName: 'alertmanager-receivers',
      slack: {
        default: '#gateway-staging',
        critical: '#gateway-staging-critical',
        warning: '#gateway-staging',
        database: '#gateway-staging',
      },
      pagerDuty: false,
      email: {
        smarthost: 'smtpdm.aliyun.com:465',
        from: 'alerts@mail.example.com',
        username: 'alerts@mail.example.com',
        to: {
          database: 'database@example.com',
          operations: 'operations@example.com',
          business: 'ai-costs@example.com',
        },
      },
      webhook: true,
      heartbeat: true,
    },
  },
  platform: {
    monitoring: {
      kind: 'managed',
      retentionDays: 15,
      storageGiB: 50,
      prometheusReplicas: 1,
      alertmanagerReplicas: 1,
      grafanaPasswordVersion: 1,
    },
  },
};
