/** What dashboards ask, as Grafana would ask it. */
import { renderDashboards } from '../../../../constructs/monitoring/dashboards';
import { choicesOf, questionsOf } from '../../../drills/monitoring/questions';

const TEXTS = renderDashboards({ scrapeIntervalSeconds: 15 }).map(({ text }) => text);

describe('The questions of dashboards', () => {
  test('[M6] are those of every panel, and of the marks on its graphs', () => {
    for (const { definition, text } of renderDashboards()) {
      const meant = definition.sections.flatMap(({ panels }) => panels).flatMap(({ queries }) => queries);
      expect(questionsOf(text)).toHaveLength(meant.length + 1);
    }
  });

  test('[M6] have nothing of Grafana’s in them, and windows as long as Grafana makes them', () => {
    const all = TEXTS.flatMap(questionsOf);
    expect(all.filter(({ expr }) => expr.includes('$'))).toEqual([]);
    expect(all.some(({ expr }) => expr.includes('[60s]'))).toBe(true);
    expect(all.some(({ expr }) => expr.includes('namespace="bailian-gateway"'))).toBe(true);
    expect(all.some(({ expr }) => expr.includes('gen_ai_request_model=~".*"'))).toBe(true);
  });

  test('[M6] say until when they are empty, where the panel does', () => {
    const restarts = TEXTS.flatMap(questionsOf).find(({ panel }) => panel === 'Failures by route');
    expect(restarts?.emptyUntil).toBe('a request has failed');
    expect(TEXTS.flatMap(questionsOf).find(({ panel }) => panel === 'Requests by status')?.emptyUntil).toBeUndefined();
  });

  test('[M6] include what people choose from', () => {
    const [overview = ''] = TEXTS;
    expect(choicesOf(overview).map(({ variable, label }) => [variable, label])).toEqual([
      ['namespace', 'namespace'],
      ['model', 'gen_ai_request_model'],
    ]);
    const other = overview.replace('label_values(gateway_ready, namespace)', 'query_result(gateway_ready)');
    expect(() => choicesOf(other)).toThrow(/namespace asks query_result\(gateway_ready\)/);
  });
});
