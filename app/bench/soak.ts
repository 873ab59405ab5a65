/** Memory of a process under steady load for minutes: its highest, and whether it still rises after its first quarter. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeBodies } from './bodies';
import type { Cores } from './cores';
import { withSubject } from './course';
import { requests } from './load';
import { slope } from './statistics';
import type { SubjectName } from './subjects';

export interface SoakProps {
  readonly subject: SubjectName;
  readonly cores: Cores | undefined;
  readonly minutes: number;
  /** Requests a second. */
  readonly rate: number;
}

export interface Soaked {
  readonly answered: number;
  readonly failed: number;
  readonly highestMb: number;
  /** Mean of the second quarter and of the last, in MB. */
  readonly earlyMb: number;
  readonly lateMb: number;
  /** How fast memory rises after the first quarter, in MB an hour, by least squares. */
  readonly risePerHour: number;
}

/** The most that a process may take, and the most that it may have risen from the second quarter to the last, in MB. */
export const HIGHEST_MB = 200;
export const RISE_MB = 20;

const SAMPLE_MS = 2_000;
const CONNECTIONS = 64;
/** Streams are part of everyday traffic, but JSON answers make more garbage a second; the delay keeps requests open. */
const UPSTREAM = { delayMs: 20, frames: 1, frameMs: 1 } as const;

export const soak = ({ subject, cores, minutes, rate }: SoakProps): Promise<Soaked> =>
  withSubject(subject, UPSTREAM, cores, async ({ origin, headers, process, folder }) => {
    if (process === undefined)
      throw new Error(`${subject} has no process whose memory could be watched; choose another`);
    const bodies = join(folder, 'bodies');
    writeBodies(bodies, subject);
    const seconds = minutes * 60;
    const watched = watch(process.residentMb, seconds * 1_000);
    const served = await requests({
      origin,
      headers,
      cores: cores?.load,
      seconds,
      connections: CONNECTIONS,
      rate,
      bodies,
    });
    return { answered: Math.round(served.perSecond * seconds), failed: served.failed, ...(await watched) };
  });

type Memory = Pick<Soaked, 'highestMb' | 'earlyMb' | 'lateMb' | 'risePerHour'>;

const watch = async (residentMb: () => number, forMs: number): Promise<Memory> => {
  const samples: { readonly x: number; readonly y: number }[] = [];
  const startedAt = performance.now();
  for (let at = 0; at < forMs; at = performance.now() - startedAt) {
    samples.push({ x: at / 3_600_000, y: residentMb() });
    await sleep(SAMPLE_MS);
  }
  return memoryOf(samples);
};

/** Samples of time in hours and memory in MB, as a verdict. */
export const memoryOf = (samples: readonly { readonly x: number; readonly y: number }[]): Memory => {
  const quarter = Math.floor(samples.length / 4);
  const mean = (part: readonly { readonly y: number }[]): number =>
    part.reduce((sum, { y }) => sum + y, 0) / part.length;
  return {
    highestMb: Math.max(...samples.map(({ y }) => y)),
    earlyMb: mean(samples.slice(quarter, 2 * quarter)),
    lateMb: mean(samples.slice(-quarter)),
    risePerHour: slope(samples.slice(quarter)),
  };
};
