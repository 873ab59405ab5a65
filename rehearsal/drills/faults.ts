/**
 * Faults of the API at a changing action: throttling, a failing server, a late answer, an answer that is lost after the
 * work was done, and a thing that stays `Creating`. The next apply has to come to the same end as an undisturbed one.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FaultType } from '../cloud/faults';
import type { Terraform } from '../terraform';
import { describeStray, place } from './adoption';
import type { ChangingAction, Course } from './course';
import type { LossForm } from './known-losses';
import { judge, knownLoss } from './known-losses';
import { findStrays, importOne, plannedCreations, removeAll } from './recovery';
import type { Scenario } from './scenario';
import { conclude } from './scenario';
import type { Seeded } from './seeded';
import type { Stage } from './stage';
import type { Attempt } from './steps';
import { apply } from './steps';

/** Actions of a stack that each fault is planted at; a lost answer, which can make duplicates, at every one. */
const PLACES: Readonly<Record<FaultType, number>> = {
  throttle: 3,
  'server-error': 3,
  latency: 2,
  drop: Number.POSITIVE_INFINITY,
};

/** How late a late answer is: longer than any SDK's first retry, in ms. */
const LATE_MS = 5000;

/**
 * How long the provider waits for something that stays `Creating`, in place of its five to ten minutes: said in an
 * override beside the configuration, as a resource's `timeouts`, and taken away before the second apply.
 */
const PATIENCE = '25s';

export function faults(course: Course, chance: Seeded): readonly Scenario[] {
  const types = Object.keys(PLACES) as FaultType[];
  return [
    ...types.flatMap((type) =>
      chance.sample(course.actions, PLACES[type]).map((place) => planted(type, place, chance)),
    ),
    ...[...course.made].filter(([noun]) => PROVISIONED.has(noun)).map(([noun, type]) => stuck(noun, type)),
  ];
}

/** What is not there at once, by the double's nouns. */
const PROVISIONED: ReadonlySet<string> = new Set([
  'VPC',
  'vSwitch',
  'NAT gateway',
  'SNAT entry',
  'EIP association',
  'flow log',
  'RDS instance',
  'RDS account',
  'RDS database',
  'Redis instance',
  'cluster',
  'node pool',
]);

function planted(type: FaultType, { action, times, done }: ChangingAction, chance: Seeded): Scenario {
  const after = done[chance.below(done.length)] ?? 0;
  return {
    name: `${type} ${action}${times > 1 ? ` (${after + 1} of ${times})` : ''}`,
    play: async (stage, terraform) => {
      const { faults: api } = stage.double.cloud;
      const before = api.struck().length;
      api.plant({ type, action, after, delayMs: LATE_MS });
      const first = await apply(terraform);
      const struck = api.struck().length > before;
      const remarks = [`first apply ${first.passed ? 'passed' : 'failed'}`];
      if (!struck) return { resources: 0, faults: [`the fault never struck ${action}`], remarks };
      const second = await apply(terraform);
      return conclude(stage, terraform, { ...(await assess(stage, terraform, type, action, second)), remarks });
    },
  };
}

/** Whether the second apply recovered what was lost; where it is known not to, what does is run. */
async function assess(
  stage: Stage,
  terraform: Terraform,
  type: FaultType,
  action: string,
  second: Attempt,
): Promise<{ readonly faults: readonly string[]; readonly losses?: readonly string[] }> {
  const strays = await findStrays(stage, terraform);
  const form: LossForm | undefined = !second.passed ? 'refused' : strays.length > 0 ? 'duplicate' : undefined;
  const detail = [...second.errors, ...strays.map((stray) => describeStray(stray, undefined))].join('; ');
  // Only a lost answer leaves something behind: of any other fault the provider has to recover.
  const fault = type === 'drop' ? judge(action, form, detail) : form && `${form}: ${detail}`;
  if (fault !== undefined) return { faults: [fault] };
  const known = knownLoss(action);
  if (form === undefined || known === undefined) return { faults: [] };

  const commands = form === 'duplicate' ? await removeAll(stage, strays) : await importStrays(stage, terraform);
  const third = await apply(terraform);
  return {
    faults: third.passed ? [] : [`the apply after the recovery failed: ${third.errors.join(', ')}`],
    losses: [`${known.resource} (${action}): ${form}; ${known.reason}`, ...commands.map((command) => `  ${command}`)],
  };
}

async function importStrays(stage: Stage, terraform: Terraform): Promise<readonly string[]> {
  const { adoptions, homeless } = place(await findStrays(stage, terraform), await plannedCreations(terraform));
  for (const adoption of adoptions) await importOne(terraform, adoption);
  const removed = await removeAll(stage, homeless);
  return [...adoptions.map(({ stray, address }) => describeStray(stray, address)), ...removed];
}

function stuck(noun: string, type: string): Scenario {
  return {
    name: `stays Creating: ${noun}`,
    play: async (stage, terraform) => {
      const { cloud } = stage.double;
      cloud.faults.stick(noun);
      const restore = shortenPatience(stage.directory, type);
      const first = await apply(terraform);
      const waiting = cloud.store.snapshot()[noun]?.filter(({ readyAt }) => readyAt === Number.POSITIVE_INFINITY);
      cloud.faults.unstick(noun);
      restore();
      const remarks = [`first apply ${first.passed ? 'passed' : 'failed'}`];
      if (waiting === undefined || waiting.length === 0) {
        return { resources: 0, faults: [`no ${noun} stayed Creating`], remarks };
      }
      const second = await apply(terraform);
      const failed = second.passed ? [] : [`the second apply failed: ${second.errors.join(', ')}`];
      return conclude(stage, terraform, { faults: failed, remarks });
    },
  };
}

/** @returns what takes the override away again */
function shortenPatience(directory: string, type: string): () => void {
  const config = JSON.parse(readFileSync(join(directory, 'cdk.tf.json'), 'utf8')) as {
    readonly resource: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  };
  const names = Object.keys(config.resource[type] ?? {});
  const short = Object.fromEntries(names.map((name) => [name, { timeouts: { create: PATIENCE } }]));
  const file = join(directory, 'drill_override.tf.json');
  writeFileSync(file, JSON.stringify({ resource: { [type]: short } }, null, 2));
  return () => {
    rmSync(file, { force: true });
  };
}
