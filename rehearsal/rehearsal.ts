/**
 * One environment's unmodified stacks, deployed by cdktf, the real Terraform and the real providers to the double and to
 * a real Kubernetes, asked for an answer, planned again, changed behind its back, repaired, protected against
 * destruction, released from it and destroyed.
 */
import { DECOMMISSION_VARIABLE } from '../environments';
import type { Environment } from '../environments';
import { Deployment } from './deployment';
import type { DeploymentOptions, Outcome } from './deployment';
import { changeBehindItsBack } from './drift';
import { reconcile } from './reconciliation';
import type { Terraform } from './terraform';
import type { Toolchain } from './toolchain';
import type { Finding } from './verdict';

export class Rehearsal {
  private readonly environment: Environment;

  private constructor(private readonly deployment: Deployment) {
    this.environment = deployment.environment;
  }

  static run(
    environment: Environment,
    toolchain: Toolchain,
    options: DeploymentOptions = {},
  ): Promise<readonly Finding[]> {
    return Deployment.with(environment, toolchain, options, async (deployment) => {
      await new Rehearsal(deployment).#all();
      return deployment.findings;
    });
  }

  /** A step that fails is the last: what follows would only repeat its fault. */
  async #all(): Promise<void> {
    const { deployment } = this;
    const passed =
      (await deployment.all()) &&
      (await this.#eachStack('second plan', (stack) => this.#mustPlanNothing(stack))) &&
      (await deployment.check('all', 'cloud = states', () => this.#mustMatch())) &&
      (await this.#drift()) &&
      (await this.#protection());
    if (!passed) return;
    const { bootstrap, cluster } = deployment;
    const stacks = deployment.environmentStacks();
    const gone =
      (await deployment.synthesize({ [DECOMMISSION_VARIABLE]: this.environment.name })) &&
      (await deployment.deploy('lift protection', [bootstrap])) &&
      (await deployment.deploy('lift protection', stacks)) &&
      (await (cluster === undefined ? deployment.destroyEach() : deployment.destroy(stacks))) &&
      (await deployment.destroy([bootstrap]));
    if (!gone) return;
    await deployment.check('all', 'cloud empty', () => Promise.resolve(this.#mustBeEmpty()));
    if (cluster === undefined) return;
    await deployment.check('all', 'cluster empty', async () => {
      const left = await cluster.leftovers();
      return left.length === 0 ? [0] : [left.length, `left: ${left.join(', ')}`];
    });
  }

  async #eachStack(step: string, check: (stack: Terraform) => Promise<Outcome>): Promise<boolean> {
    let passed = true;
    for (const stack of this.deployment.stacks()) {
      passed = (await this.deployment.check(stack.stack, step, () => check(stack))) && passed;
    }
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
    const { deployment } = this;
    const held = (await Promise.all(deployment.stacks().map((stack) => stack.resources()))).flat();
    const { orphans, missing, duplicates } = reconcile(deployment.double.cloud.store, held);
    const faults = [
      ...orphans.map(({ noun, id }) => `no state knows ${noun} ${id}`),
      ...missing.map((address) => `${address} does not exist`),
      ...duplicates.map((addresses) => `${addresses.join(' and ')} hold the same thing`),
    ];
    return faults.length === 0 ? [held.length] : [held.length, faults.join('; ')];
  }

  async #drift(): Promise<boolean> {
    const { deployment } = this;
    const network = deployment.stack(`${this.environment.name}-network`);
    const changed = await changeBehindItsBack(deployment.double, this.environment.region);
    const reported = await deployment.check(network.stack, 'drift is reported', async () => {
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
      (await deployment.check(network.stack, 'drift is repaired', async () => {
        if (!(await network.apply())) return [1, 'the repair failed'];
        return this.#mustPlanNothing(network);
      }))
    );
  }

  /** Where the environment protects its data, Terraform itself must refuse to destroy it. */
  async #protection(): Promise<boolean> {
    const data = this.deployment.stack(`${this.environment.name}-data`);
    if (!this.environment.protection.data) return true;
    return this.deployment.check(data.stack, 'refuses destroy', async () => {
      const { code, stdout } = await data.run(['plan', '-destroy', '-input=false', '-no-color']);
      const held = await data.resources();
      return code !== 0 ? [held.length] : [held.length, `the destroy was planned: ${stdout.slice(-200)}`];
    });
  }

  #mustBeEmpty(): Outcome {
    const left = this.deployment.double.cloud.store.inventory();
    return left.length === 0 ? [0] : [left.length, `left: ${left.map(({ noun, id }) => `${noun} ${id}`).join(', ')}`];
  }
}
