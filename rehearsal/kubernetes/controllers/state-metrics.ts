/**
 * In the place of kube-state-metrics, which is on no registry of modules: the few of its metrics that rules read, made of
 * the API's objects whenever Prometheus asks.
 * Source: kube-state-metrics 2.x, documentation of metrics.
 */
import { createServer, type Server } from 'node:http';
import type { KubernetesApi, KubernetesObject } from '../api';
import { NETWORK, PORTS } from '../layout';

/** A value of a metric. */
export interface Sample {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface Deployment extends KubernetesObject {
  readonly spec: { readonly replicas?: number };
  readonly status: { readonly availableReplicas?: number; readonly readyReplicas?: number };
}

interface Autoscaler extends KubernetesObject {
  readonly spec: { readonly minReplicas?: number; readonly maxReplicas: number };
  readonly status: { readonly currentReplicas?: number; readonly desiredReplicas?: number };
}

interface DisruptionBudget extends KubernetesObject {
  readonly status: { readonly currentHealthy?: number; readonly desiredHealthy?: number };
}

interface ContainerStatus {
  readonly name: string;
  readonly restartCount: number;
  readonly state?: { readonly waiting?: { readonly reason?: string } };
}

interface Pod extends KubernetesObject {
  readonly spec: {
    readonly nodeName?: string;
    readonly containers: readonly {
      readonly name: string;
      readonly resources?: { readonly limits?: Readonly<Record<string, string>> };
    }[];
  };
  readonly status: {
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

const sampled = (
  noun: string,
  { metadata }: KubernetesObject,
  values: Readonly<Record<string, number>>,
): readonly Sample[] =>
  Object.entries(values).map(([field, value]) => ({
    metric: `kube_${noun}_${field}`,
    labels: { namespace: metadata.namespace ?? '', [noun]: metadata.name },
    value,
  }));

export const deploymentSamples = (deployment: Deployment): readonly Sample[] =>
  sampled('deployment', deployment, {
    spec_replicas: deployment.spec.replicas ?? 1,
    status_replicas_available: deployment.status.availableReplicas ?? 0,
    status_replicas_ready: deployment.status.readyReplicas ?? 0,
  });

export const autoscalerSamples = (autoscaler: Autoscaler): readonly Sample[] =>
  sampled('horizontalpodautoscaler', autoscaler, {
    spec_min_replicas: autoscaler.spec.minReplicas ?? 1,
    spec_max_replicas: autoscaler.spec.maxReplicas,
    status_current_replicas: autoscaler.status.currentReplicas ?? 0,
    status_desired_replicas: autoscaler.status.desiredReplicas ?? 0,
  });

export const disruptionSamples = (budget: DisruptionBudget): readonly Sample[] =>
  sampled('poddisruptionbudget', budget, {
    status_current_healthy: budget.status.currentHealthy ?? 0,
    status_desired_healthy: budget.status.desiredHealthy ?? 0,
  });

export function podSamples({ metadata, spec, status }: Pod): readonly Sample[] {
  const pod = { namespace: metadata.namespace ?? '', pod: metadata.name, uid: metadata.uid ?? '' };
  const limits = spec.containers.flatMap(({ name, resources }) =>
    Object.entries(resources?.limits ?? {}).map(([resource, quantity]) => ({
      metric: 'kube_pod_container_resource_limits',
      labels: {
        ...pod,
        container: name,
        node: spec.nodeName ?? '',
        resource,
        unit: resource === 'cpu' ? 'core' : 'byte',
      },
      value: quantityOf(quantity),
    })),
  );
  const waiting = (metric: string, statuses: readonly ContainerStatus[] = []): readonly Sample[] =>
    statuses.flatMap(({ name, state }) =>
      state?.waiting?.reason === undefined
        ? []
        : [{ metric, labels: { ...pod, container: name, reason: state.waiting.reason }, value: 1 }],
    );
  return [
    ...limits,
    ...(status.containerStatuses ?? []).map(({ name, restartCount }) => ({
      metric: 'kube_pod_container_status_restarts_total',
      labels: { ...pod, container: name },
      value: restartCount,
    })),
    ...waiting('kube_pod_container_status_waiting_reason', status.containerStatuses),
    ...waiting('kube_pod_init_container_status_waiting_reason', status.initContainerStatuses),
  ];
}

const FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** A quantity as a number. @throws Error for one that is none */
export function quantityOf(text: string): number {
  const [, digits, suffix = ''] = /^([0-9.]+)([a-zA-Z]*)$/.exec(text) ?? [];
  const factor = FACTORS[suffix];
  if (digits === undefined || factor === undefined) throw new Error(`${text} is no quantity`);
  return Number(digits) * factor;
}

/** In Prometheus' text format, each metric's samples together. */
export function render(samples: readonly Sample[]): string {
  const escape = (value: string): string => value.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n');
  const metrics = [...new Set(samples.map(({ metric }) => metric))].sort();
  return metrics
    .map((metric) => {
      const lines = samples
        .filter((sample) => sample.metric === metric)
        .map(({ labels, value }) => {
          const written = Object.entries(labels).map(([label, text]) => `${label}="${escape(text)}"`);
          return `${metric}{${written.join(',')}} ${value}\n`;
        });
      return `# TYPE ${metric} ${metric.endsWith('_total') ? 'counter' : 'gauge'}\n${lines.join('')}`;
    })
    .join('');
}

async function samplesOf(api: KubernetesApi): Promise<readonly Sample[]> {
  const [deployments, autoscalers, budgets, pods] = await Promise.all([
    api.list<Deployment>('/apis/apps/v1/deployments'),
    api.list<Autoscaler>('/apis/autoscaling/v2/horizontalpodautoscalers'),
    api.list<DisruptionBudget>('/apis/policy/v1/poddisruptionbudgets'),
    api.list<Pod>('/api/v1/pods'),
  ]);
  return [
    ...deployments.flatMap(deploymentSamples),
    ...autoscalers.flatMap(autoscalerSamples),
    ...budgets.flatMap(disruptionSamples),
    ...pods.flatMap(podSamples),
  ];
}

/** Answers every path with the metrics, on the bridge alone. */
export function serveStateMetrics(api: KubernetesApi): Server {
  const server = createServer((_request, response) => {
    samplesOf(api).then(
      (samples) => {
        response.setHeader('content-type', 'text/plain; version=0.0.4');
        response.end(render(samples));
      },
      (fault: unknown) => {
        response.statusCode = 503;
        response.end(fault instanceof Error ? fault.message : String(fault));
      },
    );
  });
  return server.listen(PORTS.stateMetrics, NETWORK.host);
}
