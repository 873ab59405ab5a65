/** What the cluster offers: where it is fetched from, and whether the monitoring fits. */
import { HISTORY_DAYS } from '../../constructs/monitoring/alerts';
import { DISK_GIB } from '../../constructs/platform/disk';
import { INSTANCE_TYPES } from '../catalogue/instances';
import type { Environment } from '../environment';
import type { ExistingMonitoring, ManagedMonitoring } from '../plans/platform';
import { NODE_RESERVE } from './capacity';
import { fault, shaped, whole, type Fault } from './fault';

/** Shorter, alerts that compare with a week ago never ring; longer is what a store behind Prometheus is for. */
const RETENTION_DAYS = { min: HISTORY_DAYS, max: 366 } as const;

const RETENTION_REASON = 'alerts compare with a week ago, and longer is for a store behind Prometheus';

/** More than two servers that scrape the same tell nothing more. */
const PROMETHEUS_REPLICAS = { min: 1, max: 2 } as const;

const PASSWORD_VERSION = { min: 1, max: 1_000_000 } as const;

/** Name of a namespace or a service. */
const OBJECT_NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Checks where charts and images come from, and the monitoring. */
export function* platform(environment: Environment): Iterable<Fault> {
  const { sources, monitoring, ingress } = environment.platform;
  if (sources?.charts !== undefined) {
    yield* shaped(
      'platform.sources.charts',
      sources.charts,
      /^(https|oci):\/\/[^\s/@]+(\/[^\s@]*)?$/,
      'an https:// or oci:// address without a password in it: what is fetched runs with rights in the cluster',
    );
  }
  if (sources?.images !== undefined) {
    yield* shaped(
      'platform.sources.images',
      sources.images,
      /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d+)?$/,
      'the host of a registry alone, such as registry.example.com: the path of each image comes after it',
    );
  }
  if (ingress !== undefined) {
    yield* shaped('platform.ingress.namespace', ingress.namespace, OBJECT_NAME, 'the name of a namespace');
    yield* shaped('platform.ingress.deployment', ingress.deployment, OBJECT_NAME, 'the name of a Deployment');
    if (Object.keys(ingress.podLabels).length === 0) {
      yield fault(
        'platform.ingress.podLabels',
        [],
        'would let every pod of the namespace in; name a label of the pods',
      );
    }
  }
  yield* monitoring.kind === 'managed' ? managed(monitoring, environment) : existing(monitoring);
}

function* managed(plan: ManagedMonitoring, { cluster, profile }: Environment): Iterable<Fault> {
  const path = 'platform.monitoring';
  yield* whole(`${path}.retentionDays`, plan.retentionDays, RETENTION_DAYS, RETENTION_REASON);
  yield* whole(`${path}.storageGiB`, plan.storageGiB, DISK_GIB, 'ECS takes no other disk');
  yield* whole(
    `${path}.prometheusReplicas`,
    plan.prometheusReplicas,
    PROMETHEUS_REPLICAS,
    'a third tells nothing more',
  );
  yield* whole(`${path}.grafanaPasswordVersion`, plan.grafanaPasswordVersion, PASSWORD_VERSION, 'raise the last by 1');
  if (plan.alertmanagerReplicas !== 1 && plan.alertmanagerReplicas !== 3) {
    yield fault(
      `${path}.alertmanagerReplicas`,
      plan.alertmanagerReplicas,
      'must be 1 or 3, so that two still agree when one is lost; set it to 3',
    );
  }
  // Replicas never share a node, or the loss of one would take both.
  for (const key of ['prometheusReplicas', 'alertmanagerReplicas'] as const) {
    if (plan[key] > cluster.systemPool.minNodes) {
      yield fault(
        `${path}.${key}`,
        plan[key],
        `must be at most cluster.systemPool.minNodes (${cluster.systemPool.minNodes}), as replicas never share a node; lower it or raise the other`,
      );
    }
  }

  const { requests, memoryLimitMiB } = profile.prometheus;
  if (memoryLimitMiB < requests.memoryMiB) {
    yield fault(
      'profile.prometheus.memoryLimitMiB',
      memoryLimitMiB,
      `must be at least profile.prometheus.requests.memoryMiB (${requests.memoryMiB}), or it never starts; raise it`,
    );
  }
  for (const [index, name] of profile.nodes.systemInstanceTypes.entries()) {
    const room = INSTANCE_TYPES[name].memoryGiB * 1_024 - NODE_RESERVE.memoryMiB;
    if (memoryLimitMiB > room) {
      yield fault(
        `profile.nodes.systemInstanceTypes[${index}]`,
        name,
        `leaves ${room} MiB after the system's reserve, and Prometheus may use ${memoryLimitMiB} MiB (profile.prometheus.memoryLimitMiB); choose a bigger type or lower the limit`,
      );
    }
  }
}

function* existing({ target }: ExistingMonitoring): Iterable<Fault> {
  const path = 'platform.monitoring.target';
  yield* shaped(`${path}.namespace`, target.namespace, OBJECT_NAME, 'the name of a namespace');
  for (const key of ['prometheusService', 'alertmanagerService'] as const) {
    yield* shaped(`${path}.${key}.name`, target[key].name, OBJECT_NAME, 'the name of a service');
    yield* whole(`${path}.${key}.port`, target[key].port, { min: 1, max: 65_535 }, 'it is a port');
  }
  if (Object.keys(target.prometheusPodLabels).length === 0) {
    yield fault(
      `${path}.prometheusPodLabels`,
      [],
      'would let every pod of the namespace in to scrape; name a label of the Prometheus pods',
    );
  }
}
