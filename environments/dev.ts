/**
 * Development: one zone, small, may be destroyed at any time. The account, registry and people are placeholders:
 * put your own in.
 */
import type { Environment } from './environment';
import { githubActions } from './github-actions';
import { WEEK } from '../constructs/data/schedule';
import { SIZE_PROFILES } from './size-profiles';

export const dev: Environment = {
  name: 'dev',
  tier: 'development',
  account: { alias: 'bailian-gateway-dev', id: '1000000000000001', type: 'Domestic' },
  region: 'cn-hangzhou',
  tags: { owner: 'platform', service: 'bailian-gateway', costCenter: 'ai-development' },
  state: { bucket: 'bailian-gateway-dev-state', lockInstance: 'bgw-dev-lock', lockTable: 'terraform_lock' },
  network: {
    cidr: '10.10.0.0/16',
    serviceCidr: '172.21.0.0/20',
    zones: [{ id: 'cn-hangzhou-h', nodeCidr: '10.10.0.0/24', podCidr: '10.10.64.0/19' }],
    egressBandwidthMbps: 20,
    flowLogs: false,
  },
  kms: { deletionWindowDays: 7 },
  registry: { instanceId: 'cri-dev0000000000000', namespace: 'bailian-gateway' },
  ci: githubActions('repo:bailian-gateway/bailian-gateway:environment:dev'),
  protection: { data: false, cluster: false },
  profile: SIZE_PROFILES.small,
  workload: {
    // The first release is not built yet: put the digest in that your registry shows.
    imageDigest: 'sha256:0000000000000000000000000000000000000000000000000000000000000000',
    settings: { LOG_LEVEL: 'debug', DAILY_BUDGET: 50 },
    scaling: { cpuPercent: 70, memoryPercent: 80, requestsPerSecond: 50 },
    journal: {
      // The database is one node and away for minutes while it is looked after: usage of that time outlives the pods.
      kind: 'claim',
      storageClass: 'alibabacloud-cnfs-nas',
      sizeGiB: 20,
    },
    minAvailable: 1,
    databasePoolSize: 10,
    timeouts: { longestStream: 50, gatewayTotal: 50, ingress: 60, drain: 7, terminationGrace: 60 },
  },
  ingress: {
    host: 'gateway.dev.example.com',
    certificate: { kind: 'cert-manager', clusterIssuer: 'letsencrypt-dns' },
    balancing: { algorithm: 'round-robin' },
    stickySessions: false,
    // Pages under development, on the machine of whoever writes them.
    corsOrigins: ['http://localhost:5173'],
    // Reachable from the VPC before anybody has set up a name and a certificate.
    loadBalancer: { kind: 'intranet' },
  },
  secrets: { store: { kind: 'csi' }, revisions: { adminKey: 1, upstreamKeys: 1 } },
  database: {
    passwordVersion: 1,
    highAvailability: false,
    backupDays: ['Monday', 'Thursday'],
    backupWindow: { startHourUtc: 18, hours: 1 },
    backupRetentionDays: 7,
    logRetentionDays: 7,
    maintenanceWindow: { startHourUtc: 20, hours: 1 },
  },
  redis: {
    passwordVersion: 1,
    mode: 'standard',
    zoneRedundant: false,
    backupDays: WEEK,
    backupWindow: { startHourUtc: 18, hours: 1 },
    maintenanceWindow: { startHourUtc: 20, hours: 1 },
  },
  cluster: {
    version: '1.34.1-aliyun.1',
    publicApiServer: true,
    systemPool: { minNodes: 2, maxNodes: 3 },
    workloadPool: { minNodes: 1, maxNodes: 3 },
    autoscaling: true,
    maintenanceWindow: { days: ['Tuesday'], startHourUtc: 17, hours: 4 },
    access: [{ kind: 'role', id: '300000000000000101', role: 'admin' }],
  },
  logs: { retentionDays: 90 },
  alarms: {
    contacts: [{ name: 'platform-team', email: 'platform@example.com' }],
    paging: false,
    warningHours: { from: '09:00', to: '18:00' },
  },
  monitoring: {
    scrapeIntervalSeconds: 30,
    // Chat only: nobody is woken or written to for what may be lost.
    channels: {
      secretName: 'alertmanager-receivers',
      slack: {
        default: '#gateway-dev',
        critical: '#gateway-dev',
        warning: '#gateway-dev',
        database: '#gateway-dev',
      },
      pagerDuty: false,
      webhook: false,
      heartbeat: false,
    },
  },
  alerts: {
    thresholds: {
      // The largest models and the longest prompts are tried out here.
      HighLatency: { warning: 10 },
      // What is little for production is a script that got away.
      HighCost: { floor: 2 },
    },
  },
  platform: {
    monitoring: {
      kind: 'managed',
      retentionDays: 8,
      storageGiB: 20,
      prometheusReplicas: 1,
      alertmanagerReplicas: 1,
      grafanaPasswordVersion: 1,
    },
  },
};
