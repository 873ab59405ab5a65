/** Plays every scenario of a stack: first the undisturbed apply, from whose course the others take their places. */
import { join } from 'node:path';
import type { Environment } from '../../environments';
import type { Toolchain } from '../toolchain';
import type { Finding } from '../verdict';
import type { SynthesizedStack, Workspace } from '../workspace';
import type { Course } from './course';
import { courseOf } from './course';
import { faults } from './faults';
import { interrupts } from './interrupts';
import { kills } from './kill';
import type { DrillName, Options } from './options';
import type { Outcome, Scenario } from './scenario';
import { conclude } from './scenario';
import { Seeded } from './seeded';
import { Stage } from './stage';
import { apply } from './steps';

const SCENARIOS: Readonly<Record<DrillName, (course: Course, chance: Seeded) => readonly Scenario[]>> = {
  faults,
  interrupts,
  kill: kills,
};

export interface DrillProps {
  readonly environment: Environment;
  readonly options: Options;
  readonly workspace: Workspace;
  readonly toolchain: Toolchain;
}

export interface DrillReport {
  readonly findings: readonly Finding[];
  /** Lines on what Terraform could not recover by itself, and on what did. */
  readonly losses: readonly string[];
}

export class Drill {
  readonly #findings: Finding[] = [];
  readonly #losses: string[] = [];
  readonly #free: Stage[] = [];
  #raised = 0;

  private constructor(
    private readonly props: DrillProps,
    private readonly stack: SynthesizedStack,
  ) {}

  /** @param stack its whole name: `dev-network` */
  static async run(props: DrillProps, stack: string): Promise<DrillReport> {
    const found = props.workspace.stacks().find(({ name }) => name === stack);
    if (found === undefined) throw new Error(`there is no stack ${stack}`);
    const drill = new Drill(props, found);
    await drill.#all();
    return { findings: drill.#findings, losses: drill.#losses };
  }

  async #all(): Promise<void> {
    try {
      const course = await this.#undisturbed();
      if (course === undefined) return;
      const { drills, seed, workers, only = '' } = this.props.options;
      const waiting = drills
        .flatMap((name) => SCENARIOS[name](course, new Seeded(seed, this.stack.name, name)))
        .filter(({ name }) => name.includes(only));
      const work = async (): Promise<void> => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await this.#play(next);
      };
      await Promise.all(Array.from({ length: workers }, work));
    } finally {
      for (const stage of this.#free) await stage.strike();
    }
  }

  async #undisturbed(): Promise<Course | undefined> {
    let course: Course | undefined;
    await this.#play({
      name: 'undisturbed',
      play: async (stage, terraform) => {
        const { recorder, cloud } = stage.double.router;
        const before = new Set(cloud.store.inventory().map(({ noun }) => noun));
        const from = recorder.calls.length;
        const { passed, errors } = await apply(terraform);
        const made = cloud.store.inventory().filter(({ noun }) => !before.has(noun));
        const calls = recorder.calls.slice(from);
        const outcome = await conclude(stage, terraform, {
          faults: passed ? [] : [`the apply failed: ${errors.join(', ')}`],
          remarks: [],
        });
        const types = made.flatMap(({ noun, terraform: names }) => (names ? [[noun, names.type] as const] : []));
        course = courseOf(calls, new Map(types));
        return outcome;
      },
    });
    return this.#findings.every(({ fault }) => fault === undefined) ? course : undefined;
  }

  async #play(scenario: Scenario): Promise<void> {
    const started = Date.now();
    const outcome = await this.#onStage(scenario);
    const { resources, remarks, losses = [] } = outcome;
    const known = losses.length > 0 ? ['known loss'] : [];
    const said = [...remarks, ...known].join(', ');
    const finding: Finding = {
      stack: this.stack.name,
      step: `${scenario.name}${said && ` (${said})`}`,
      resources,
      seconds: (Date.now() - started) / 1000,
      ...(outcome.faults.length > 0 && { fault: outcome.faults.join('; ') }),
    };
    this.#findings.push(finding);
    this.#losses.push(...losses);
    console.log(`${finding.stack}: ${finding.step}: ${finding.fault ?? 'passed'} (${finding.seconds.toFixed(0)} s)`);
  }

  /** A stage that a scenario left as it was serves the next; one that failed is taken down with what it holds. */
  async #onStage(scenario: Scenario): Promise<Outcome> {
    let stage: Stage | undefined;
    try {
      stage = this.#free.pop() ?? (await this.#raise());
      const outcome = await scenario.play(stage, stage.terraform(scenario.name));
      if (outcome.faults.length === 0) {
        this.#free.push(stage);
        stage = undefined;
      }
      return outcome;
    } catch (error) {
      return { resources: 0, faults: [error instanceof Error ? error.message : String(error)], remarks: [] };
    } finally {
      await stage?.strike();
    }
  }

  #raise(): Promise<Stage> {
    const { environment, workspace, toolchain } = this.props;
    this.#raised += 1;
    return Stage.raise({
      directory: join(workspace.directory, `${this.stack.name}-${this.#raised}`),
      stack: this.stack,
      prerequisites: [...this.#named(`bootstrap-${environment.name}`), ...this.#standsOn(this.stack)],
      accountId: environment.account.id,
      region: environment.region,
      terraform: toolchain.terraform,
      environment: { ...toolchain.environment, ...madeUp(environment) },
    });
  }

  #named(name: string): readonly SynthesizedStack[] {
    return this.props.workspace.stacks().filter((stack) => stack.name === name);
  }

  /** Everything below a stack, in the order of its applies. */
  #standsOn(stack: SynthesizedStack): readonly SynthesizedStack[] {
    const all = this.props.workspace.stacks();
    const needed = new Set(stack.dependencies);
    for (const each of [...all].reverse())
      if (needed.has(each.name)) each.dependencies.forEach((name) => needed.add(name));
    return all.filter(({ name }) => needed.has(name));
  }
}

/** Variables that only whoever deploys knows, made up: the addresses of the robots that are told of alarms. */
const madeUp = ({ alarms }: Environment): Record<string, string> =>
  Object.fromEntries(
    alarms.contacts.flatMap(({ dingTalkWebhookVariable: variable }) =>
      variable === undefined ? [] : [[`TF_VAR_${variable}`, 'https://robot.example/drill'] as const],
    ),
  );
