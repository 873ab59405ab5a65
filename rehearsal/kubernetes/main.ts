/**
 * `npm run kubernetes -- up [--nodes 3] | status | try | down`: a real Kubernetes on this machine, until it is told to
 * go. `try` brings one up, sees that it does what it should, and removes it.
 * Needs root on Linux; see docs/rehearsal/kubernetes.md.
 */
import { parseArgs } from 'node:util';
import { Cache } from '../toolchain/cache';
import { LocalCluster, workloadNodes } from './cluster';
import { NODES } from './layout';
import { tryCluster } from './trial';

const USAGE = `npm run kubernetes -- up [--nodes ${NODES.usual}] | status | try | down`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options: { nodes: { type: 'string' } }, allowPositionals: true });
  const [command, ...rest] = positionals;
  const cluster = new LocalCluster(Cache.ofUser(process.env).path('kubernetes'), console.log);
  if (rest.length > 0) throw new Error(`${rest.join(' ')}: what is that? ${USAGE}`);
  switch (command) {
    case 'up':
      return up(cluster, Number(values.nodes ?? NODES.usual));
    case 'try': {
      const nodes = Number(values.nodes ?? NODES.usual);
      await up(cluster, nodes);
      try {
        await tryCluster(cluster.folder.kubeconfig, nodes, console.log);
      } finally {
        await cluster.down();
      }
      console.log('The cluster did what it should, and is gone.');
      return;
    }
    case 'down': {
      const { processes, interfaces, settings } = await cluster.down();
      console.log(
        processes + interfaces === 0
          ? 'There was no cluster.'
          : `The cluster is gone: ${processes} processes, ${interfaces} interfaces; put back: ${settings.join(', ') || 'nothing'}.`,
      );
      return;
    }
    case 'status': {
      const nodes = await cluster.status();
      if (nodes === undefined) throw new Error(`There is no cluster that answers; ${USAGE}`);
      for (const { name, ready } of nodes) console.log(`${name} ${ready ? 'is ready' : 'is NOT ready'}`);
      console.log(`KUBECONFIG=${cluster.folder.kubeconfig}`);
      return;
    }
    default:
      throw new Error(`${command === undefined ? 'what shall it do' : `${command}: no such command`}? ${USAGE}`);
  }
}

async function up(cluster: LocalCluster, nodes: number): Promise<void> {
  // A half of a cluster is of no use to whoever interrupts: it goes.
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.once(signal, () => {
      void cluster.down().finally(() => process.exit(code));
    });
  }
  const seconds = await cluster.up({ nodes: workloadNodes(nodes) });
  console.log(`${nodes} nodes are ready after ${seconds.toFixed(1)} s.`);
  console.log(`KUBECONFIG=${cluster.folder.kubeconfig}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
