/** What is worked out once for many: request rates, quantiles, spending, and the error ratios of the objectives. */
import { METRICS } from '../../../app/src/metrics';
import { WINDOWS } from './burn-rate';
import { bucketsOf, countOf, increase, quantile, rate, sumBy } from './promql';
import { INFERENCE, SERVED, type RuleQueries } from './queries';
import type { Recorded } from './recorded';
import { RECORDED, sliErrorRatio } from './recorded';
import type { RecordingRule } from './rule';
import { SLO_NAMES, SLOS } from './slo';

/** Rates, quantiles and spending of the gateway. */
export function trafficRules(queries: RuleQueries): readonly RecordingRule[] {
  const served = countOf(METRICS.httpRequestDuration);
  const requests = (window: '5m' | '15m'): string => rate(queries.gateway(served, { route: SERVED }), window);
  return [
    kept(queries, RECORDED.requestRate, sumBy(RECORDED.requestRate.labels, requests('5m'))),
    // Zero is kept as well, so that traffic that ends altogether can be compared with what it was.
    kept(queries, RECORDED.requestRateSmooth, `${sumBy([], requests('15m'))} or vector(0)`),
    kept(
      queries,
      RECORDED.overheadP95,
      quantile(0.95, sumBy(['le'], rate(queries.gateway(bucketsOf(METRICS.overhead)), '5m'))),
    ),
    kept(
      queries,
      RECORDED.latencyP95,
      quantile(
        0.95,
        sumBy(['le'], rate(queries.gateway(bucketsOf(METRICS.httpRequestDuration), { route: INFERENCE }), '5m')),
      ),
    ),
    kept(
      queries,
      RECORDED.hourlyCost,
      sumBy(RECORDED.hourlyCost.labels, increase(queries.gateway(METRICS.aiCost), '1h')),
    ),
  ];
}

/** The error ratio of every objective over every window of the burn rates. */
export function sliRules(queries: RuleQueries): readonly RecordingRule[] {
  return SLO_NAMES.flatMap((slo) => {
    const { requests, errors } = SLOS[slo].indicator(queries);
    const ratios = WINDOWS.map((window) => {
      // Three days of every bucket of every pod are read at no price that a query may have: means of what was kept are.
      const of = (metric: Recorded): string => {
        const rates = queries.recorded(metric, { slo });
        return window === '5m' ? rates : `avg_over_time(${rates}[${window}])`;
      };
      return kept(queries, sliErrorRatio(window), `${of(RECORDED.sliErrors)} / ${of(RECORDED.sliRequests)}`, { slo });
    });
    // Before the first failure there is no such series, and means of two series must be over the same moments.
    return [
      kept(queries, RECORDED.sliErrors, `${errors} or vector(0)`, { slo }),
      kept(queries, RECORDED.sliRequests, `${requests} or vector(0)`, { slo }),
      ...ratios,
    ];
  });
}

/** The label `namespace` is the deployment's: two of them may be watched by one Prometheus. */
function kept(
  { targets: { namespace } }: RuleQueries,
  metric: Recorded,
  expr: string,
  labels: Readonly<Record<string, string>> = {},
): RecordingRule {
  return { record: metric.name, expr, labels: { namespace, ...labels } };
}
