import { METRICS } from '../../../../app/src/metrics';
import {
  BURN_RATES,
  bucketsOf,
  countOf,
  renderRuleGroups,
  select,
  SLO_NAMES,
  SLOS,
  WINDOWS,
  type AlertingRule,
} from '../../../../constructs/monitoring/alerts';
import { anyOf, bound } from '../../../../constructs/monitoring/alerts/promql';

const burning = (slo: string): readonly AlertingRule[] =>
  renderRuleGroups({ objectives: { availability: 0.99 } })
    .flatMap(({ rules }) => rules)
    .flatMap((rule) => ('alert' in rule && rule.labels['slo'] === slo ? [rule] : []));

describe('The objectives', () => {
  test('[M4] are availability of 99.9 %, and 200 ms and 1 s without the upstream’s time', () => {
    expect(SLO_NAMES.map((slo) => SLOS[slo].objective)).toEqual([0.999, 0.95, 0.99]);
    expect(SLO_NAMES.map((slo) => SLOS[slo].promise)).toEqual([
      expect.stringContaining('99.9 %'),
      expect.stringMatching(/200 ms to 95 %/),
      expect.stringMatching(/1 s to 99 %/),
    ]);
  });

  test('[M4] ring at 14.4 and 6 as critical, at 3 and 1 as warnings, over two windows each', () => {
    expect(BURN_RATES.map(({ factor, long, short, severity }) => [factor, long, short, severity])).toEqual([
      [14.4, '1h', '5m', 'critical'],
      [6, '6h', '30m', 'critical'],
      [3, '1d', '2h', 'warning'],
      [1, '3d', '6h', 'warning'],
    ]);
  });

  test('[M4] keep the error ratio of every window that an alert looks at', () => {
    expect(new Set(WINDOWS)).toEqual(new Set(BURN_RATES.flatMap(({ long, short }) => [long, short])));
  });

  test.each(SLO_NAMES)('[M4] %s has a rule a burn rate, which two windows must agree on', (slo) => {
    const rules = burning(slo);
    expect(rules.map(({ labels }) => [labels['window'], labels.severity])).toEqual(
      BURN_RATES.map(({ long, severity }) => [long, severity]),
    );
    BURN_RATES.forEach(({ long, short }, index) => {
      expect(rules[index]?.expr).toMatch(new RegExp(`ratio_rate${long}\\{.*\\n.*ratio_rate${short}\\{`));
    });
  });

  test('[M4] ring at the budget that an environment’s own objective leaves', () => {
    const limits = burning('availability').map(({ expr }) => /> ([\d.]+)/.exec(expr)?.[1]);
    expect(limits).toEqual(['0.144', '0.06', '0.03', '0.01']);
  });
});

describe('A selector', () => {
  test('matches by text, by pattern and by their contraries', () => {
    expect(select(METRICS.httpRequestDuration, { route: 'a"b', status: { like: '5..' } })).toBe(
      'gateway_http_request_duration_seconds{route="a\\"b",status=~"5.."}',
    );
    expect(select(METRICS.databaseErrors, { class: { not: 'duplicate' }, pod: { unlike: 'x' } })).toBe(
      'gateway_db_errors_total{class!="duplicate",pod!~"x"}',
    );
    expect(select(METRICS.processes)).toBe('gateway_processes');
  });

  test('takes texts as they are where one of several is meant', () => {
    expect(anyOf(['/v1/chat', 'a.b'])).toEqual({ like: '/v1/chat|a\\.b' });
  });

  test('finds the bucket of a whole number as Prometheus 2 and 3 write it, and refuses one that is not there', () => {
    const match = bound(METRICS.overhead, 1);
    const pattern = typeof match === 'object' && 'like' in match ? new RegExp(`^(${match.like})$`) : /never/;
    expect(['1', '1.0', '10', '1x0'].map((le) => pattern.test(le))).toEqual([true, true, false, false]);
    expect(bound(METRICS.overhead, 0.2)).toBe('0.2');
    expect(() => bound(METRICS.overhead, 0.3)).toThrow(/has no bucket that ends at 0\.3; take one of .*0\.2, 0\.5/);
  });

  test('knows the series of a histogram', () => {
    expect(bucketsOf(METRICS.overhead)).toEqual({ name: 'gateway_overhead_seconds_bucket', labels: ['le'] });
    expect(countOf(METRICS.databaseQueryDuration)).toEqual({ name: 'gateway_db_query_seconds_count', labels: ['op'] });
  });
});
