import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT, Workspace } from '../../workspace';

const NAME = 'workspace-test';

let workspace: Workspace;

beforeEach(() => {
  workspace = Workspace.create(NAME);
});

afterEach(() => {
  rmSync(workspace.directory, { recursive: true, force: true });
});

/** Writes what a synth writes: these stacks and what they depend on, each with the providers that it names. */
function synthesized(
  stacks: Readonly<Record<string, readonly string[]>>,
  providers: Readonly<Record<string, readonly string[]>> = {},
): void {
  const directory = join(workspace.directory, 'cdktf.out');
  for (const name of Object.keys(stacks)) {
    const provider = Object.fromEntries((providers[name] ?? ['alicloud']).map((each) => [each, [{}]]));
    mkdirSync(join(directory, 'stacks', name), { recursive: true });
    writeFileSync(join(directory, 'stacks', name, 'cdk.tf.json'), JSON.stringify({ provider }));
  }
  const entries = Object.entries(stacks).map(([name, dependencies]): [string, unknown] => [
    name,
    { name, workingDirectory: `stacks/${name}`, dependencies },
  ]);
  writeFileSync(join(directory, 'manifest.json'), JSON.stringify({ stacks: Object.fromEntries(entries) }));
}

describe('a workspace', () => {
  test("[L3] runs the project's own main.ts with the project's own settings, from a folder of its own", () => {
    const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    const project = read(join(PROJECT, 'cdktf.json'));
    expect(workspace.directory).toBe(join(PROJECT, '.rehearsal', NAME));
    const own: Record<string, unknown> = read(join(workspace.directory, 'cdktf.json'));
    // The path of Node may hold blanks, and a shell reads this.
    const app = `"${process.execPath}" --import tsx "../../main.ts"`;
    expect(own).toEqual({ ...project, app });
    expect(existsSync(join(workspace.directory, '..', '..', 'main.ts'))).toBe(true);
  });

  test('[L3] begins without anything that an earlier rehearsal of its name left', () => {
    const state = join(workspace.directory, 'terraform.dev-network.tfstate');
    writeFileSync(state, '{}');
    Workspace.create(NAME);
    expect([existsSync(state), existsSync(workspace.logs)]).toEqual([false, true]);
  });

  test('[L3] gives its stacks each after those that it depends on', () => {
    synthesized({
      'dev-data': ['dev-foundation', 'dev-network'],
      'dev-network': ['dev-foundation'],
      'dev-foundation': [],
    });
    expect(workspace.stacks()).toEqual(
      [
        ['dev-foundation', []],
        ['dev-network', ['dev-foundation']],
        ['dev-data', ['dev-foundation', 'dev-network']],
      ].map(([name, dependencies]) => ({
        name,
        directory: join(workspace.directory, 'cdktf.out', 'stacks', String(name)),
        dependencies,
        inKubernetes: false,
      })),
    );
  });

  test('[L3] knows the stacks that are deployed into a cluster by their providers', () => {
    synthesized(
      { 'dev-cluster': [], 'dev-platform': ['dev-cluster'], 'dev-rules': ['dev-cluster'] },
      { 'dev-platform': ['alicloud', 'helm', 'kubernetes'], 'dev-rules': ['helm'] },
    );
    const stacks = workspace.stacks().map(({ name, inKubernetes }) => [name, inKubernetes]);
    expect(Object.fromEntries(stacks)).toEqual({ 'dev-cluster': false, 'dev-platform': true, 'dev-rules': true });
  });

  test('[L3] refuses stacks that depend on each other in a circle', () => {
    synthesized({ a: ['b'], b: ['a'], c: [] });
    expect(() => workspace.stacks()).toThrow('depend on each other in a circle');
  });
});
