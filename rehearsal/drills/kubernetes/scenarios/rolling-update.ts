/** Every pod is replaced by a new one under load, as a changed setting does it, and no request fails. */
import { describeLoad, faultsWithoutRetry } from '../load/tally';
import type { ClusterScenario } from '../scenario';
import { STEADY_PER_SECOND, STEADY_REQUESTS } from '../steady-load';

/** As `kubectl rollout restart` sets it. Terraform takes it away at its next apply, which is another rollout. */
const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';
/** Seconds for all pods, one after the other. */
const WITHIN = 600;

export const rollingUpdate: ClusterScenario = async (stage) => {
  await stage.settled();
  const before = new Set((await stage.pods()).map(({ metadata }) => metadata.uid));
  return stage.underLoad({ perSecond: STEADY_PER_SECOND }, async (load) => {
    const annotations = { [RESTARTED_AT]: new Date().toISOString() };
    const body = { spec: { template: { metadata: { annotations } } } };
    await stage.api.must('PATCH', stage.deploymentPath, body, 'merge');
    let fewest = Number.POSITIVE_INFINITY;
    const seconds = await stage.until('every pod is a new one', WITHIN, async () => {
      const pods = await stage.pods();
      fewest = Math.min(fewest, (await stage.endpoints()).length);
      const { replicas } = (await stage.deployment()).spec;
      return pods.length === replicas && pods.every(({ metadata }) => !before.has(metadata.uid));
    });
    await stage.settled();
    const report = await load.finish(STEADY_REQUESTS);
    return {
      figures: [
        `${before.size} pods replaced in ${seconds.toFixed(0)} s, never fewer than ${fewest} in the Service`,
        describeLoad(report),
      ],
      faults: [
        ...faultsWithoutRetry(report),
        ...(fewest < before.size - 1
          ? [`${fewest} of ${before.size} pods in the Service: more than one was missing`]
          : []),
      ],
      requests: report.requests,
    };
  });
};
