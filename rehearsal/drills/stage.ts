/**
 * What a drill plays on: a double of its own with everything that a stack stands on, and the stack's own folder beside
 * it, ready to be applied. A scenario that leaves it as it was hands it on to the next.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Double } from '../cloud/double';
import { reconcile } from '../reconciliation';
import { Terraform } from '../terraform';
import type { StateResource } from '../terraform';
import type { SynthesizedStack } from '../workspace';
import { stateOverride } from '../state-backend';
import type { StateConfig } from '../state-backend';

export interface StageProps {
  /** Folder of the stage; made anew. */
  readonly directory: string;
  /** The stack under drill. */
  readonly stack: SynthesizedStack;
  /** What it stands on, in the order of their applies; the first keeps its state in a file, the others in the first. */
  readonly prerequisites: readonly SynthesizedStack[];
  readonly accountId: string;
  readonly region: string;
  /** Path of Terraform. */
  readonly terraform: string;
  /** What Terraform needs in its environment besides the way to the double. */
  readonly environment: Readonly<Record<string, string>>;
}

export class Stage {
  /** Resources of the prerequisites' states. */
  #ground: readonly StateResource[] = [];

  private constructor(
    private readonly props: StageProps,
    readonly double: Double,
  ) {}

  /** @throws Error when a prerequisite cannot be applied */
  static async raise(props: StageProps): Promise<Stage> {
    rmSync(props.directory, { recursive: true, force: true });
    mkdirSync(props.directory, { recursive: true });
    const double = await Double.start({ directory: props.directory, accountId: props.accountId });
    const stage = new Stage(props, double);
    try {
      const [first, ...others] = props.prerequisites;
      if (first !== undefined) await stage.#apply(first, [`-backend-config=path=${first.name}.tfstate`]);
      for (const stack of others) await stage.#apply(stack);
      await stage.#initialize(props.stack);
    } catch (error) {
      await stage.strike();
      throw error;
    }
    return stage;
  }

  get name(): string {
    return this.props.stack.name;
  }

  get region(): string {
    return this.props.region;
  }

  /** Terraform in the stack's folder. @param scenario names the folder of its log */
  terraform(scenario: string): Terraform {
    return this.#terraformOf(this.props.stack, this.logs(scenario));
  }

  logs(scenario: string): string {
    return join(this.props.directory, 'logs', scenario.replace(/[^A-Za-z0-9]+/g, '-'));
  }

  get directory(): string {
    return this.#directoryOf(this.props.stack);
  }

  /** Everything in the states: of what the stack stands on, and its own as it was pulled. */
  all(own: readonly StateResource[]): readonly StateResource[] {
    return [...this.#ground, ...own];
  }

  /** What does not agree between the cloud and the states; empty when each thing is held by one resource. */
  disagreements(own: readonly StateResource[]): readonly string[] {
    const { orphans, missing, duplicates } = reconcile(this.double.cloud.store, this.all(own));
    return [
      ...orphans.map(({ noun, id }) => `no state knows ${noun} ${id}`),
      ...missing.map((address) => `${address} does not exist`),
      ...duplicates.map((addresses) => `one thing is held as ${addresses.join(' and as ')}`),
    ];
  }

  /** Takes it down; its logs stay. */
  async strike(): Promise<void> {
    await this.double.snapshot();
    await this.double.stop();
  }

  async #apply(stack: SynthesizedStack, parameters: readonly string[] = []): Promise<void> {
    await this.#initialize(stack, parameters);
    const terraform = this.#terraformOf(stack, this.logs('prerequisites'));
    await terraform.must(['apply', '-auto-approve', '-input=false', '-no-color']);
    this.#ground = [...this.#ground, ...(await terraform.resources())];
  }

  async #initialize(stack: SynthesizedStack, parameters: readonly string[] = []): Promise<void> {
    const directory = this.#directoryOf(stack);
    mkdirSync(directory, { recursive: true });
    cpSync(join(stack.directory, 'cdk.tf.json'), join(directory, 'cdk.tf.json'));
    const config = JSON.parse(readFileSync(join(directory, 'cdk.tf.json'), 'utf8')) as StateConfig;
    const override = stateOverride(config, (instance) => this.double.lockEndpoint(instance));
    if (override) writeFileSync(join(directory, 'state_override.tf.json'), JSON.stringify(override, null, 2));
    const terraform = this.#terraformOf(stack, this.logs('prerequisites'));
    await terraform.must(['init', '-input=false', '-no-color', ...parameters]);
  }

  #directoryOf(stack: SynthesizedStack): string {
    return join(this.props.directory, stack.name);
  }

  #terraformOf(stack: SynthesizedStack, logs: string): Terraform {
    const { terraform: binary, environment } = this.props;
    const options = { binary, environment: { ...environment, ...this.double.environment }, logs };
    return new Terraform(stack.name, this.#directoryOf(stack), options);
  }
}
