/**
 * Load beyond what a pod should carry raises the number of pods, and less of it lowers that, after the time that the
 * autoscaler waits. What a pod should carry is lowered for the drill: two cores do not carry the environment's own load.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Autoscaler, ScalingMetric } from '../gateway-objects';
import { describeLoad, faultsWithoutRetry } from '../load/tally';
import type { ClusterOutcome, ClusterScenario } from '../scenario';
import { cpuTarget, RAISED_WITHIN, requestsTarget, scalingFaults } from '../scaling';
import type { StandingStage } from '../standing-stage';

/** Requests a second, over all pods. */
const CALM = 10;
const BUSY = 120;
/** Seconds of calm before, as rates look back over some time. */
const CALM_FOR = 100;
/** Seconds that the new pod is given to be ready. */
const READY_WITHIN = 180;
/** Seconds beyond the stabilisation until there must be fewer: rates look back, and it is looked at now and then. */
const LOWERED_BEYOND = 150;
/** Times the calm load, and a small part of the busy one. */
const REQUESTS_TARGET = 3;

/** One metric of the autoscaler, another target of it, and what the load does afterwards. */
interface Trial {
  readonly what: string;
  readonly target: (stage: StandingStage) => Promise<(metric: ScalingMetric) => ScalingMetric>;
  /** Whether the busy load goes on under the environment's own target, which it is far below; else it is calm again. */
  readonly staysBusy: boolean;
}

export const autoscalingRequests: ClusterScenario = (stage) =>
  tryScaling(stage, {
    what: `${REQUESTS_TARGET} requests a second a pod`,
    target: () => Promise.resolve(requestsTarget(REQUESTS_TARGET)),
    staysBusy: true,
  });

export const autoscalingCpu: ClusterScenario = (stage) =>
  tryScaling(stage, {
    what: 'twice the CPU of the calm load',
    target: async (standing) => cpuTarget(Math.max(2, 2 * (await cpuOf(standing)))),
    staysBusy: false,
  });

async function tryScaling(stage: StandingStage, { what, target, staysBusy }: Trial): Promise<ClusterOutcome> {
  await stage.settled();
  const original = await stage.autoscaler();
  const { minReplicas, behavior } = original.spec;
  const stabilization = behavior.scaleDown.stabilizationWindowSeconds;
  try {
    return await stage.underLoad({ perSecond: CALM }, async (load) => {
      await sleep(CALM_FOR * 1_000);
      const lowered = await target(stage);
      // As many as one more: the nodes of a rehearsal have room for that.
      await change(stage, { maxReplicas: minReplicas + 1, metrics: original.spec.metrics.map(lowered) });
      await sleep(10_000);
      const early = (await stage.autoscaler()).status.desiredReplicas;
      if (early > minReplicas) throw new Error(`${early} pods are wanted before the load has grown`);

      load.pace(BUSY);
      const raised = await stage.until('more pods are wanted', RAISED_WITHIN * 3, async () => {
        return (await stage.deployment()).spec.replicas > minReplicas;
      });
      const ready = await stage.until('the new pod serves', READY_WITHIN, async () => {
        return (await stage.endpoints()).length > minReplicas;
      });

      if (staysBusy) await change(stage, { metrics: original.spec.metrics });
      else load.pace(CALM);
      const down = await stage.until('fewer pods are wanted', stabilization + LOWERED_BEYOND, async () => {
        return (await stage.deployment()).spec.replicas === minReplicas;
      });
      await stage.settled();
      const report = await load.finish();
      return {
        figures: [
          `target ${what}: ${minReplicas} to ${minReplicas + 1} pods ${raised.toFixed(0)} s after the load crossed it, ready ${ready.toFixed(0)} s later`,
          `back ${down.toFixed(0)} s after ${staysBusy ? 'the target was above the load' : 'the load fell'}, with a stabilisation of ${stabilization} s`,
          describeLoad(report),
        ],
        faults: [...scalingFaults({ raised, lowered: down, stabilization }), ...faultsWithoutRetry(report)],
        requests: report.requests,
      };
    });
  } finally {
    await change(stage, { maxReplicas: original.spec.maxReplicas, metrics: original.spec.metrics });
  }
}

/** Percent of the CPU that its pods ask for, as the autoscaler sees it now. */
async function cpuOf(stage: StandingStage): Promise<number> {
  const { currentMetrics = [] } = (await stage.autoscaler()).status;
  const percent = currentMetrics.find(({ resource }) => resource?.name === 'cpu')?.resource?.current.averageUtilization;
  if (percent === undefined) throw new Error('the autoscaler has no figure of CPU');
  return percent;
}

async function change(stage: StandingStage, spec: Partial<Autoscaler['spec']>): Promise<void> {
  await stage.api.must('PATCH', stage.autoscalerPath, { spec }, 'merge');
}
