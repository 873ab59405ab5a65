/**
 * A power cut in a zone: every node of it ends at once, and nobody is told. A client with the documented retry sees no
 * failure; how many first tries failed, and for how long, is said. Then the zone comes back.
 */
import type { ClusterNode } from '../gateway-objects';
import { CLIENT_RETRY } from '../load/plan';
import { describeLoad, faultsWithRetry } from '../load/tally';
import type { ClusterOutcome, ClusterScenario } from '../scenario';
import { zoneToLose } from '../zone';

/** Requests a second: whoever waits for a dead pod holds a connection, and there are many of them for a minute. */
const PER_SECOND = 50;
/** Seconds until the cluster has noticed: a node is given 50 s to speak up. */
const NOTICED_WITHIN = 120;
/** Seconds until the nodes are ready again. */
const BACK_WITHIN = 180;

export const lostZone: ClusterScenario = async (stage) => {
  await stage.settled();
  const carriers = (await stage.pods()).flatMap(({ spec }) => (spec.nodeName === undefined ? [] : [spec.nodeName]));
  const nodes = zoneToLose(stage.cluster.nodes(), stage.cluster.entry(), carriers);
  const names = nodes.map(({ name }) => name);
  const pods = (await stage.pods()).filter(({ spec }) => names.includes(spec.nodeName ?? ''));
  const addresses = new Set(pods.map(({ status }) => status.podIP));
  const all = (await stage.endpoints()).length;

  const outcome = await stage.underLoad(
    { perSecond: PER_SECOND, retries: true },
    async (load): Promise<ClusterOutcome> => {
      try {
        await Promise.all(names.map((name) => stage.cluster.loseNode(name)));
        const noticed = await stage.until('the Service has forgotten the lost pods', NOTICED_WITHIN, async () =>
          (await stage.endpoints()).every((address) => !addresses.has(address)),
        );
        // Whoever asked a lost pod waits until the client's own limit of time.
        const report = await load.finish(load.count + (PER_SECOND * CLIENT_RETRY.timeoutMs) / 1_000);
        return {
          figures: [
            `zone ${nodes[0]?.zone ?? ''} lost with ${names.length} nodes and ${pods.length} of ${all} pods`,
            `out of the Service after ${noticed.toFixed(0)} s`,
            describeLoad(report),
          ],
          faults: faultsWithRetry(report),
          requests: report.requests,
        };
      } finally {
        for (const name of names) await stage.cluster.startAgain(name);
      }
    },
  );
  const back = await stage.until('the zone is back', BACK_WITHIN, async () => {
    const known = await stage.api.list<ClusterNode>('/api/v1/nodes');
    return known
      .filter(({ metadata }) => names.includes(metadata.name))
      .every(({ status }) => status.conditions.some(({ type, status: value }) => type === 'Ready' && value === 'True'));
  });
  const settled = await stage.settled();
  const figures = [...outcome.figures, `nodes back after ${back.toFixed(0)} s, all pods ${settled.toFixed(0)} s later`];
  return { ...outcome, figures };
};
