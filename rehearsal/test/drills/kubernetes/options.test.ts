import { readKubernetesOptions } from '../../../drills/kubernetes/options';
import { SCENARIO_NAMES } from '../../../drills/kubernetes/scenario';

const read = (...words: readonly string[]) => readKubernetesOptions(words, ['dev', 'prod']);

describe('what a drill of a deployed environment is asked', () => {
  test('[L3] every scenario where none is named, on a stage of its own', () => {
    expect(read('prod')).toEqual({ environment: 'prod', scenarios: SCENARIO_NAMES, hold: false });
  });

  test('[L3] those that are named, in their order', () => {
    expect(read('prod', 'drain', 'probes').scenarios).toEqual(['drain', 'probes']);
  });

  test('[L3] a stage to hold plays what is named, and else nothing', () => {
    expect(read('prod', '--hold')).toEqual({ environment: 'prod', scenarios: [], hold: true });
    expect(read('prod', 'drain', '--hold').scenarios).toEqual(['drain']);
  });

  test('[L3] a stage that stands', () => {
    expect(read('dev', '--stage', 'a.json')).toMatchObject({ stage: 'a.json', hold: false });
  });

  test.each([
    [['nowhere'], 'nowhere is no environment, which are dev, prod'],
    [[], 'nothing is no environment'],
    [['prod', 'storm'], 'storm is no scenario'],
    [['prod', '--hold', '--stage', 'a.json'], '--hold is for a stage of its own'],
  ])('[L3] %j is refused, and how it is written is said', (words, message) => {
    expect(() => read(...words)).toThrow(message);
    expect(() => read(...words)).toThrow('npm run drill -- kubernetes <environment>');
  });
});
