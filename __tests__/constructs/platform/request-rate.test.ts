import { METRICS } from '../../../app/src/metrics';
import { ROUTES } from '../../../app/src/routes';
import { REQUEST_RATE_METRIC, requestRateRule, SCRAPES_IN_RATE } from '../../../constructs/platform';

/** What the adapter asks Prometheus for two pods. Source: the templates of prometheus-adapter's metricsQuery. */
const asked = (scrapeIntervalSeconds: number): string => {
  const { seriesQuery, metricsQuery } = requestRateRule(scrapeIntervalSeconds);
  return metricsQuery
    .replaceAll('<<.Series>>', seriesQuery.replace(/\{.*$/, ''))
    .replaceAll('<<.LabelMatchers>>', 'namespace="bailian-gateway",pod=~"gateway-1|gateway-2"')
    .replaceAll('<<.GroupBy>>', 'pod');
};

describe('The rate of requests', () => {
  test('[K2] is made of a metric and a label that the gateway exposes', () => {
    const { name, type, labels } = METRICS.httpRequestDuration;
    expect(type).toBe('histogram');
    expect(labels).toContain('route');
    expect(requestRateRule(30).seriesQuery).toBe(`${name}_count{namespace!="",pod!=""}`);
  });

  test('[K2] counts each pod, and neither probes nor scrapes', () => {
    expect(asked(30)).toBe(
      'sum(rate(gateway_http_request_duration_seconds_count{namespace="bailian-gateway",pod=~"gateway-1|gateway-2",' +
        'route!~"/health/live|/health/ready|/health/detailed|/metrics"}[90s])) by (pod)',
    );
  });

  test('[K2] excludes no route that users take', () => {
    const [, excluded = ''] = /route!~"([^"]*)"/.exec(requestRateRule(30).metricsQuery) ?? [];
    const taken = Object.values(ROUTES).filter((route) => !new RegExp(`^(${excluded})$`).test(route));
    expect(taken).toEqual(expect.arrayContaining([ROUTES.chatCompletions, ROUTES.embeddings, ROUTES.models]));
  });

  test.each([10, 30, 60])('[K2] outlives a lost scrape, with one each %d s', (seconds) => {
    const [, window = ''] = /\[(\d+)s\]/.exec(requestRateRule(seconds).metricsQuery) ?? [];
    expect(Number(window)).toBe(seconds * SCRAPES_IN_RATE);
    expect(SCRAPES_IN_RATE).toBeGreaterThanOrEqual(3);
  });

  test('[K2] has the one name under which it is asked for', () => {
    expect(requestRateRule(30).name).toEqual({ matches: '.*', as: REQUEST_RATE_METRIC });
  });
});
