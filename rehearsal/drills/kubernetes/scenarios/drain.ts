/**
 * Two nodes are drained at a time under load, by kubectl; then every pod is asked to go at once. The disruption budget keeps
 * so many serving as the environment says, and no request fails.
 */
import { environments } from '../../../../environments';
import { GATEWAY } from '../../../../constructs/workload';
import type { Pod } from '../gateway-objects';
import { describeLoad, faultsWithoutRetry } from '../load/tally';
import type { ClusterOutcome, ClusterScenario } from '../scenario';
import type { StandingStage } from '../standing-stage';
import { STEADY_PER_SECOND, STEADY_REQUESTS } from '../steady-load';

const NODES = 2;
const DRAIN = ['--ignore-daemonsets', '--delete-emptydir-data', '--force', '--timeout=240s'] as const;
/** The API's answer when a disruption budget keeps a pod. */
const TOO_MANY_REQUESTS = 429;

export const drain: ClusterScenario = async (stage) => {
  await stage.settled();
  const { minAvailable } = workloadOf(stage);
  return stage.underLoad({ perSecond: STEADY_PER_SECOND }, async (load): Promise<ClusterOutcome> => {
    const watch = watchFewest(stage);
    try {
      const nodes = await nodesWithPods(stage, NODES);
      const { codes, left, seconds } = await drained(stage, nodes);
      await stage.settled();
      const whileDrained = watch.fewest();

      const refused = await evictAll(stage);
      await stage.settled();
      const fewest = watch.fewest();
      const report = await load.finish(STEADY_REQUESTS);
      return {
        figures: [
          `${nodes.join(' and ')} drained in ${seconds.toFixed(0)} s, never fewer than ${whileDrained} pods ready`,
          `of all pods asked to go at once ${refused} were kept, never fewer than ${fewest} ready`,
          describeLoad(report),
        ],
        faults: [
          ...(codes.every((code) => code === 0) ? [] : [`kubectl drain ended with ${codes.join(' and ')}`]),
          ...left.map(({ metadata }) => `${metadata.name} is still on a drained node`),
          ...(fewest < minAvailable ? [`${fewest} pods were ready, and ${minAvailable} must be`] : []),
          ...(refused < minAvailable ? [`the budget kept ${refused} pods, and ${minAvailable} must stay`] : []),
          ...faultsWithoutRetry(report),
        ],
        requests: report.requests,
      };
    } finally {
      watch.end();
    }
  });
};

function workloadOf({ description }: StandingStage): { readonly minAvailable: number } {
  const found = environments.find(({ name }) => name === description.environment);
  if (found === undefined) throw new Error(`there is no environment ${description.environment}`);
  return found.workload;
}

/** Drains them at once, and lets pods come back to them whatever became of that. */
async function drained(
  stage: StandingStage,
  nodes: readonly string[],
): Promise<{ readonly codes: readonly number[]; readonly left: readonly Pod[]; readonly seconds: number }> {
  const started = Date.now();
  try {
    const codes = await Promise.all(nodes.map((node) => stage.kubectl(['drain', node, ...DRAIN])));
    const seconds = (Date.now() - started) / 1000;
    const left = (await stage.pods()).filter(({ spec }) => nodes.includes(spec.nodeName ?? ''));
    return { codes, left, seconds };
  } finally {
    for (const node of nodes) await stage.kubectl(['uncordon', node]);
  }
}

/** Names of nodes that run the gateway. */
async function nodesWithPods(stage: StandingStage, count: number): Promise<readonly string[]> {
  const names = (await stage.pods()).flatMap(({ spec }) => (spec.nodeName === undefined ? [] : [spec.nodeName]));
  return [...new Set(names)].slice(0, count);
}

/** @returns how many the budget kept */
async function evictAll(stage: StandingStage): Promise<number> {
  const pods = await stage.readyPods();
  const statuses = await Promise.all(
    pods.map(async ({ metadata: { name, namespace } }) => {
      const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } };
      return (await stage.api.ask('POST', `${stage.path('pods', name)}/eviction`, body)).status;
    }),
  );
  const others = statuses.filter((status) => status !== TOO_MANY_REQUESTS && (status < 200 || status > 299));
  if (others.length > 0) throw new Error(`evictions of ${GATEWAY} were answered ${others.join(', ')}`);
  return statuses.filter((status) => status === TOO_MANY_REQUESTS).length;
}

/** Looks five times a second at how many pods are ready, and keeps the fewest. */
function watchFewest(stage: StandingStage): { fewest(): number; end(): void } {
  let fewest = Number.POSITIVE_INFINITY;
  let isOver = false;
  const look = async (): Promise<void> => {
    if (isOver) return;
    await stage.readyPods().then(
      ({ length }) => (fewest = Math.min(fewest, length)),
      // The next look tells.
      () => undefined,
    );
    setTimeout(() => void look(), 200);
  };
  void look();
  return {
    fewest: () => fewest,
    end: () => {
      isOver = true;
    },
  };
}
