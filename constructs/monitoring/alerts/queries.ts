/** Selectors of one deployment: of the gateway’s metrics, of the exporters’, and of what recording rules keep. */
import { ROUTES } from '../../../app/src/routes';
import type { Exporter, ExporterMetric } from './exporters';
import { EXPORTER_METRICS } from './exporters';
import type { Match, Matchers, Metric } from './promql';
import { anyOf, selector, sumBy } from './promql';
import type { Recorded } from './recorded';
import type { RuleTargets } from './targets';

/** Routes whose requests are the service; probes, scrapes and administration are not. */
export const SERVED: Match = anyOf([ROUTES.chatCompletions, ROUTES.embeddings, ROUTES.models]);

/** Routes that ask a model. */
export const INFERENCE: Match = anyOf([ROUTES.chatCompletions, ROUTES.embeddings]);

/** Answers that are the service’s fault. */
export const FAILED: Match = { like: '5..' };

export class RuleQueries {
  constructor(readonly targets: RuleTargets) {}

  /** A metric that the gateway exposes. */
  gateway<const M extends Metric>(metric: M, matchers?: Matchers<M>): string {
    const { namespace, job } = this.targets;
    return selector(metric.name, { namespace, job, ...matchers });
  }

  /** A metric of an exporter. */
  exporter<const M extends ExporterMetric>(metric: M, matchers?: Matchers<M>): string {
    return selector(metric.name, { job: this.jobOf(metric.exporter), ...matchers });
  }

  /** What a recording rule keeps. */
  recorded<const M extends Recorded>(metric: M, matchers?: Matchers<M>): string {
    return selector(metric.name, { namespace: this.targets.namespace, ...matchers });
  }

  /** 1 for each pod of the gateway that answers a scrape, 0 for each other. */
  get up(): string {
    const { namespace, job } = this.targets;
    return this.exporter(EXPORTER_METRICS.up, { namespace, job });
  }

  /** Something about the gateway’s Deployment, as one number. */
  deployment(metric: ExporterMetric & Metric): string {
    const { namespace, deployment } = this.targets;
    return sumBy([], this.exporter(metric, { namespace, deployment }));
  }

  /** What is true of a node, with the name that kubectl has for it: exporters name it by its address. */
  namedNodes(vector: string): string {
    return `(${vector}) * on (instance) group_left (nodename) ${this.exporter(EXPORTER_METRICS.nodeName)}`;
  }

  /** Exporters that come with the ingress or the certificates have no fixed job; their names are their own. */
  private jobOf(exporter: Exporter): string | undefined {
    const { kubeStateMetrics, nodeExporter, kubelet } = this.targets.jobs;
    const jobs: Partial<Record<Exporter, string>> = {
      'kube-state-metrics': kubeStateMetrics,
      'node-exporter': nodeExporter,
      cadvisor: kubelet,
      kubelet,
    };
    return jobs[exporter];
  }
}
