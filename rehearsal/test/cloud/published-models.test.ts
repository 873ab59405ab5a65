/**
 * Holds the double to the vendor's own word: what a published model calls required, the double refuses when absent.
 * The word stands in the comments of the packages' type declarations; the running code does not carry it.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { ModelledAction } from '../../cloud/product';
import { products } from '../../cloud/products';

const PACKAGES = resolve(dirname(require.resolve('@alicloud/vpc20160428/package.json')), '..');

/** What the vendor calls required and the double lets pass, each with the reason. */
const EXCEPTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'Sls.CreateProject': { description: 'the provider creates a project without one, and the service takes it' },
  'Sls.UpdateProject': { description: 'an empty one takes it away' },
  'Sls.UpdateLogStore': { logstoreName: 'the path names the log store' },
};

/** Path without extension of each file that declares models, by the lower-case name of its model. */
const MODEL_FILES: readonly (readonly [model: string, file: string])[] = readdirSync(PACKAGES)
  .filter((folder) => /\d{8}$/.test(folder))
  .flatMap((folder) => {
    const models = join(PACKAGES, folder, 'dist', 'models');
    // An older package has all of its models in one file.
    const client = join(PACKAGES, folder, 'dist', 'client');
    return existsSync(models)
      ? readdirSync(models)
          .filter((file) => file.endsWith('.d.ts'))
          .map((file) => [basename(file, '.d.ts').toLowerCase(), join(models, basename(file, '.d.ts'))] as const)
      : classesOf(client).map((name) => [name.toLowerCase(), client] as const);
  });

function classesOf(file: string): string[] {
  return [...readFileSync(`${file}.d.ts`, 'utf8').matchAll(/export declare class (\w+)/g)].map(([, name = '']) => name);
}

interface PublishedModel {
  readonly name: string;
  /** Path of its declarations, without extension. */
  readonly file: string;
}

/** The published class which the model is, or descends from. */
function publishedModelOf(model: object): PublishedModel | undefined {
  for (let candidate: unknown = model; typeof candidate === 'function'; candidate = Object.getPrototypeOf(candidate)) {
    const { name } = candidate;
    for (const [own, file] of MODEL_FILES) {
      if (own !== name.toLowerCase()) continue;
      const exported = jest.requireActual<Readonly<Record<string, unknown>>>(`${file}.js`);
      if (exported[name] === candidate) return { name, file };
    }
  }
  return undefined;
}

/** The properties of that class whose comment says so. */
function requiredBy({ name, file }: PublishedModel): string[] {
  const declarations = readFileSync(`${file}.d.ts`, 'utf8');
  const start = declarations.indexOf(`export declare class ${name} `);
  const end = declarations.indexOf('static names()', start);
  const property = /\/\*\*((?:(?!\*\/)[^])*)\*\/\s*(\w+)\??:/g;
  return [...declarations.slice(start, end).matchAll(property)]
    .filter(([, comment = '']) => comment.includes('This parameter is required.'))
    .map(([, , field = '']) => field);
}

interface Compared {
  readonly name: string;
  readonly action: ModelledAction;
  readonly required: readonly string[];
}

const compared: Compared[] = products.flatMap((product) =>
  (product.actions ?? []).flatMap((action) => {
    const found = publishedModelOf(action.requestModel);
    if (found === undefined) return [];
    return [{ name: `${product.name}.${action.name}`, action, required: requiredBy(found) }];
  }),
);

describe('the published models', () => {
  test('[L3] are found and read: those of most actions, and what they call required', () => {
    const known = Object.fromEntries(compared.map(({ name, required }) => [name, [...required].sort()]));
    expect(compared.length).toBeGreaterThan(200);
    expect(known['Vpc.CreateVSwitch']).toEqual(['vpcId', 'zoneId']);
    expect(known['Ram.CreateRole']).toEqual([]);
    expect(compared.filter(({ required }) => required.length > 0).length).toBeGreaterThan(50);
  });

  test.each(compared)(
    '[L3] $name refuses to do without what its model calls required',
    ({ name, action, required }) => {
      const excused = EXCEPTIONS[name] ?? {};
      expect(required.filter((field) => !action.required.includes(field) && excused[field] === undefined)).toEqual([]);
    },
  );

  test('[L3] have no exception that is none', () => {
    const needless = Object.entries(EXCEPTIONS).flatMap(([name, fields]) => {
      const own = compared.find((candidate) => candidate.name === name);
      return Object.keys(fields)
        .filter((field) => !own?.required.includes(field) || own.action.required.includes(field))
        .map((field) => `${name} ${field}`);
    });
    expect(needless).toEqual([]);
  });
});
