/**
 * Production: three zones, everything twice, nothing public but the gateway, and nothing that holds data can be
 * destroyed by a slip. The account, registry and people are placeholders: put your own in.
 */
import type { Environment } from './environment';
import { githubActions } from './github-actions';
import { WEEK } from '../constructs/data/schedule';
import { SIZE_PROFILES } from './size-profiles';

export const prod: Environment = {
  name: 'prod',
  tier: 'production',
  account: { alias: 'bailian-gateway-prod', id: '1000000000000003', type: 'Domestic' },
  region: 'cn-hangzhou',
  tags: { owner: 'platform', service: 'bailian-gateway', costCenter: 'ai-production' },
  state: { bucket: 'bailian-gateway-prod-state', lockInstance: 'bgw-prod-lock', lockTable: 'terraform_lock' },
  network: {
    cidr: '10.30.0.0/16',
    serviceCidr: '172.21.0.0/20',
    zones: [
      { id: 'cn-hangzhou-h', nodeCidr: '10.30.0.0/24', podCidr: '10.30.64.0/19' },
      { id: 'cn-hangzhou-i', nodeCidr: '10.30.1.0/24', podCidr: '10.30.96.0/19' },
      { id: 'cn-hangzhou-j', nodeCidr: '10.30.2.0/24', podCidr: '10.30.128.0/19' },
    ],
    egressBandwidthMbps: 200,
    flowLogs: true,
  },
  kms: { deletionWindowDays: 30 },
  registry: { instanceId: 'cri-prod000000000000', namespace: 'bailian-gateway' },
  ci: githubActions('repo:bailian-gateway/bailian-gateway:environment:prod'),
  protection: { data: true, cluster: true },
  profile: SIZE_PROFILES.large,
  workload: {
    // The first release is not built yet: put the digest in that your registry shows.
    imageDigest: 'sha256:0000000000000000000000000000000000000000000000000000000000000000',
    settings: { DAILY_BUDGET: 2_000, FALLBACK_MODELS: 'qwen3-max=qwen-plus,qwen-flash;qwen-plus=qwen-flash' },
    scaling: { cpuPercent: 70, memoryPercent: 80, requestsPerSecond: 400 },
    journal: { kind: 'pod', sizeMiB: 2_048 },
    minAvailable: 2,
    databasePoolSize: 20,
    timeouts: { longestStream: 50, gatewayTotal: 50, ingress: 60, drain: 7, terminationGrace: 60 },
  },
  ingress: {
    host: 'gateway.example.com',
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
    backupRetentionDays: 30,
    logRetentionDays: 30,
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
    systemPool: { minNodes: 3, maxNodes: 6 },
    workloadPool: { minNodes: 3, maxNodes: 9 },
    autoscaling: true,
    // A day after staging, which has then run the same upgrade for a day.
    maintenanceWindow: { days: ['Wednesday'], startHourUtc: 17, hours: 4 },
    access: [
      { kind: 'role', id: '300000000000000301', role: 'admin' },
      { kind: 'role', id: '300000000000000302', role: 'restricted' },
    ],
  },
  logs: { retentionDays: 180 },
  alarms: {
    contacts: [
      { name: 'platform-team', email: 'platform@example.com' },
      { name: 'on-call', email: 'on-call@example.com', dingTalkWebhookVariable: 'on_call_dingtalk_webhook' },
    ],
    paging: true,
    warningHours: { from: '08:00', to: '22:00' },
  },
  monitoring: {
    scrapeIntervalSeconds: 30,
    channels: {
      secretName: 'alertmanager-receivers',
      slack: {
        default: '#gateway',
        critical: '#gateway-critical',
        warning: '#gateway-warnings',
        database: '#databases',
      },
      pagerDuty: true,
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
      retentionDays: 30,
      storageGiB: 200,
      prometheusReplicas: 2,
      alertmanagerReplicas: 3,
      grafanaPasswordVersion: 1,
    },
  },
};
