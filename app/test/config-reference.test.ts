import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { VARIABLES } from '../src/config';
import { METRICS } from '../src/metrics';

const PROJECT = resolve(__dirname, '../..');

/** Made by a process of its own, as prettier is a module that Jest cannot load. */
const pages = (): ReadonlyMap<string, string> => {
  const code = `require('./app/config-reference.ts').referencePages().then((pages) => console.log(JSON.stringify([...pages])))`;
  const stdout = execFileSync(process.execPath, ['--require', 'tsx/cjs', '-e', code], {
    cwd: PROJECT,
    encoding: 'utf8',
  });
  const parsed: unknown = JSON.parse(stdout);
  if (!Array.isArray(parsed)) throw new Error('the pages are no list');
  return new Map(parsed.map((page: unknown) => (Array.isArray(page) ? [String(page[0]), String(page[1])] : ['', ''])));
};

describe('the reference', () => {
  const made = pages();

  test.each([...made.keys()].map((path) => [basename(path), path]))(
    '[G3] [G14] docs/gateway/%s is what the tables say; otherwise run: npx tsx app/config-reference.ts',
    (_name, path) => {
      expect(readFileSync(path, 'utf8')).toBe(made.get(path));
    },
  );

  test('[G3] [G14] names every variable and every metric', () => {
    const text = [...made.values()].join('\n');
    expect(made.size).toBe(2);
    for (const name of Object.keys(VARIABLES)) expect(text).toContain(`\`${name}\``);
    for (const { name } of Object.values(METRICS)) expect(text).toContain(`\`${name}\``);
  });
});
