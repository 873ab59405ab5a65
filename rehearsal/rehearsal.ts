/**
 * One environment's unmodified stacks, deployed by cdktf, the real Terraform and the real providers to the double and to
 * a real Kubernetes, asked for an answer, planned again, changed behind its back, repaired, protected against
 * destruction, released from it and destroyed.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DECOMMISSION_VARIABLE } from '../environments';
import type { Environment } from '../environments';
import { Double } from './cloud/double';
import { changeBehindItsBack } from './drift';
import { clusterFor } from './kubernetes/environment-cluster';
import type { EnvironmentCluster } from './kubernetes/environment-cluster';
import { reconcile } from './reconciliation';
import { StackClock } from './stack-clock';
import { stateOverride } from './state-backend';
import type { StateConfig } from './state-backend';
import { Terraform } from './terraform';
import type { Toolchain } from './toolchain';
import type { Finding } from './verdict';
import { Workspace } from './workspace';

/** What a step found: how many resources it was about, and what was not as it should be. */
type Outcome = readonly [resources: number, fault?: string];

export interface RehearsalOptions {
  /** File of a cluster to use in the place of a local one. @default a local one is brought up */
  readonly kubeconfig?: string | undefined;
  /** Leaves out the stacks that are deployed into a cluster, and brings none up. @default false */
  readonly cloudOnly?: boolean | undefined;
}

export class Rehearsal {
  readonly findings: Finding[] = [];

  private constructor(
    private readonly environment: Environment,
    private readonly workspace: Workspace,
    private readonly double: Double,
    private readonly cluster: EnvironmentCluster | undefined,
    private readonly toolchain: Toolchain,
  ) {}

  static async run(
    environment: Environment,
    toolchain: Toolchain,
    { kubeconfig, cloudOnly = false }: RehearsalOptions = {},
  ): Promise<readonly Finding[]> {
    const workspace = Workspace.create(environment.name);
    const cluster = cloudOnly ? undefined : await clusterFor(environment, kubeconfig);
    try {
      const double = await Double.start({
        directory: workspace.directory,
        accountId: environment.account.id,
        ...(cluster && { kubeconfig: cluster.kubeconfig, direct: cluster.direct, sites: cluster.sites }),
      });
      const rehearsal = new Rehearsal(environment, workspace, double, cluster, toolchain);
      try {
        await cluster?.serve(double);
        await rehearsal.#all();
      } finally {
        await double.snapshot();
        await double.stop();
      }
      return rehearsal.findings;
    } finally {
      await cluster?.stop();
    }
  }

