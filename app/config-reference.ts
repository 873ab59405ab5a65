/**
 * Writes `docs/gateway/configuration.md` and `docs/gateway/metrics.md` from the tables that the service itself reads:
 * `tsx app/config-reference.ts`. A test fails while the pages say anything else.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { format, resolveConfig } from 'prettier';
import type { Variable, VariableTable } from './src/config/variable';
import { ACCESS_VARIABLES } from './src/config/access';
import { CACHE_VARIABLES } from './src/config/cache';
import { COST_VARIABLES } from './src/config/costs';
import { FEATURE_VARIABLES } from './src/config/features';
import { LIMIT_VARIABLES } from './src/config/limits';
import { QUOTA_VARIABLES } from './src/config/quota';
import { SERVICE_VARIABLES } from './src/config/service';
import { STORAGE_VARIABLES } from './src/config/storage';
import { TRACING_VARIABLES } from './src/config/tracing';
import { UPSTREAM_VARIABLES } from './src/config/upstream';
import { METRICS } from './src/metrics';
import type { MetricDefinition } from './src/metrics/metric';

const FOLDER = resolve(__dirname, '../docs/gateway');

/** The concerns in the order in which somebody who sets the service up meets them. */
const CONCERNS: readonly (readonly [title: string, table: VariableTable])[] = [
  ['The service', SERVICE_VARIABLES],
  ['Who may ask', ACCESS_VARIABLES],
  ['Upstream', UPSTREAM_VARIABLES],
  ['Redis, the database and the ledger', STORAGE_VARIABLES],
  ['Limits', LIMIT_VARIABLES],
  ['Quota and queue', QUOTA_VARIABLES],
  ['Cache', CACHE_VARIABLES],
  ['Costs', COST_VARIABLES],
  ['Switches', FEATURE_VARIABLES],
  ['Traces', TRACING_VARIABLES],
];

const code = (text: string): string => `\`${text}\``;
const cell = (text: string): string => text.replaceAll('|', '\\|');
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');

const number = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 10 });

/** What a variable may be. */
const boundsOf = (variable: Variable): string => {
  if ('secret' in variable) return 'a secret';
  switch (variable.type) {
    case 'integer':
    case 'number':
      return `${number(variable.minimum)} to ${number(variable.maximum)}${variable.unit === 'port' ? '' : ` ${variable.unit}`}`;
    case 'boolean':
      return '`true`, `false`';
    case 'array':
      return `${LISTS[variable.format]}, separated by commas`;
    case 'string':
      return 'enum' in variable ? variable.enum.map(code).join(', ') : TEXTS[variable.format];
  }
};

const LISTS = { cidr: 'ranges of addresses', origin: 'origins', path: 'paths' } as const;
const TEXTS = {
  uri: 'a URL',
  hostname: 'an address',
  path: 'a path',
  fallbacks: 'models and their fallbacks',
} as const;

const defaultOf = (variable: Variable): string => {
  if ('secret' in variable) return '';
  if (Array.isArray(variable.default)) return variable.default.map((item) => code(String(item))).join(', ');
  return variable.default === '' ? '' : code(String(variable.default));
};

const configurationPage = (): string => {
  const sections = CONCERNS.map(([title, variables]) => {
    const rows = Object.entries(variables).map(([name, variable]) => [
      code(name),
      defaultOf(variable),
      boundsOf(variable),
      variable.description,
    ]);
    return `## ${title}\n\n${table(['Variable', 'Default', 'Values', 'What it is'], rows)}`;
  });
  return [
    '# Configuration of the gateway',
    'Made by `tsx app/config-reference.ts` from the tables in `app/src/config/`. The gateway is configured by environment ' +
      'variables alone; one that is empty counts as absent. Whatever is wrong with them is reported at once, and the ' +
      'process does not start.',
    'A secret may also come out of a file: `DATABASE_URL_FILE=/run/secrets/database-url` in place of `DATABASE_URL`, and ' +
      'so for each of them. The file is read once, at the start.',
    ...sections,
  ].join('\n\n');
};

/** How values of several processes become one, in words. */
const AGGREGATION = {
  sum: 'the sum',
  max: 'the greatest',
  min: 'the least',
  first: 'any one',
} as const;

const metricsPage = (): string => {
  const metrics: readonly MetricDefinition[] = Object.values(METRICS);
  const rows = [...metrics]
    .sort((a, b) => a.name.localeCompare(b.name, 'en'))
    .map(({ name, type, labels, help, aggregator = 'sum' }) => [
      code(name),
      type,
      labels.map(code).join(', '),
      type === 'gauge' ? AGGREGATION[aggregator] : '',
      help,
    ]);
  return [
    '# Metrics of the gateway',
    'Made by `tsx app/config-reference.ts` from the tables in `app/src/metrics/`. They are served at `/metrics`, in ' +
      'Prometheus’ text format, and are one for all processes of a pod: of counters and histograms the sum, of gauges as ' +
      'said here. No label is a key, a user or an address; an unknown model is `other`.',
    table(['Metric', 'Type', 'Labels', 'Of several processes', 'What it is'], rows),
  ].join('\n\n');
};

/** The pages by their path, formatted as everything else in the repository. */
export const referencePages = async (): Promise<ReadonlyMap<string, string>> => {
  const pages = [
    [resolve(FOLDER, 'configuration.md'), configurationPage()],
    [resolve(FOLDER, 'metrics.md'), metricsPage()],
  ] as const;
  const formatted = pages.map(async ([path, text]) => {
    const options = await resolveConfig(path);
    return [path, await format(text, { ...options, filepath: path })] as const;
  });
  return new Map(await Promise.all(formatted));
};

const main = async (): Promise<void> => {
  for (const [path, text] of await referencePages()) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    console.log(path);
  }
};

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
