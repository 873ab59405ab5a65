/** What an operator does after a loss: compares the cloud with the state, and imports or removes what is in no state. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Terraform } from '../terraform';
import type { Adoption, PlannedCreation, Stray } from './adoption';
import { importCommand, straysOf, valuesOf } from './adoption';
import { runRemoval } from './removal';
import type { Stage } from './stage';

interface PlanFile {
  readonly resource_changes?: readonly {
    readonly address: string;
    readonly type: string;
    readonly change: { readonly actions: readonly string[]; readonly after?: unknown };
  }[];
}

/** Everything that exists and that no state holds. */
export async function findStrays(stage: Stage, terraform: Terraform): Promise<readonly Stray[]> {
  const held = stage.all(await terraform.resources());
  return straysOf(stage.double.cloud.store, new Set(held.map(({ type, id }) => `${type} ${id}`)));
}

/** What the next apply would make, with the values that its plan knows. */
export async function plannedCreations(terraform: Terraform): Promise<readonly PlannedCreation[]> {
  const file = join(terraform.directory, 'drill.tfplan');
  await terraform.must(['plan', '-input=false', '-no-color', `-out=${file}`]);
  const { stdout } = await terraform.must(['show', '-json', file]);
  const { resource_changes: changes = [] } = JSON.parse(stdout) as PlanFile;
  return changes
    .filter(({ change }) => change.actions.includes('create'))
    .map(({ address, type, change }) => ({ address, type, values: valuesOf(change.after) }));
}

/** Runs the named command. @throws Error when Terraform refuses it */
export async function importOne(terraform: Terraform, adoption: Adoption): Promise<void> {
  const { address, stray } = adoption;
  const { code } = await terraform.run(['import', '-input=false', '-no-color', address, stray.importId]);
  if (code !== 0) throw new Error(`${importCommand(adoption)} ended with ${code}`);
}

/**
 * Leaves import blocks beside the configuration: the next apply imports them all at once, as it is done with many.
 * @returns what takes them away again
 */
export function importAll(directory: string, adoptions: readonly Adoption[]): () => void {
  const file = join(directory, 'drill-imports.tf.json');
  const blocks = adoptions.map(({ address, stray }) => ({ to: address, id: stray.importId }));
  if (blocks.length > 0) writeFileSync(file, JSON.stringify({ import: blocks }, null, 2));
  return () => {
    rmSync(file, { force: true });
  };
}

/** Removes strays by the commands that their kinds name, users before what they use. @returns those commands */
export async function removeAll(stage: Stage, strays: readonly Stray[]): Promise<readonly string[]> {
  const { store } = stage.double.cloud;
  const waiting = [...strays];
  const commands: string[] = [];
  while (waiting.length > 0) {
    const ids = new Set(waiting.map(({ noun, id }) => `${noun} ${id}`));
    const free = waiting.findIndex(({ id }) => !store.usersOf(id).some((user) => ids.has(user)));
    const [stray] = waiting.splice(Math.max(free, 0), 1);
    if (stray?.removal === undefined) continue;
    await runRemoval(stray.removal, stage.double, stage.region);
    commands.push(stray.removal);
  }
  return commands;
}

/** Whether something would refuse to be removed, because another thing stands on it. */
export const isFree = (stage: Stage, { id }: Stray): boolean => stage.double.cloud.store.usersOf(id).length === 0;

/** What Terraform prints of a lock that another left. */
const LOCK_ID = /ID:\s+([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/;

/** Gives back the lock of a Terraform that did not live to do so. @returns whether there was one */
export async function releaseLock(terraform: Terraform): Promise<boolean> {
  let lock: string | undefined;
  const { code } = await terraform.run(['plan', '-input=false', '-no-color'], {
    onLine: (line) => {
      lock ??= LOCK_ID.exec(line)?.[1];
    },
  });
  if (code === 0) return false;
  if (lock === undefined) throw new Error('the plan after the kill failed, and not because of a lock');
  await terraform.must(['force-unlock', '-force', lock]);
  return true;
}
