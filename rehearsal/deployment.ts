/**
 * One environment's unmodified stacks in a folder of their own, deployed by cdktf, the real Terraform and the real
 * providers to the double and to a real Kubernetes. What is done with it, and what was found, is noted as it happens.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../environments';
import { Double } from './cloud/double';
import { clusterFor } from './kubernetes/environment-cluster';
import type { EnvironmentCluster } from './kubernetes/environment-cluster';
import { StackClock } from './stack-clock';
import { stateOverride } from './state-backend';
import type { StateConfig } from './state-backend';
import { Terraform } from './terraform';
import type { Toolchain } from './toolchain';
import type { Finding } from './verdict';
import { Workspace } from './workspace';

/** What a step found: how many resources it was about, and what was not as it should be. */
export type Outcome = readonly [resources: number, fault?: string];

export interface DeploymentOptions {
  /** File of a cluster to use in the place of a local one. @default a local one is brought up */
  readonly kubeconfig?: string | undefined;
  /** Leaves out the stacks that are deployed into a cluster, and brings none up. @default false */
  readonly cloudOnly?: boolean | undefined;
  /** Name of its folder. @default the environment's */
  readonly folder?: string;
}

export class Deployment {
  readonly findings: Finding[] = [];

  private constructor(
    readonly environment: Environment,
    readonly workspace: Workspace,
    readonly double: Double,
    /** Undefined where there is none, by the options. */
    readonly cluster: EnvironmentCluster | undefined,
    private readonly toolchain: Toolchain,
  ) {}

  /** Makes the places to deploy to, and removes them after the work, whatever becomes of it. */
  static async with<T>(
    environment: Environment,
    toolchain: Toolchain,
    { kubeconfig, cloudOnly = false, folder = environment.name }: DeploymentOptions,
    work: (deployment: Deployment) => Promise<T>,
  ): Promise<T> {
    const workspace = Workspace.create(folder);
    const cluster = cloudOnly ? undefined : await clusterFor(environment, kubeconfig);
    try {
      const double = await Double.start({
        directory: workspace.directory,
        accountId: environment.account.id,
        ...(cluster && { kubeconfig: cluster.kubeconfig, direct: cluster.direct, sites: cluster.sites }),
      });
      try {
        await cluster?.serve(double);
        return await work(new Deployment(environment, workspace, double, cluster, toolchain));
      } finally {
        await double.snapshot();
        await double.stop();
      }
    } finally {
      await cluster?.stop();
    }
  }

