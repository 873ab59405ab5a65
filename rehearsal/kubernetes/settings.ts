/** The machine's own settings that a kubelet changes for the whole machine: kept before, and put back after. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** Source: `setupKernelTunables` of the kubelet's container manager. */
const CHANGED_BY_KUBELET = [
  'vm/overcommit_memory',
  'vm/panic_on_oom',
  'kernel/panic',
  'kernel/panic_on_oops',
  'kernel/keys/root_maxkeys',
  'kernel/keys/root_maxbytes',
] as const;

const pathOf = (setting: string): string => `/proc/sys/${setting}`;

/** Keeps them in the file; what a killed cluster kept there stays, as it is from before that one. */
export function keepSettings(file: string): void {
  if (existsSync(file)) return;
  const settings = CHANGED_BY_KUBELET.filter((setting) => existsSync(pathOf(setting))).map(
    (setting) => [setting, readFileSync(pathOf(setting), 'utf8').trim()] as const,
  );
  writeFileSync(file, JSON.stringify(Object.fromEntries(settings)));
}

/** Puts back what differs. @returns the names of those that did */
export function restoreSettings(file: string): readonly string[] {
  if (!existsSync(file)) return [];
  const settings = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, string>>;
  const changed = Object.entries(settings).filter(
    ([setting, value]) => readFileSync(pathOf(setting), 'utf8').trim() !== value,
  );
  for (const [setting, value] of changed) writeFileSync(pathOf(setting), value);
  return changed.map(([setting]) => setting);
}
