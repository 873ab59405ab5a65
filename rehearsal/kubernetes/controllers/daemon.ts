/** Starts the rehearsal's own controllers beside a local cluster, as a process of its own. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Daemons } from '../daemons';
import type { ClusterFolder } from '../layout';

const MAIN = join(__dirname, 'main.ts');

export function startControllerDaemon(folder: ClusterFolder, daemons: Daemons): void {
  // By its path: the daemon's working directory is the cluster's folder, where no package is found by name.
  const loader = pathToFileURL(require.resolve('tsx')).href;
  daemons.start('controllers', process.execPath, ['--import', loader, MAIN, folder.root]);
}
