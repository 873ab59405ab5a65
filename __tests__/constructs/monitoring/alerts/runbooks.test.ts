import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ROUTES } from '../../../../app/src/routes';
import { GATEWAY_ALERTS, renderRuleGroups, RUNBOOKS } from '../../../../constructs/monitoring/alerts';
import { readQuery } from '../../../promql';

const FOLDER = resolve(__dirname, '../../../../docs/runbooks');
const SECTIONS = ['Symptom', 'Meaning', 'First commands', 'Fix', 'Escalation'];

/** Pages of CloudMonitor's alarms, which have a section a metric; their own test is that of the alarms. */
const OF_ALARMS = ['cluster-nodes', 'nat-gateway', 'rds-mysql', 'redis'];

const page = (name: string): string => readFileSync(join(FOLDER, `${name}.md`), 'utf8');
const names = GATEWAY_ALERTS.map(({ name }) => name);

describe('The runbooks', () => {
  test('[T4] are one page an alert, and no alert is without', () => {
    const pages = readdirSync(FOLDER).map((file) => file.replace(/\.md$/, ''));
    expect(pages.sort()).toEqual([...names, ...OF_ALARMS, 'README'].sort());
  });

  test('[M3] are where each alert links to', () => {
    for (const rule of renderRuleGroups().flatMap(({ rules }) => rules)) {
      if (!('alert' in rule)) continue;
      const { runbook_url: url } = rule.annotations;
      expect(url.startsWith(`${RUNBOOKS}/`)).toBe(true);
      expect(existsSync(join(FOLDER, url.slice(RUNBOOKS.length + 1)))).toBe(true);
    }
  });

  test.each(names)('[T4] %s has its five sections, each with something in it', (name) => {
    const [title, ...sections] = page(name).split(/^## /m);
    expect(title?.trim()).toBe(`# ${name}`);
    expect(sections.map((section) => section.split('\n')[0])).toEqual(SECTIONS);
    for (const section of sections) {
      expect(section.split('\n').slice(1).join('').trim().length).toBeGreaterThan(15);
    }
  });

  test.each(names)('[T4] %s has three commands or more to begin with', (name) => {
    const [, commands = ''] = /```sh\n([\s\S]*?)```/.exec(page(name)) ?? [];
    expect(commands.trim().split('\n').length).toBeGreaterThanOrEqual(3);
  });

  test.each(names)('[T4] %s asks Prometheus for what is there', async (name) => {
    const queries = [...page(name).matchAll(/\bq '([^']+)'/g)].map(([, query]) => query ?? '');
    for (const query of queries.filter((each) => each !== 'vector(1)')) {
      const { faults } = await readQuery(query);
      expect({ query, faults }).toEqual({ query, faults: [] });
    }
  });

  test.each(names)('[T4] %s asks the gateway for routes that it has', (name) => {
    const routes = Object.values<string>(ROUTES);
    const asked = [...page(name).matchAll(/(?:\badmin '?|127\.0\.0\.1:8080)(\/[\w/-]+)/g)].map(
      ([, path]) => path ?? '',
    );
    const unknown = asked.filter((path) => !routes.some((route) => path === route || path.startsWith(`${route}/`)));
    expect(unknown).toEqual([]);
  });

  test('[T4] lead to pages that exist', () => {
    for (const file of readdirSync(FOLDER)) {
      const links = [...page(file.replace(/\.md$/, '')).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(
        ([, link]) => link ?? '',
      );
      expect({ file, broken: links.filter((link) => !existsSync(resolve(dirname(join(FOLDER, file)), link))) }).toEqual(
        {
          file,
          broken: [],
        },
      );
    }
  });

  test('[T4] are listed in the index, as the table has them', () => {
    const rows = [...page('README').matchAll(/^\| \[(\w+)\]\(\1\.md\) +\| (.+?) +\| (.+?) +\| (.+?) +\|$/gm)];
    expect(rows.map(([, name, severities, component, summary]) => ({ name, severities, component, summary }))).toEqual(
      GATEWAY_ALERTS.map(({ name, severities, component, summary }) => ({
        name,
        severities: severities.join(', '),
        component,
        summary,
      })),
    );
  });
});
