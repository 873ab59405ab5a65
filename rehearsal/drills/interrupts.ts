/** SIGINT and SIGTERM to Terraform, as an operator or a CI runner sends them: it ends in order, and goes on next time. */
import type { Course } from './course';
import { isWork } from './course';
import { moments } from './moments';
import { send } from '../processes';
import type { Scenario } from './scenario';
import { conclude } from './scenario';
import type { Seeded } from './seeded';
import { apply, applyDisturbed } from './steps';

/** How many moments of an apply are interrupted. */
const MOMENTS = 10;

/** The signals take turns. */
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

export function interrupts(course: Course, chance: Seeded): readonly Scenario[] {
  return moments(MOMENTS, course.calls, chance).map((at, index) => {
    const signal = SIGNALS[index % SIGNALS.length] ?? 'SIGINT';
    return {
      name: `${signal} at call ${at} of ${course.calls}`,
      play: async (stage, terraform) => {
        const first = await applyDisturbed(stage, terraform, {
          counts: isWork,
          at,
          // To Terraform alone: it passes the news to its providers by their protocol.
          strike: (pid) => send(pid, signal),
        });
        const held = (await terraform.resources()).length;
        const strays = stage.disagreements(await terraform.resources());
        const second = await apply(terraform);
        return conclude(stage, terraform, {
          faults: [
            ...(first.struck ? [] : [`the apply was over before call ${at}; the signal was never sent`]),
            ...strays.map((stray) => `after the interrupt ${stray}`),
            ...(second.passed ? [] : [`the second apply failed: ${second.errors.join(', ')}`]),
          ],
          remarks: [`held ${held} after it`],
        });
      },
    };
  });
}
