/** Planted faults: sources and monitoring of the platform. */
import { faultsOf } from '../../../environments';
import { dev } from '../../../environments/dev';
import { prod } from '../../../environments/prod';
import type { ExistingMonitoring } from '../../../environments';
import { altered, type Draft } from '../altered';
import { refuses } from './planted';

/** Monitoring that somebody else answers for, without a fault. */
const EXISTING: Draft<ExistingMonitoring> = {
  kind: 'existing',
  target: {
    namespace: 'observability',
    releaseLabel: { prometheus: 'main' },
    dashboardLabel: { key: 'grafana_dashboard', value: '1' },
    grafanaFolderAnnotation: 'grafana_folder',
    prometheusService: { name: 'prometheus-operated', port: 9090 },
    alertmanagerService: { name: 'alertmanager-operated', port: 9093 },
    prometheusPodLabels: { 'app.kubernetes.io/name': 'prometheus' },
  },
  metricsAdapter: true,
};

/** The plan, changed. */
const existing = (change: Partial<Draft<ExistingMonitoring>['target']>): Draft<ExistingMonitoring> => ({
  ...EXISTING,
  target: { ...EXISTING.target, ...change },
});

refuses('sources of the platform', [
  [
    'M1',
    'charts by plain http',
    (e) => {
      e.platform.sources = { charts: 'http://charts.example.com' };
    },
    /platform\.sources\.charts \(http:\/\/charts\.example\.com\) must be an https:\/\/ or oci:\/\/ address/,
  ],
  [
    'M1',
    'a password in the address of the charts',
    (e) => {
      e.platform.sources = { charts: 'https://me:secret@charts.example.com' };
    },
    /platform\.sources\.charts .* without a password in it/,
  ],
  [
    'M1',
    'a registry with a path, which images have themselves',
    (e) => {
      e.platform.sources = { images: 'registry.example.com/mirror' };
    },
    /platform\.sources\.images \(registry\.example\.com\/mirror\) must be the host of a registry alone/,
  ],
]);

refuses('our own monitoring', [
  [
    'M1',
    'metrics that are kept for no day',
    (e) => {
      e.platform.monitoring = { ...managed(), retentionDays: 7 };
    },
    /platform\.monitoring\.retentionDays \(7\) must be a whole number from 8 to 366.*a week ago/,
  ],
  [
    'K10',
    'a disk that ECS does not sell',
    (e) => {
      e.platform.monitoring = { ...managed(), storageGiB: 10 };
    },
    /platform\.monitoring\.storageGiB \(10\) must be a whole number from 20 to 32768/,
  ],
  [
    'M1',
    'a third Prometheus',
    (e) => {
      e.platform.monitoring = { ...managed(), prometheusReplicas: 3 };
    },
    /platform\.monitoring\.prometheusReplicas \(3\) must be a whole number from 1 to 2; a third tells nothing more/,
  ],
  [
    'M5',
    'two Alertmanagers, which agree on nothing when one is lost',
    (e) => {
      e.platform.monitoring = { ...managed(), alertmanagerReplicas: 2 };
    },
    /platform\.monitoring\.alertmanagerReplicas \(2\) must be 1 or 3/,
  ],
  [
    'K4',
    'more Alertmanagers than nodes to keep them apart',
    (e) => {
      e.platform.monitoring = { ...managed(), alertmanagerReplicas: 3 };
    },
    /platform\.monitoring\.alertmanagerReplicas \(3\) must be at most cluster\.systemPool\.minNodes \(2\)/,
    dev,
  ],
  [
    'D3',
    'a password that was never made',
    (e) => {
      e.platform.monitoring = { ...managed(), grafanaPasswordVersion: 0 };
    },
    /platform\.monitoring\.grafanaPasswordVersion \(0\) must be a whole number from 1/,
  ],
  [
    'K8',
    'a Prometheus that may use less than it asks for',
    (e) => {
      e.profile.prometheus.memoryLimitMiB = 2_048;
    },
    /profile\.prometheus\.memoryLimitMiB \(2048\) must be at least profile\.prometheus\.requests\.memoryMiB \(4096\)/,
  ],
  [
    'K8',
    'a Prometheus that outgrows the node',
    (e) => {
      e.profile.prometheus.memoryLimitMiB = 14_336;
      e.profile.nodes.systemInstanceTypes = ['ecs.g7.2xlarge', 'ecs.g7.xlarge'];
    },
    /systemInstanceTypes\[1\] \(ecs\.g7\.xlarge\) leaves 13312 MiB .* may use 14336 MiB \(profile\.prometheus/,
  ],
]);

refuses('monitoring that is there', [
  [
    'M1',
    'no namespace',
    (e) => {
      e.platform.monitoring = existing({ namespace: '' });
    },
    /platform\.monitoring\.target\.namespace \(empty\) must be the name of a namespace/,
  ],
  [
    'M1',
    'a Prometheus that is no service',
    (e) => {
      e.platform.monitoring = existing({ prometheusService: { name: 'http://prometheus', port: 9090 } });
    },
    /target\.prometheusService\.name \(http:\/\/prometheus\) must be the name of a service/,
  ],
  [
    'M1',
    'an Alertmanager on no port',
    (e) => {
      e.platform.monitoring = existing({ alertmanagerService: { name: 'alertmanager', port: 0 } });
    },
    /target\.alertmanagerService\.port \(0\) must be a whole number from 1 to 65535/,
  ],
  [
    'K6',
    'any pod let in to scrape',
    (e) => {
      e.platform.monitoring = existing({ prometheusPodLabels: {} });
    },
    /target\.prometheusPodLabels \(none\) would let every pod of the namespace in to scrape/,
  ],
]);

refuses('an ingress controller that is there', [
  [
    'K6',
    'any pod let in as the controller',
    (e) => {
      e.platform.ingress = { className: 'traefik', namespace: 'traefik', podLabels: {}, deployment: 'traefik' };
    },
    /platform\.ingress\.podLabels \(none\) would let every pod of the namespace in/,
  ],
  [
    'K5',
    'a controller in no namespace',
    (e) => {
      e.platform.ingress = {
        className: 'traefik',
        namespace: 'Traefik',
        podLabels: { app: 'traefik' },
        deployment: 'traefik',
      };
    },
    /platform\.ingress\.namespace \(Traefik\) must be the name of a namespace/,
  ],
  [
    'M3',
    'a controller whose Deployment nobody could watch',
    (e) => {
      e.platform.ingress = {
        className: 'traefik',
        namespace: 'traefik',
        podLabels: { app: 'traefik' },
        deployment: '',
      };
    },
    /platform\.ingress\.deployment \(empty\) must be the name of a Deployment/,
  ],
]);

describe('The checks of the platform', () => {
  test('[M1] find no fault in mirrors, an existing monitoring and an existing controller', () => {
    const environment = altered(prod, (e) => {
      e.platform = {
        sources: { charts: 'oci://mirror.example.com/charts', images: 'mirror.example.com:5000' },
        monitoring: EXISTING,
        ingress: { className: 'traefik', namespace: 'traefik', podLabels: { app: 'traefik' }, deployment: 'traefik' },
      };
    });
    expect(faultsOf([environment])).toEqual([]);
  });
});

/** Production's own plan. */
function managed() {
  const { monitoring } = prod.platform;
  if (monitoring.kind !== 'managed')
    throw new Error('production has no monitoring of its own; plant the fault elsewhere');
  return monitoring;
}
