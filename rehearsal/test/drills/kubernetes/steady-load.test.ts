import type { ScenarioName } from '../../../drills/kubernetes/scenario';
import { STEADY_SCENARIOS, steadyTotal } from '../../../drills/kubernetes/steady-load';

const sent = (requests: number): ReadonlyMap<ScenarioName, number> =>
  new Map<ScenarioName, number>([...STEADY_SCENARIOS.map((name) => [name, requests] as const), ['lost-zone', 50_000]]);

describe('the requests that must not notice anything', () => {
  test('[L3] are a hundred thousand together, of the scenarios in which none may fail', () => {
    expect(steadyTotal(sent(20_000))).toEqual({ requests: 100_000 });
    expect(steadyTotal(sent(19_999))).toEqual({ requests: 99_995, fault: '99995 are fewer than 100000' });
  });

  test('[L3] are not judged where one of the scenarios was not played', () => {
    const some = new Map([...sent(25_000)].filter(([name]) => name !== 'drain'));
    expect(steadyTotal(some)).toBeUndefined();
  });
});