  /** Synthesizes the stacks, deploys every one, and asks the gateway for an answer. @returns whether all of it passed */
  async all(): Promise<boolean> {
    return (
      (await this.synthesize()) &&
      (await this.deploy('deploy', [this.bootstrap])) &&
      (await this.deploy('deploy', this.environmentStacks())) &&
      (await this.#answer())
    );
  }

  /** Writes the stacks, and beside each what its state backend needs to reach the double. */
  async synthesize(extra: Readonly<Record<string, string>> = {}): Promise<boolean> {
    return this.check('all', 'synthesize', async () => {
      const { code } = await this.workspace.cdktf(['synth', '--no-color'], { ...this.#variables(), ...extra });
      if (code !== 0) return [0, `cdktf synth ended with ${code}; see ${this.workspace.logs}/cdktf.log`];
      for (const { directory } of this.workspace.stacks()) {
        const config = JSON.parse(readFileSync(join(directory, 'cdk.tf.json'), 'utf8')) as StateConfig;
        const override = stateOverride(config, (instance) => this.double.lockEndpoint(instance));
        if (override) writeFileSync(join(directory, 'state_override.tf.json'), JSON.stringify(override, null, 2));
      }
      return [0];
    });
  }

  async deploy(step: string, stacks: readonly string[]): Promise<boolean> {
    const clock = new StackClock(/Apply complete! Resources: (\d+) added, (\d+) changed/);
    const { code } = await this.#cdktf(['deploy', ...stacks, '--auto-approve'], clock);
    return this.#clocked(step, stacks, clock, code);
  }

  async destroy(stacks: readonly string[]): Promise<boolean> {
    const clock = new StackClock(/Destroy complete! Resources: (\d+) destroyed/);
    const { code } = await this.#cdktf(['destroy', ...stacks, '--auto-approve'], clock);
    return this.#clocked('destroy', stacks, clock, code);
  }

  /** cdktf waits for stacks that stand on others, though they were never deployed; Terraform does not know of them. */
  async destroyEach(): Promise<boolean> {
    for (const name of [...this.environmentStacks()].reverse()) {
      const stack = this.stack(name);
      const gone = await this.check(name, 'destroy', async () => {
        const held = (await stack.resources()).length;
        const { code } = await stack.run(['destroy', '-auto-approve', '-input=false', '-no-color']);
        return code === 0 ? [held] : [held, `terraform destroy ended with ${code}; see ${this.workspace.logs}`];
      });
      if (!gone) return false;
    }
    return true;
  }

  /** Does it, takes the time, and notes what was found. @returns whether nothing was wrong */
  async check(stack: string, step: string, work: () => Promise<Outcome>): Promise<boolean> {
    const started = Date.now();
    const [resources, fault] = await work().catch((error: unknown): Outcome => [
      0,
      error instanceof Error ? error.message : String(error),
    ]);
    this.#found({
      stack,
      step,
      resources,
      seconds: (Date.now() - started) / 1000,
      ...(fault !== undefined && { fault }),
    });
    return fault === undefined;
  }

  get bootstrap(): string {
    return `bootstrap-${this.environment.name}`;
  }

  /** The environment's stacks but its bootstrap; without a cluster those that need none. */
  environmentStacks(): readonly string[] {
    return this.workspace
      .stacks()
      .filter(
        ({ name, inKubernetes }) =>
          name.startsWith(`${this.environment.name}-`) && !(inKubernetes && this.cluster === undefined),
      )
      .map(({ name }) => name);
  }

  /** Terraform in the folder of each of them, the bootstrap's first. */
  stacks(): readonly Terraform[] {
    const played = [this.bootstrap, ...this.environmentStacks()];
    return this.workspace
      .stacks()
      .filter(({ name }) => played.includes(name))
      .map(
        ({ name, directory }) =>
          new Terraform(name, directory, {
            binary: this.toolchain.terraform,
            environment: this.#variables(),
            logs: this.workspace.logs,
          }),
      );
  }

  stack(name: string): Terraform {
    const found = this.stacks().find(({ stack }) => stack === name);
    if (found === undefined) throw new Error(`there is no stack ${name}`);
    return found;
  }

  /** Pods that run and do not answer are no deployment. */
  async #answer(): Promise<boolean> {
    const { cluster } = this;
    if (cluster === undefined) return true;
    return this.check(`${this.environment.name}-gateway`, 'pods answer', async () => {
      const fault = await cluster.ask();
      return fault === undefined ? [1] : [1, fault];
    });
  }

  #cdktf(parameters: readonly string[], clock: StackClock): Promise<{ code: number }> {
    // The mirror has no registry's signatures to lock; a deployment from the registry locks as usual.
    const all = [...parameters, '--skip-synth', '--skip-provider-lock', '--no-color'];
    const onLine = (line: string): void => {
      clock.read(line);
    };
    return this.workspace.cdktf(all, this.#variables(), { onLine });
  }

  #clocked(step: string, stacks: readonly string[], clock: StackClock, code: number): boolean {
    for (const { stack, resources, seconds } of clock.finished()) this.#found({ stack, step, resources, seconds });
    const unfinished = stacks.filter((name) => !clock.finished().some(({ stack }) => stack === name));
    if (code !== 0 || unfinished.length > 0) {
      const names = unfinished.length === 0 ? '' : `, unfinished: ${unfinished.join(', ')}`;
      const fault = `cdktf ended with ${code}${names}; see ${this.workspace.logs}/cdktf.log`;
      this.#found({ stack: 'all', step, resources: 0, seconds: 0, fault });
    }
    return code === 0 && unfinished.length === 0;
  }

  #found(finding: Finding): void {
    this.findings.push(finding);
    const { stack, step, resources, seconds, fault } = finding;
    console.log(`${stack}: ${step}: ${fault ?? `${resources} resources, ${seconds.toFixed(0)} s`}`);
  }

  #variables(): Record<string, string> {
    // Whoever deploys knows the robots' addresses; here they are made up.
    const webhooks = this.environment.alarms.contacts.flatMap(({ dingTalkWebhookVariable: variable }) =>
      variable === undefined ? [] : [[`TF_VAR_${variable}`, 'https://robot.example/rehearsal'] as const],
    );
    return {
      ...this.toolchain.environment,
      ...this.double.environment,
      ...Object.fromEntries(webhooks),
      TERRAFORM_BINARY_NAME: this.toolchain.terraform,
      // A value that is missing is a fault, not a question to nobody.
      TF_INPUT: '0',
    };
  }
}
