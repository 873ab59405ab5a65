/** A pod is deleted under load, and then another, and no request fails. */
import { describeLoad, faultsWithoutRetry } from '../load/tally';
import type { ClusterScenario } from '../scenario';
import { STEADY_PER_SECOND, STEADY_REQUESTS } from '../steady-load';

const TIMES = 2;

export const deletedPod: ClusterScenario = async (stage) => {
  await stage.settled();
  return stage.underLoad({ perSecond: STEADY_PER_SECOND }, async (load) => {
    const seconds: number[] = [];
    for (let time = 0; time < TIMES; time += 1) {
      const [pod] = await stage.readyPods();
      if (pod === undefined) throw new Error('no pod is ready');
      await stage.api.must('DELETE', stage.path('pods', pod.metadata.name));
      seconds.push(await stage.settled());
    }
    const report = await load.finish(STEADY_REQUESTS);
    return {
      figures: [
        `${TIMES} pods deleted, all back after ${seconds.map((each) => each.toFixed(0)).join(' and ')} s`,
        describeLoad(report),
      ],
      faults: faultsWithoutRetry(report),
      requests: report.requests,
    };
  });
};
