/**
 * The one custom metric that pods are scaled by: requests per second of each pod, as prometheus-adapter makes it of what
 * the gateway exposes and as the HorizontalPodAutoscaler asks for it.
 */
import { HTTP_METRICS } from '../../app/src/metrics/http';
import { ROUTES } from '../../app/src/routes';

/** The name under which the autoscaler asks for it. Changing it here alone stops no scaling: both ends import it. */
export const REQUEST_RATE_METRIC = 'http_requests_per_second';

/** Scrapes that a rate looks back over: with three, one that is lost leaves two, and two make a rate. */
export const SCRAPES_IN_RATE = 3;

/** A rule of prometheus-adapter, as its configuration has it. */
export interface AdapterRule {
  /** Which series there are to choose from. */
  readonly seriesQuery: string;
  /** Which labels name which Kubernetes object. */
  readonly resources: { readonly overrides: Readonly<Record<string, { readonly resource: string }>> };
  /** What the metric is called. */
  readonly name: { readonly matches: string; readonly as: string };
  /** The query, as a Go template. */
  readonly metricsQuery: string;
}

/** Routes that nobody's traffic takes: probes and scrapes come at the same pace however few users there are. */
const ROUTES_WITHOUT_LOAD = [ROUTES.live, ROUTES.ready, ROUTES.detailed, ROUTES.metrics] as const;

/**
 * The rule that makes {@link REQUEST_RATE_METRIC}.
 * @param scrapeIntervalSeconds how often the gateway is scraped, in seconds
 */
export function requestRateRule(scrapeIntervalSeconds: number): AdapterRule {
  const counter = `${HTTP_METRICS.httpRequestDuration.name}_count`;
  const load = `route!~"${ROUTES_WITHOUT_LOAD.join('|')}"`;
  const window = `${scrapeIntervalSeconds * SCRAPES_IN_RATE}s`;
  return {
    seriesQuery: `${counter}{namespace!="",pod!=""}`,
    resources: { overrides: { namespace: { resource: 'namespace' }, pod: { resource: 'pod' } } },
    name: { matches: '.*', as: REQUEST_RATE_METRIC },
    metricsQuery: `sum(rate(<<.Series>>{<<.LabelMatchers>>,${load}}[${window}])) by (<<.GroupBy>>)`,
  };
}
