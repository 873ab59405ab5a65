/** One disturbance of one apply, and what became of it. */
import type { Terraform } from '../terraform';
import { settle, vanish } from './steps';
import type { Stage } from './stage';

export interface Outcome {
  /** Resources that the stack held at the end. */
  readonly resources: number;
  /** What was not as it should be. @default nothing */
  readonly faults: readonly string[];
  /** Short words on what was met on the way: how the first apply ended, how many orphans there were. */
  readonly remarks: readonly string[];
  /** Lines on each thing that Terraform could not recover by itself, with the command that did. @default none */
  readonly losses?: readonly string[];
}

export interface Scenario {
  /** As in the table: `drop CreateVSwitch (2)`. */
  readonly name: string;
  readonly play: (stage: Stage, terraform: Terraform) => Promise<Outcome>;
}

/** The end that every scenario has to come to; its own faults go first, and end it. */
export async function conclude(
  stage: Stage,
  terraform: Terraform,
  { faults, remarks, losses }: Omit<Outcome, 'resources'>,
): Promise<Outcome> {
  const rest = { remarks, ...(losses && { losses }) };
  if (faults.length > 0) return { resources: 0, faults, ...rest };
  const settled = await settle(stage, terraform);
  const resources = settled.resources.length;
  if (settled.faults.length > 0) return { resources, faults: settled.faults, ...rest };
  return { resources, faults: await vanish(stage, terraform), ...rest };
}
