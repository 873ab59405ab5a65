/**
 * A folder of its own for one rehearsal, in which `cdktf` runs the project's unmodified `main.ts`: local states,
 * synthesized stacks and logs stay in it, and nothing of the project's own deployments is touched.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { runCommand } from './command';
import type { CommandOptions, CommandResult } from './command';

export const PROJECT = resolve(__dirname, '..');

/** One stack as cdktf wrote it. */
export interface SynthesizedStack {
  readonly name: string;
  /** Absolute path of the folder with its `cdk.tf.json`. */
  readonly directory: string;
  readonly dependencies: readonly string[];
  /** Whether it is deployed into a cluster. */
  readonly inKubernetes: boolean;
}

/** What is read of a stack's `cdk.tf.json`. */
interface Synthesized {
  readonly provider?: Readonly<Record<string, unknown>>;
}

interface Manifest {
  readonly stacks: Record<
    string,
    { readonly name: string; readonly workingDirectory: string; readonly dependencies: readonly string[] }
  >;
}

export class Workspace {
  readonly directory: string;
  readonly logs: string;

  private constructor(name: string) {
    this.directory = join(PROJECT, '.rehearsal', name);
    this.logs = join(this.directory, 'logs');
  }

  /** Makes it anew; what an earlier rehearsal of that name left is removed. */
  static create(name: string): Workspace {
    const workspace = new Workspace(name);
    rmSync(workspace.directory, { recursive: true, force: true });
    mkdirSync(workspace.logs, { recursive: true });
    const project = JSON.parse(readFileSync(join(PROJECT, 'cdktf.json'), 'utf8')) as Record<string, unknown>;
    const main = relative(workspace.directory, join(PROJECT, 'main.ts'));
    const config = { ...project, app: `${JSON.stringify(process.execPath)} --import tsx ${JSON.stringify(main)}` };
    writeFileSync(join(workspace.directory, 'cdktf.json'), JSON.stringify(config, null, 2));
    return workspace;
  }

  /** Runs the cdktf command as a user would. */
  cdktf(
    parameters: readonly string[],
    environment: Readonly<Record<string, string>>,
    extra: Pick<CommandOptions, 'onLine'> = {},
  ): Promise<CommandResult> {
    const bin = join(PROJECT, 'node_modules', '.bin', 'cdktf');
    return runCommand(bin, parameters, {
      cwd: this.directory,
      environment: { CDKTF_DISABLE_PLUGIN_CACHE_ENV: '1', CI: '1', FORCE_COLOR: '0', ...environment },
      log: join(this.logs, 'cdktf.log'),
      ...extra,
    });
  }

  /** The stacks of the last synth, each after those that it depends on. */
  stacks(): readonly SynthesizedStack[] {
    const file = join(this.directory, 'cdktf.out', 'manifest.json');
    const { stacks } = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
    const waiting = Object.values(stacks);
    const ordered: SynthesizedStack[] = [];
    while (waiting.length > 0) {
      const placed = new Set(ordered.map(({ name }) => name));
      const next = waiting.findIndex(({ dependencies }) => dependencies.every((name) => placed.has(name)));
      const [stack] = waiting.splice(next, 1);
      if (next < 0 || stack === undefined) throw new Error(`the stacks in ${file} depend on each other in a circle`);
      const directory = join(this.directory, 'cdktf.out', stack.workingDirectory);
      const { provider = {} } = JSON.parse(readFileSync(join(directory, 'cdk.tf.json'), 'utf8')) as Synthesized;
      const inKubernetes = 'kubernetes' in provider || 'helm' in provider;
      ordered.push({ name: stack.name, directory, dependencies: stack.dependencies, inKubernetes });
    }
    return ordered;
  }
}