  /** A step that fails is the last: what follows would only repeat its fault. */
  async #all(): Promise<void> {
    const passed =
      (await this.#synthesize()) &&
      (await this.#deploy('deploy', [this.#bootstrap])) &&
      (await this.#deploy('deploy', this.#environmentStacks())) &&
      (await this.#answer()) &&
      (await this.#eachStack('second plan', (stack) => this.#mustPlanNothing(stack))) &&
      (await this.#check('all', 'cloud = states', () => this.#mustMatch())) &&
      (await this.#drift()) &&
      (await this.#protection());
    if (!passed) return;
    const gone =
      (await this.#synthesize({ [DECOMMISSION_VARIABLE]: this.environment.name })) &&
      (await this.#deploy('lift protection', [this.#bootstrap])) &&
      (await this.#deploy('lift protection', this.#environmentStacks())) &&
      (await (this.cluster === undefined ? this.#destroyEach() : this.#destroy(this.#environmentStacks()))) &&
      (await this.#destroy([this.#bootstrap]));
    if (!gone) return;
    await this.#check('all', 'cloud empty', () => Promise.resolve(this.#mustBeEmpty()));
    const { cluster } = this;
    if (cluster === undefined) return;
    await this.#check('all', 'cluster empty', async () => {
      const left = await cluster.leftovers();
      return left.length === 0 ? [0] : [left.length, `left: ${left.join(', ')}`];
    });
  }

  /** Writes the stacks, and beside each what its state backend needs to reach the double. */
  async #synthesize(extra: Readonly<Record<string, string>> = {}): Promise<boolean> {
    return this.#check('all', 'synthesize', async () => {
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

  async #deploy(step: string, stacks: readonly string[]): Promise<boolean> {
    const clock = new StackClock(/Apply complete! Resources: (\d+) added, (\d+) changed/);
    const { code } = await this.#cdktf(['deploy', ...stacks, '--auto-approve'], clock);
    return this.#clocked(step, stacks, clock, code);
  }

  async #destroy(stacks: readonly string[]): Promise<boolean> {
    const clock = new StackClock(/Destroy complete! Resources: (\d+) destroyed/);
    const { code } = await this.#cdktf(['destroy', ...stacks, '--auto-approve'], clock);
    return this.#clocked('destroy', stacks, clock, code);
  }

  /** cdktf waits for stacks that stand on others, though they were never deployed; Terraform does not know of them. */
  async #destroyEach(): Promise<boolean> {
    for (const name of [...this.#environmentStacks()].reverse()) {
      const stack = this.#stack(name);
      const gone = await this.#check(name, 'destroy', async () => {
        const held = (await stack.resources()).length;
        const { code } = await stack.run(['destroy', '-auto-approve', '-input=false', '-no-color']);
        return code === 0 ? [held] : [held, `terraform destroy ended with ${code}; see ${this.workspace.logs}`];
      });
      if (!gone) return false;
    }
    return true;
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

  async #eachStack(step: string, check: (stack: Terraform) => Promise<Outcome>): Promise<boolean> {
    let passed = true;
    for (const stack of this.#stacks()) passed = (await this.#check(stack.stack, step, () => check(stack))) && passed;
    return passed;
  }

  async #mustPlanNothing(stack: Terraform): Promise<Outcome> {
    const changes = await stack.changes();
    const resources = await stack.resources();
    if (changes.length === 0) return [resources.length];
    return [
      resources.length,
      `it would change ${changes.map(({ address, actions }) => `${address} (${actions.join('/')})`).join(', ')}`,
    ];
  }

  /** Nothing exists that no state knows, and nothing is known that does not exist. */
  async #mustMatch(): Promise<Outcome> {
    const held = (await Promise.all(this.#stacks().map((stack) => stack.resources()))).flat();
    const { orphans, missing, duplicates } = reconcile(this.double.cloud.store, held);
    const faults = [
      ...orphans.map(({ noun, id }) => `no state knows ${noun} ${id}`),
      ...missing.map((address) => `${address} does not exist`),
      ...duplicates.map((addresses) => `${addresses.join(' and ')} hold the same thing`),
    ];
    return faults.length === 0 ? [held.length] : [held.length, faults.join('; ')];
  }

  async #drift(): Promise<boolean> {
    const network = this.#stack(`${this.environment.name}-network`);
    const changed = await changeBehindItsBack(this.double, this.environment.region);
    const reported = await this.#check(network.stack, 'drift is reported', async () => {
      const changes = await network.changes();
      const [only] = changes;
      if (changes.length === 1 && only?.address.startsWith(`${changed.type}.`)) return [1];
      return [
        changes.length,
        `changed ${changed.type} ${changed.id}, and the plan names ${changes.map(({ address }) => address).join(', ') || 'nothing'}`,
      ];
    });
    return (
      reported &&
      (await this.#check(network.stack, 'drift is repaired', async () => {
        if (!(await network.apply())) return [1, 'the repair failed'];
        return this.#mustPlanNothing(network);
      }))
    );
  }

  /** Where the environment protects its data, Terraform itself must refuse to destroy it. */
  async #protection(): Promise<boolean> {
    const data = this.#stack(`${this.environment.name}-data`);
    if (!this.environment.protection.data) return true;
    return this.#check(data.stack, 'refuses destroy', async () => {
      const { code, stdout } = await data.run(['plan', '-destroy', '-input=false', '-no-color']);
      const held = await data.resources();
      return code !== 0 ? [held.length] : [held.length, `the destroy was planned: ${stdout.slice(-200)}`];
    });
  }

  /** Pods that run and do not answer are no deployment. */
  async #answer(): Promise<boolean> {
    const { cluster } = this;
    if (cluster === undefined) return true;
    return this.#check(`${this.environment.name}-gateway`, 'pods answer', async () => {
      const fault = await cluster.ask();
      return fault === undefined ? [1] : [1, fault];
    });
  }

  #mustBeEmpty(): Outcome {
    const left = this.double.cloud.store.inventory();
    return left.length === 0 ? [0] : [left.length, `left: ${left.map(({ noun, id }) => `${noun} ${id}`).join(', ')}`];
  }

  async #check(stack: string, step: string, work: () => Promise<Outcome>): Promise<boolean> {
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

  get #bootstrap(): string {
    return `bootstrap-${this.environment.name}`;
  }

  /** The environment's stacks but its bootstrap; without a cluster those that need none. */
  #environmentStacks(): readonly string[] {
    return this.workspace
      .stacks()
      .filter(
        ({ name, inKubernetes }) =>
          name.startsWith(`${this.environment.name}-`) && !(inKubernetes && this.cluster === undefined),
      )
      .map(({ name }) => name);
  }

  #stacks(): readonly Terraform[] {
    const played = [this.#bootstrap, ...this.#environmentStacks()];
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

  #stack(name: string): Terraform {
    const found = this.#stacks().find(({ stack }) => stack === name);
    if (found === undefined) throw new Error(`there is no stack ${name}`);
    return found;
  }
}
