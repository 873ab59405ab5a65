import { Release } from '@cdktf/provider-helm/lib/release';
import fc from 'fast-check';
import { parse } from 'yaml';
import { Chart, CHART_REPOSITORY, CHARTS, chartValues, type ChartProps } from '../../../constructs/platform';
import { synthesizePlatform } from './building';

const build = (change: Partial<ChartProps> = {}) =>
  synthesizePlatform((scope) => {
    new Chart(scope, 'chart', {
      chart: 'prometheus-adapter',
      namespace: 'monitoring',
      values: { replicas: 2 },
      sources: {},
      ...change,
    });
  }).only(Release);

describe('Chart', () => {
  test('[M1] is installed from the public repository, in the version that its values are written for', () => {
    expect(build()).toEqual({
      name: 'prometheus-adapter',
      chart: 'prometheus-adapter',
      version: CHARTS['prometheus-adapter'],
      repository: CHART_REPOSITORY,
      namespace: 'monitoring',
      values: ['replicas: 2\n'],
      timeout: 600,
      wait: true,
      atomic: true,
      max_history: 10,
      depends_on: [],
    });
  });

  test('[M1] comes out of a mirror where one is named', () => {
    expect(build({ sources: { charts: 'oci://registry.example.com/charts' } })).toHaveProperty(
      'repository',
      'oci://registry.example.com/charts',
    );
  });

  test('[M1] pins every chart to one version', () => {
    for (const version of Object.values(CHARTS)) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });

  test('takes another time and overrides', () => {
    expect(build({ timeoutSeconds: 60, overrides: { atomic: false } })).toMatchObject({ timeout: 60, atomic: false });
  });
});

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('Values of a chart', () => {
  const values = fc.dictionary(fc.string(), fc.jsonValue());

  test('[M1] say in YAML what was given', () => {
    fc.assert(
      fc.property(values, (given) => {
        // By way of JSON, to which -0 is 0, as it is to a chart.
        expect(asJson(parse(chartValues(given)))).toEqual(asJson(given));
      }),
    );
  });

  test('[M1] are the same text in whatever order the keys were written, so that no plan shows a change', () => {
    fc.assert(
      fc.property(values, (given) => {
        const reversed = Object.fromEntries(Object.entries(given).reverse());
        expect(chartValues(reversed)).toBe(chartValues(given));
      }),
    );
  });

  test('[M1] repeat what is used twice, where YAML would refer to it', () => {
    const resources = { limits: { memory: '1Gi' } };
    expect(chartValues({ one: resources, two: resources })).not.toMatch(/[&*]/);
  });
});
