/** What is asked of the drill, what is hurried in it, and what it breaks. */
import { environments } from '../../../../environments';
import { GATEWAY_ALERTS, renderRuleGroups } from '../../../../constructs/monitoring/alerts';
import { hurried } from '../../../drills/monitoring/deployment';
import { FAULTS, NO_GATEWAY } from '../../../drills/monitoring/faults';
import { readMonitoringOptions } from '../../../drills/monitoring/main';

const NAMES = environments.map(({ name }) => name);

describe('The drill of the monitoring', () => {
  test('[M3] plays production as it is rendered, where nothing else is asked', () => {
    expect(readMonitoringOptions([], NAMES)).toEqual({ environment: 'prod', hurry: 1 });
    expect(readMonitoringOptions(['dev', '--hurry', '5'], NAMES)).toEqual({ environment: 'dev', hurry: 5 });
    expect(readMonitoringOptions(['--only', 'Redis'], NAMES)).toMatchObject({ only: 'Redis' });
    expect(() => readMonitoringOptions(['--only', 'Mars'], NAMES)).toThrow(/no fault has Mars in its name/);
    expect(() => readMonitoringOptions(['qa'], NAMES)).toThrow(/qa is no environment/);
    expect(() => readMonitoringOptions(['--hurry', '0.5'], NAMES)).toThrow(/--hurry is a whole number from 1/);
  });

  test('[M3] hurries how long an alert must last, and nothing else', () => {
    const groups = renderRuleGroups();
    const [slow, fast] = [groups, hurried(groups, 5)].map((all) => all.flatMap(({ rules }) => rules));
    for (const [index, rule] of (fast ?? []).entries()) {
      const before = slow?.[index];
      if (!('alert' in rule) || before === undefined || !('alert' in before)) {
        expect(rule).toEqual(before);
        continue;
      }
      const { for: lasts, ...rest } = rule;
      const { for: meant, ...same } = before;
      expect(rest).toEqual(same);
      expect([rule.alert, lasts]).toEqual([
        rule.alert,
        ['0s', '1m'].includes(meant) ? meant : expect.stringMatching(/^\d+s$/),
      ]);
    }
    expect(fast?.find((rule) => 'alert' in rule && rule.alert === 'LowCacheHitRatio')).toMatchObject({ for: '360s' });
    expect(fast?.find((rule) => 'alert' in rule && rule.alert === 'HighErrorRate')).toMatchObject({ for: '60s' });
  });

  test('[M3] breaks so much that ten alerts and more must ring, each of them one that there is', () => {
    const rings = [...FAULTS, NO_GATEWAY].flatMap((fault) => fault.rings);
    expect(new Set(rings.map(({ alert }) => alert)).size).toBeGreaterThanOrEqual(10);
    for (const { alert, severity } of rings) {
      expect(GATEWAY_ALERTS.find(({ name }) => name === alert)?.severities).toContain(severity);
    }
  });
});
