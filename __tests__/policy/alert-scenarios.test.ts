import { GATEWAY_ALERTS, renderRuleGroups } from '../../constructs/monitoring/alerts';
import { SCENARIOS } from '../../policy/alerts';
import { unitTests } from '../../policy/alerts/unit-tests';

/** What rings always has no scenario in which it does not. */
const ALWAYS = 'Watchdog';

describe('The scenarios of alerts', () => {
  test.each(GATEWAY_ALERTS)('[M3] make $name ring in each of its severities', ({ name, severities }) => {
    const rung = SCENARIOS.filter(({ alert }) => alert === name).flatMap(({ rings }) => rings);
    expect(new Set(rung.map(({ severity }) => severity))).toEqual(new Set(severities));
  });

  test.each(GATEWAY_ALERTS.filter(({ name }) => name !== ALWAYS))(
    '[M3] keep $name silent at least once',
    ({ name }) => {
      expect(SCENARIOS.some(({ alert, rings }) => alert === name && rings.length === 0)).toBe(true);
    },
  );

  test('[M3] speak of alerts that there are', () => {
    const names = new Set(GATEWAY_ALERTS.map(({ name }) => name));
    expect(SCENARIOS.filter(({ alert }) => !names.has(alert))).toEqual([]);
  });

  test('[M3] are all among the tests, with the rules that they need', () => {
    const files = unitTests(renderRuleGroups(), SCENARIOS);
    expect(files.flatMap(({ tests }) => tests)).toHaveLength(SCENARIOS.length);
    const recorded = files
      .find(({ groups }) => groups[0]?.name === 'AvailabilityBudgetBurn')
      ?.groups.flatMap(({ rules }) => rules.flatMap((rule) => ('record' in rule ? [rule.record] : [])));
    expect(recorded).toContain('gateway:http_requests:rate5m');
    expect(recorded).toContain('slo:sli_error:ratio_rate3d');
  });
});
