/** What runs beside the nodes of a local cluster: the services of its cloud, by the names of their programs. */
import { readFileSync } from 'node:fs';
import { Daemons } from '../../kubernetes/daemons';
import type { ClusterFolder } from '../../kubernetes/layout';

export class LocalProcesses {
  constructor(private readonly folder: ClusterFolder) {}

  /** @returns its number @throws Error when there is none, or more than one */
  named(program: string): number {
    const found = new Daemons(this.folder.root, this.folder.logs).running().filter((pid) => nameOf(pid) === program);
    const [pid] = found;
    if (pid === undefined || found.length > 1)
      throw new Error(`${found.length} processes are ${program}, and one must be`);
    return pid;
  }
}

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return '';
  }
}
