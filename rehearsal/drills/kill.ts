/**
 * kill -9 to Terraform and its providers, which no program survives in order: what was made and not yet written to the
 * state is an orphan. Each is named with the commands that bring it in or away, and the drill runs them.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Terraform } from '../terraform';
import type { Adoption, Stray } from './adoption';
import { describeStray, place } from './adoption';
import type { Course } from './course';
import { isChange } from './course';
import { REMOVED_AFTER_A_KILL } from './known-losses';
import { moments } from './moments';
import { killTree } from '../processes';
import { findStrays, importAll, importOne, isFree, plannedCreations, releaseLock, removeAll } from './recovery';
import type { Scenario } from './scenario';
import { conclude } from './scenario';
import type { Seeded } from './seeded';
import type { Stage } from './stage';
import { apply, applyDisturbed } from './steps';

/** How many moments of an apply are killed. */
const MOMENTS = 5;

/** How many orphans are brought in one by one by the named command, and how many are removed by it, to prove both. */
const SAMPLE = { imported: 2, removed: 1 } as const;

export function kills(course: Course, chance: Seeded): readonly Scenario[] {
  // The last change may be struck, too: how often a state is polled does not count here.
  return moments(MOMENTS, course.changes, chance, 1).map((at) => killedAt(at, course, chance));
}

function killedAt(at: number, { changes }: Course, chance: Seeded): Scenario {
  const scenario = `kill -9 at change ${at} of ${changes}`;
  return {
    name: scenario,
    play: async (stage, terraform) => {
      const first = await applyDisturbed(stage, terraform, { counts: isChange, at, strike: killTree });
      if (!first.struck) {
        return { resources: 0, faults: [`the apply was over before change ${at}; nothing was killed`], remarks: [] };
      }
      const locked = await releaseLock(terraform);
      const { remarks, faults } = await recover(stage, terraform, scenario, chance.of(scenario));
      return conclude(stage, terraform, {
        faults,
        remarks: [locked ? 'lock released' : 'no lock left', ...remarks],
      });
    },
  };
}

async function recover(
  stage: Stage,
  terraform: Terraform,
  scenario: string,
  chance: Seeded,
): Promise<{ readonly remarks: readonly string[]; readonly faults: readonly string[] }> {
  const strays = await findStrays(stage, terraform);
  const importable = strays.filter(({ type }) => !REMOVED_AFTER_A_KILL.has(type));
  const { adoptions, homeless } = place(importable, await plannedCreations(terraform));
  const unwanted = [...strays.filter((stray) => !importable.includes(stray)), ...homeless];
  name(stage, scenario, strays, adoptions);

  const removable = chance.sample(
    adoptions.filter(({ stray }) => stray.removal !== undefined && isFree(stage, stray)),
    SAMPLE.removed,
  );
  await removeAll(stage, [...removable.map(({ stray }) => stray), ...unwanted]);
  // Something that is removed takes along what is part of it: a security group its rules.
  const left = new Set((await findStrays(stage, terraform)).map(({ noun, id }) => `${noun} ${id}`));
  const kept = adoptions.filter(({ stray }) => left.has(`${stray.noun} ${stray.id}`));
  const imported = chance.sample(kept, SAMPLE.imported);
  for (const adoption of imported) await importOne(terraform, adoption);
  const takeAway = importAll(
    terraform.directory,
    kept.filter((adoption) => !imported.includes(adoption)),
  );
  try {
    const { passed, errors } = await apply(terraform);
    return {
      remarks: [`${strays.length} orphans: ${kept.length} imported, ${strays.length - kept.length} removed`],
      faults: passed ? [] : [`the apply after the recovery failed: ${errors.join(', ')}`],
    };
  } finally {
    takeAway();
  }
}

/** Writes each orphan with its commands to `orphans.txt` beside the scenario's log. */
function name(stage: Stage, scenario: string, strays: readonly Stray[], adoptions: readonly Adoption[]): void {
  const lines = strays.map((stray) =>
    describeStray(stray, adoptions.find((adoption) => adoption.stray === stray)?.address),
  );
  mkdirSync(stage.logs(scenario), { recursive: true });
  writeFileSync(join(stage.logs(scenario), 'orphans.txt'), lines.map((line) => `${line}\n`).join(''));
}
