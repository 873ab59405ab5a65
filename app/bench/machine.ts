/** The machine that was measured on, and what else it was doing. */
import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** One line: processors, memory, system, Node.js. */
export const machine = (): string => {
  const cpus = os.cpus();
  const gigabytes = Math.round(os.totalmem() / 1_024 ** 3);
  return `${cpus.length} cores (${cpus[0]?.model.trim() ?? 'unknown'}), ${gigabytes} GB, ${os.type()} ${os.release()}, Node.js ${process.version}`;
};

/** How long the machine is watched, in ms. */
const WATCHED_MS = 1_000;

/** What others take of the machine's cores while the benchmark runs nothing, from 0 to 1. */
export const loadOfOthers = async (): Promise<number> => {
  const before = spent();
  await sleep(WATCHED_MS);
  const after = spent();
  return (after.busy - before.busy) / (after.all - before.all);
};

const spent = (): { readonly busy: number; readonly all: number } =>
  os.cpus().reduce(
    ({ busy, all }, { times: { idle, ...work } }) => {
      const worked = Object.values(work).reduce((sum, ms) => sum + ms, 0);
      return { busy: busy + worked, all: all + worked + idle };
    },
    { busy: 0, all: 0 },
  );
