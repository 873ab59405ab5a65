/** How big a pod is, and how many processes fit into it. */

/** CPU in thousandths of a core, memory in MiB. */
export interface PodResources {
  readonly cpuMillis: number;
  readonly memoryMiB: number;
}

export interface PodSize {
  /** What the scheduler sets aside; the autoscaler's percentages are of these. */
  readonly requests: PodResources;
  /** What it may use at most. */
  readonly limits: PodResources;
}

/** As Kubernetes gives them back: another spelling of the same would be a difference in the next plan. */
export function quantities({ cpuMillis, memoryMiB }: PodResources): { cpu: string; memory: string } {
  return { cpu: cores(cpuMillis), memory: mebibytes(memoryMiB) };
}

/** `500m`, `2`. */
export function cores(millis: number): string {
  return millis % 1_000 === 0 ? (millis / 1_000).toString() : `${millis}m`;
}

/** `512Mi`, `2Gi`. */
export function mebibytes(mebibytes: number): string {
  return mebibytes % 1_024 === 0 ? `${mebibytes / 1_024}Gi` : `${mebibytes}Mi`;
}

/** Processes that answer: one for each whole core that the pod may use, and one in any case. */
export function processesOf({ limits }: Pick<PodSize, 'limits'>): number {
  return Math.max(1, Math.floor(limits.cpuMillis / 1_000));
}

/** What the process takes that starts the others, MiB; where there is one process there is no such. */
const PRIMARY_MIB = 96;

/** Part of a process's memory that is its JavaScript heap. The rest is buffers, code, and what the heap's own work needs. */
const HEAP_PART = 0.6;

/** The most that each process's JavaScript heap may take, MiB: below it the pod is never ended for its memory. */
export function heapMiB(size: Pick<PodSize, 'limits'>): number {
  const processes = processesOf(size);
  const shared = processes === 1 ? size.limits.memoryMiB : size.limits.memoryMiB - PRIMARY_MIB;
  return Math.floor((shared / processes) * HEAP_PART);
}
