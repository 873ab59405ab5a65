/**
 * kill -9 to a process of a pod: to one that answers, and to the one that started it. A client with the documented retry
 * sees no failure; how many first tries failed, and for how long, is said.
 */
import { gatewayProcesses, processesOfPod } from '../pod-processes';
import { restartsOf } from '../gateway-objects';
import type { Pod } from '../gateway-objects';
import { describeLoad, faultsWithRetry } from '../load/tally';
import type { ClusterOutcome, ClusterScenario } from '../scenario';
import type { StandingStage } from '../standing-stage';
import { STEADY_PER_SECOND } from '../steady-load';

/** Seconds. */
const BACK_WITHIN = 120;
/** Requests after it, so that the end of what fails is seen. */
const AFTERWARDS = 2_000;

export const killedProcess: ClusterScenario = async (stage) => {
  await stage.settled();
  return stage.underLoad({ perSecond: STEADY_PER_SECOND, retries: true }, async (load): Promise<ClusterOutcome> => {
    const figures: string[] = [];
    const faults: string[] = [];

    const [one, other] = await stage.readyPods();
    if (one === undefined || other === undefined) throw new Error('two pods must be ready');
    const { workers } = gatewayProcesses(processesOfPod(one.metadata.uid ?? ''));
    const [worker] = workers;
    if (worker !== undefined) {
      process.kill(worker, 'SIGKILL');
      const seconds = await stage.until('the worker is replaced', BACK_WITHIN, () =>
        Promise.resolve(replaced(one, worker, workers.length)),
      );
      figures.push(`a worker killed, replaced after ${seconds.toFixed(1)} s`);
      if ((await restarts(stage, one)) !== restartsOf(one)) faults.push('the container was restarted for a worker');
    }

    process.kill(gatewayProcesses(processesOfPod(other.metadata.uid ?? '')).main, 'SIGKILL');
    const seconds = await stage.until(
      'the container is started again',
      BACK_WITHIN,
      async () => (await restarts(stage, other)) === restartsOf(other) + 1,
    );
    const ready = await stage.settled();
    figures.push(`a container killed, restarted after ${seconds.toFixed(1)} s and ready ${ready.toFixed(1)} s later`);
    const report = await load.finish(load.count + AFTERWARDS);
    return {
      figures: [...figures, describeLoad(report)],
      faults: [...faults, ...faultsWithRetry(report)],
      requests: report.requests,
    };
  });
};

function replaced({ metadata }: Pod, killed: number, count: number): boolean {
  const { workers } = gatewayProcesses(processesOfPod(metadata.uid ?? ''));
  return workers.length === count && !workers.includes(killed);
}

async function restarts(stage: StandingStage, { metadata }: Pod): Promise<number> {
  const pod = await stage.pod(metadata.name);
  return pod === undefined ? Number.NaN : restartsOf(pod);
}
