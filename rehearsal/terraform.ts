/** Terraform in the folder of one synthesized stack. */
import { join } from 'node:path';
import { runCommand } from './command';
import type { CommandOptions, CommandResult } from './command';

/** A resource of a state file. */
export interface StateResource {
  /** `alicloud_vpc.network_vpc_1A2B3C4D`, with the index of a counted one. */
  readonly address: string;
  readonly type: string;
  readonly id: string;
}

/** What a plan would do to one resource. */
export interface PlannedChange {
  readonly address: string;
  readonly actions: readonly string[];
}

export interface TerraformOptions {
  /** Path of the binary. */
  readonly binary: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Where the logs go, a file a stack. */
  readonly logs: string;
}

interface StateFile {
  readonly resources?: readonly {
    readonly mode: string;
    readonly type: string;
    readonly name: string;
    readonly instances: readonly {
      readonly index_key?: string | number;
      readonly attributes?: { readonly id?: string };
    }[];
  }[];
}

interface PlanFile {
  readonly resource_changes?: readonly {
    readonly address: string;
    readonly change: { readonly actions: readonly string[] };
  }[];
}

export class Terraform {
  constructor(
    /** The stack's name: `dev-network`. */
    readonly stack: string,
    /** The folder with its `cdk.tf.json`. */
    readonly directory: string,
    private readonly options: TerraformOptions,
  ) {}

  run(parameters: readonly string[], extra: Partial<CommandOptions> = {}): Promise<CommandResult> {
    return runCommand(this.options.binary, parameters, {
      cwd: this.directory,
      environment: this.options.environment,
      log: join(this.options.logs, `${this.stack}.log`),
      ...extra,
    });
  }

  /** @throws Error with the log's place when Terraform fails */
  async must(parameters: readonly string[], extra: Partial<CommandOptions> = {}): Promise<CommandResult> {
    const result = await this.run(parameters, extra);
    if (result.code !== 0) {
      throw new Error(
        `${this.stack}: terraform ${parameters.join(' ')} ended with ${result.code}; see ${join(this.options.logs, `${this.stack}.log`)}`,
      );
    }
    return result;
  }

  /** @returns whether it went through */
  async apply(extra: Partial<CommandOptions> = {}): Promise<boolean> {
    const { code } = await this.run(['apply', '-auto-approve', '-input=false', '-no-color'], extra);
    return code === 0;
  }

  /** What a plan would change now, drift included; empty when the cloud is as the code says. */
  async changes(parameters: readonly string[] = []): Promise<readonly PlannedChange[]> {
    const file = join(this.directory, 'rehearsal.tfplan');
    await this.must(['plan', '-input=false', '-no-color', `-out=${file}`, ...parameters]);
    const { stdout } = await this.must(['show', '-json', file]);
    const plan = JSON.parse(stdout) as PlanFile;
    return (plan.resource_changes ?? [])
      .map(({ address, change }) => ({ address, actions: change.actions }))
      .filter(({ actions }) => !actions.every((action) => action === 'no-op' || action === 'read'));
  }

  /** The managed resources that its state holds. */
  async resources(): Promise<readonly StateResource[]> {
    const { stdout } = await this.must(['state', 'pull']);
    if (stdout.trim() === '') return [];
    const state = JSON.parse(stdout) as StateFile;
    return (state.resources ?? [])
      .filter(({ mode }) => mode === 'managed')
      .flatMap(({ type, name, instances }) =>
        instances.map(({ index_key: index, attributes }) => ({
          address: `${type}.${name}${index === undefined ? '' : `[${JSON.stringify(index)}]`}`,
          type,
          id: attributes?.id ?? '',
        })),
      );
  }
}
