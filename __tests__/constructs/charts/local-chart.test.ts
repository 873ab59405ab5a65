import { HelmProvider } from '@cdktf/provider-helm/lib/provider';
import { Release } from '@cdktf/provider-helm/lib/release';
import { readdirSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { CHARTS, LocalChart } from '../../../constructs/charts';
import { synthesize } from '../../synthesize';

const chartOf = (name: string): unknown =>
  synthesize((scope) => {
    new HelmProvider(scope, 'helm', {});
    const { path } = new LocalChart(scope, 'chart', { name });
    new Release(scope, 'release', { name, chart: path });
  }).only(Release).chart;

test.each(readdirSync(CHARTS))('[L3] %s is named by its content, and not by where the checkout lies', (name) => {
  const chart = String(chartOf(name));
  expect(chart).toMatch(/^\.\/assets\/chart_files_[0-9A-F]{8}\/[0-9A-F]{32}$/);
  expect(isAbsolute(chart)).toBe(false);
  expect(chartOf(name)).toBe(chart);
});

test('a chart that is not there is said at synth', () => {
  expect(() => chartOf('nothing')).toThrow(/ENOENT.*charts\/nothing/);
});
