/**
 * The programs beside Terraform that checks and rehearsals run, pinned, and built from their Go modules: no machine is
 * asked to have them. Adding one is adding a row.
 */
import { join } from 'node:path';
import type { GoProgram, OwnGoProgram } from './providers';

const PROJECT = join(__dirname, '..', '..');

/** Prometheus 3.6.0: modules of it are numbered on their own. */
const PROMETHEUS = {
  module: 'github.com/prometheus/prometheus',
  version: 'v0.306.0',
  linkerVariables: { 'github.com/prometheus/common/version.Version': '3.6.0' },
  isStatic: true,
  minimumGo: '1.26.0',
} as const;

const ALERTMANAGER = {
  module: 'github.com/prometheus/alertmanager',
  version: 'v0.28.1',
  linkerVariables: { 'github.com/prometheus/common/version.Version': '0.28.1' },
  isStatic: true,
  minimumGo: '1.26.0',
} as const;

const OPERATOR = {
  module: 'github.com/prometheus-operator/prometheus-operator',
  version: 'v0.85.0',
  linkerVariables: { 'github.com/prometheus/common/version.Version': '0.85.0' },
  isStatic: true,
  minimumGo: '1.26.0',
} as const;

/** Kubernetes, with the version that its API server reports: without it, tools take it for v0.0.0. */
const KUBERNETES_VERSION = '1.36.3';

export const PROGRAMS = {
  promtool: {
    ...PROMETHEUS,
    name: 'promtool',
    package: `${PROMETHEUS.module}/cmd/promtool`,
    coldSeconds: 160,
  },
  prometheus: {
    ...PROMETHEUS,
    name: 'prometheus',
    package: `${PROMETHEUS.module}/cmd/prometheus`,
    coldSeconds: 165,
  },
  amtool: {
    ...ALERTMANAGER,
    name: 'amtool',
    package: `${ALERTMANAGER.module}/cmd/amtool`,
    coldSeconds: 45,
  },
  alertmanager: {
    ...ALERTMANAGER,
    name: 'alertmanager',
    package: `${ALERTMANAGER.module}/cmd/alertmanager`,
    coldSeconds: 50,
  },
  helm: {
    name: 'helm',
    // The one that the helm provider is built with, so that both render alike.
    module: 'helm.sh/helm/v3',
    version: 'v3.20.2',
    package: 'helm.sh/helm/v3/cmd/helm',
    linkerVariables: {
      'helm.sh/helm/v3/internal/version.version': 'v3.20.2',
      // The Kubernetes that it renders for where none is asked: that of its client. Without, 1.20.
      'helm.sh/helm/v3/pkg/chartutil.k8sVersionMajor': '1',
      'helm.sh/helm/v3/pkg/chartutil.k8sVersionMinor': '35',
      'helm.sh/helm/v3/pkg/lint/rules.k8sVersionMajor': '1',
      'helm.sh/helm/v3/pkg/lint/rules.k8sVersionMinor': '35',
    },
    isStatic: true,
    minimumGo: '1.26.0',
    coldSeconds: 60,
  },
  kubeconform: {
    name: 'kubeconform',
    module: 'github.com/yannh/kubeconform',
    version: 'v0.8.0',
    package: 'github.com/yannh/kubeconform/cmd/kubeconform',
    isStatic: true,
    minimumGo: '1.26.0',
    coldSeconds: 15,
  },
  nodeExporter: {
    name: 'node_exporter',
    module: 'github.com/prometheus/node_exporter',
    version: 'v1.12.1',
    isStatic: true,
    minimumGo: '1.26.0',
    coldSeconds: 20,
  },
  prometheusOperator: {
    ...OPERATOR,
    name: 'operator',
    package: `${OPERATOR.module}/cmd/operator`,
    coldSeconds: 90,
  },
  configReloader: {
    ...OPERATOR,
    name: 'prometheus-config-reloader',
    package: `${OPERATOR.module}/cmd/prometheus-config-reloader`,
    coldSeconds: 30,
  },
  kubernetes: {
    name: 'kube',
    source: join(PROJECT, 'rehearsal', 'kubernetes', 'node'),
    version: `v${KUBERNETES_VERSION}`,
    linkerVariables: {
      'k8s.io/component-base/version.gitVersion': `v${KUBERNETES_VERSION}`,
      'k8s.io/component-base/version.gitMajor': '1',
      'k8s.io/component-base/version.gitMinor': '36',
      'k8s.io/component-base/version.gitTreeState': 'clean',
      'k8s.io/component-base/version.gitCommit': 'none',
      'k8s.io/component-base/version.buildDate': '1970-01-01T00:00:00Z',
    },
    isStatic: true,
    minimumGo: '1.26.4',
    coldSeconds: 275,
  },
  coredns: {
    name: 'coredns',
    source: join(PROJECT, 'rehearsal', 'kubernetes', 'dns'),
    version: 'v1.14.3',
    isStatic: true,
    minimumGo: '1.26.0',
    coldSeconds: 60,
  },
  pause: {
    name: 'pause',
    source: join(PROJECT, 'rehearsal', 'kubernetes', 'pause'),
    version: 'v1.0.0',
    isStatic: true,
    minimumGo: '1.26.0',
    coldSeconds: 5,
  },
  secretsDriver: {
    name: 'secrets-driver',
    source: join(PROJECT, 'rehearsal', 'kubernetes', 'secrets-driver'),
    version: 'v1.9.0',
    isStatic: true,
    minimumGo: '1.26.4',
    coldSeconds: 20,
  },
  customMetrics: {
    name: 'custom-metrics',
    source: join(PROJECT, 'rehearsal', 'kubernetes', 'custom-metrics'),
    version: 'v1.36.0',
    isStatic: true,
    minimumGo: '1.26.4',
    coldSeconds: 60,
  },
} as const satisfies Readonly<Record<string, GoProgram | OwnGoProgram>>;

export type ProgramName = keyof typeof PROGRAMS;

export function isProgramName(name: string): name is ProgramName {
  return Object.hasOwn(PROGRAMS, name);
}
