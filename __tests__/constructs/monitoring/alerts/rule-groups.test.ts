import {
  ALERT_THRESHOLDS,
  GATEWAY_ALERTS,
  HISTORY_DAYS,
  renderRuleFile,
  renderRuleGroups,
  type AlertingRule,
  type RecordingRule,
  type RuleOptions,
} from '../../../../constructs/monitoring/alerts';
import { EXPORTER_METRICS } from '../../../../constructs/monitoring/alerts';
import { environments } from '../../../../environments';
import { KNOWN_SERIES, readQuery } from '../../../promql';

const rulesOf = (options?: RuleOptions) => renderRuleGroups(options).flatMap(({ rules }) => rules);
const alerting = (options?: RuleOptions): readonly AlertingRule[] =>
  rulesOf(options).flatMap((rule) => ('alert' in rule ? [rule] : []));
const recording = (): readonly RecordingRule[] => rulesOf().flatMap((rule) => ('record' in rule ? [rule] : []));

describe('The rules', () => {
  test('[M3] name no metric that nothing exposes, and no label that it does not have', async () => {
    const readings = await Promise.all(rulesOf().map(({ expr }) => readQuery(expr)));
    expect(readings.flatMap(({ faults }) => faults)).toEqual([]);
  });

  test.each([
    ['a metric', 'sum(gateway_http_request_total)', /nothing exposes gateway_http_request_total/],
    ['a label to match', 'gateway_auth_total{outcome="granted"}', /gateway_auth_total is matched by outcome/],
    ['a label to group by', 'sum by (model) (gateway_auth_total)', /is grouped by model/],
    ['a label to join on', 'sum by (pod) (up) * on (job) up', /is joined on job/],
    ['sides that match', 'sum by (pod) (up) / sum(up)', /never match/],
    [
      'buckets',
      'histogram_quantile(0.9, sum by (pod) (rate(gateway_overhead_seconds_bucket[5m])))',
      /quantile over le/,
    ],
    ['a form', 'sum(up', /does not parse/],
  ])('[M3] are read so that a lack of %s is found', async (_, query, fault) => {
    const { faults } = await readQuery(query);
    expect(faults).toEqual([expect.stringMatching(fault)]);
  });

  test('[M3] speak of labels that the alert has', async () => {
    for (const { alert, expr, annotations } of alerting()) {
      const { labels } = await readQuery(expr);
      const spoken = [...annotations.description.matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label);
      expect({ alert, unknown: spoken.filter((label) => label !== undefined && !labels.has(label)) }).toEqual({
        alert,
        unknown: [],
      });
    }
  });

  test('[M3] tell alerts apart by every label of the query that two of them could differ in', async () => {
    for (const { alert, expr, annotations } of alerting()) {
      const { labels } = await readQuery(expr);
      // The node's address is told by its name, and the namespace and objective are the rule's own.
      const own = new Set(['instance', 'namespace', 'slo', 'scope']);
      const silent = [...labels].filter(
        (label) => !own.has(label) && !annotations.description.includes(`$labels.${label}`),
      );
      expect({ alert, silent }).toEqual({ alert, silent: [] });
    }
  });

  test('[M2] look no further back than Prometheus keeps what it has scraped', () => {
    const days = { s: 1 / 86_400, m: 1 / 1_440, h: 1 / 24, d: 1, w: 7 } as const;
    const inDays = (number = '', unit = ''): number => Number(number) * (days[unit as keyof typeof days] || 0);
    const furthest = rulesOf().map(({ expr }) => {
      const spans = (pattern: RegExp): readonly number[] =>
        [...expr.matchAll(pattern)].map(([, number, unit]) => inDays(number, unit));
      return Math.max(0, ...spans(/offset (\d+)([smhdw])/g)) + Math.max(0, ...spans(/\[(\d+)([smhdw])/g));
    });
    expect(Math.max(...furthest)).toBeLessThan(HISTORY_DAYS);
    expect(Math.max(...furthest)).toBeGreaterThanOrEqual(7);
  });

  test('[M2] ask for every exporter’s metric that is listed', async () => {
    const readings = await Promise.all(rulesOf().map(({ expr }) => readQuery(expr)));
    const asked = new Set(readings.flatMap(({ names }) => [...names]));
    expect(Object.values(EXPORTER_METRICS).filter(({ name }) => !asked.has(name))).toEqual([]);
  });

  test('[M3] record what the table of recorded series says, with its labels', async () => {
    for (const { record, expr, labels } of recording()) {
      const made = new Set([...(await readQuery(expr)).labels, ...Object.keys(labels)]);
      expect({ record, labels: made }).toEqual({ record, labels: KNOWN_SERIES.get(record) });
    }
  });

  test('[M3] give every alert its labels and its words, with its value unless there is but one', () => {
    const withoutValue = [
      'ServiceDown',
      'IngressControllerDown',
      'PodCrashLooping',
      'CircuitBreakerOpen',
      'NoUserActivity',
      'Watchdog',
    ];
    for (const { alert, labels, annotations } of alerting()) {
      const known = GATEWAY_ALERTS.find(({ name }) => name === alert);
      expect(known).toMatchObject({ component: labels.component, summary: annotations.summary });
      expect(known?.severities).toContain(labels.severity);
      expect(annotations.description.includes('$value')).toBe(!withoutValue.includes(alert));
      expect(annotations.runbook_url).toBe(
        `https://github.com/bailian-gateway/bailian-gateway/blob/main/docs/runbooks/${alert}.md`,
      );
      expect(labels.namespace).toBe('bailian-gateway');
    }
  });

  test('[M3] render every severity of every alert', () => {
    for (const { name, severities } of GATEWAY_ALERTS) {
      const rendered = alerting().filter(({ alert }) => alert === name);
      expect(new Set(rendered.map(({ labels }) => labels.severity))).toEqual(new Set(severities));
    }
  });

  test('[M3] ask for the floor wherever the table has one', () => {
    for (const [name, threshold] of Object.entries(ALERT_THRESHOLDS)) {
      if (!('floor' in threshold)) continue;
      for (const { expr } of alerting().filter(({ alert }) => alert === name)) {
        expect(expr).toContain(` >= ${threshold.floor.value}`);
      }
    }
  });

  test('are the same text each time', () => {
    expect(renderRuleFile(renderRuleGroups())).toBe(renderRuleFile(renderRuleGroups()));
  });

  test('[M3] take an environment’s numbers, names and address of the runbooks', () => {
    const [slow] = alerting({
      thresholds: { HighLatency: { warning: 5 } },
      targets: { namespace: 'blue' },
      runbooks: 'https://wiki.example.com/runbooks',
    }).filter(({ alert }) => alert === 'HighLatency');
    expect(slow?.expr).toContain('{namespace="blue"}) > 5\n');
    expect(slow?.annotations.description).toContain('(limit 5 s)');
    expect(slow?.annotations.runbook_url).toBe('https://wiki.example.com/runbooks/HighLatency.md');
    expect(slow?.labels.namespace).toBe('blue');
  });

  test('[M3] refuse numbers that cannot be, all at once', () => {
    expect(() => renderRuleGroups({ thresholds: { HighErrorRate: { warning: 7 } }, runbooks: 'docs' })).toThrow(
      /thresholds\.HighErrorRate\.warning \(7\) must be at most 1[\s\S]*runbooks \(docs\) must be an http address/,
    );
  });

  test('[M3] are rendered for every environment', () => {
    for (const { alerts } of environments) {
      expect(alerting(alerts)).toHaveLength(alerting().length);
    }
  });
});
