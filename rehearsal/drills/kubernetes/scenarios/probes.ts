/**
 * Each probe is proved by breaking what it watches: a gateway that does not listen (startup), one that hangs (liveness), and
 * a database that does (readiness).
 */
import { GATEWAY } from '../../../../constructs/workload';
import { LocalProcesses } from '../local-processes';
import { gatewayProcesses, processesOfPod } from '../pod-processes';
import { isReady, restartsOf } from '../gateway-objects';
import type { Pod, PodTemplate } from '../gateway-objects';
import type { ClusterScenario } from '../scenario';
import type { StandingStage } from '../standing-stage';

/** Seconds beyond what the probes themselves take: two cores carry nine nodes. */
const SLACK = 30;
/** Seconds that a container takes from its order to end to its next start, beside the grace that it is given. */
const RESTART_SLACK = 60;
const TRIAL = 'gateway-that-does-not-listen';

export const probes: ClusterScenario = async (stage) => {
  await stage.settled();
  const figures = [await startup(stage), await readiness(stage), await liveness(stage)];
  await stage.settled();
  return { figures, faults: [] };
};

/** A pod of the same template, beside the Service, whose gateway listens where the kubelet does not ask. */
async function startup(stage: StandingStage): Promise<string> {
  const { template } = (await stage.deployment()).spec;
  const probe = gatewayOf(template).startupProbe;
  await stage.api.must('POST', stage.path('pods'), deafPod(template, stage.description.namespace));
  try {
    const allowed = probe.periodSeconds * probe.failureThreshold;
    const seconds = await stage.until(
      'the startup probe restarts a gateway that does not listen',
      allowed + 180,
      async () => {
        const pod = await stage.pod(TRIAL);
        if (pod === undefined) return false;
        if (isReady(pod)) throw new Error('a gateway that does not listen was ready');
        return restartsOf(pod) > 0;
      },
    );
    const events = await stage.events(TRIAL);
    if (!events.some(({ message }) => message.includes('failed startup probe'))) {
      throw new Error('it was restarted, and not for its startup probe');
    }
    return `startup: restarted after ${seconds.toFixed(0)} s (${allowed} s of probes), never ready`;
  } finally {
    await stage.api.ask('DELETE', `${stage.path('pods', TRIAL)}?gracePeriodSeconds=0`);
  }
}

/** The database hangs: every pod leaves the Service, none is restarted, and all come back with it. */
async function readiness(stage: StandingStage): Promise<string> {
  const { template } = (await stage.deployment()).spec;
  const probe = gatewayOf(template).readinessProbe;
  const within = probe.periodSeconds * (probe.failureThreshold + 1) + SLACK;
  const before = restartsOfAll(await stage.pods());
  const database = new LocalProcesses(stage.cluster.folder).named('mariadbd');
  process.kill(database, 'SIGSTOP');
  let gone: number;
  try {
    gone = await stage.until('no pod is in the Service while the database hangs', within, async () => {
      return (await stage.endpoints()).length === 0;
    });
  } finally {
    process.kill(database, 'SIGCONT');
  }
  const back = await stage.settled();
  if (restartsOfAll(await stage.pods()) !== before)
    throw new Error('a container was restarted for a database that hangs');
  return `readiness: out of the Service ${gone.toFixed(1)} s after the database hung, back ${back.toFixed(1)} s after it went on, no restart`;
}

/** Every process of a pod hangs: it leaves the Service first, and is restarted then. */
async function liveness(stage: StandingStage): Promise<string> {
  const { template } = (await stage.deployment()).spec;
  const probe = gatewayOf(template).livenessProbe;
  const [pod] = await stage.readyPods();
  if (pod === undefined) throw new Error('no pod is ready');
  const { name, uid = '' } = pod.metadata;
  const { main, workers } = gatewayProcesses(processesOfPod(uid));
  for (const pid of [main, ...workers]) process.kill(pid, 'SIGSTOP');
  const address = pod.status.podIP ?? '';
  const gone = await stage.until('a pod that hangs leaves the Service', SLACK, async () => {
    return !(await stage.endpoints()).includes(address);
  });
  const allowed = probe.periodSeconds * (probe.failureThreshold + 1);
  // What hangs hears no signal, so that it has the whole grace before it is killed.
  const within = allowed + template.spec.terminationGracePeriodSeconds + RESTART_SLACK;
  const seconds = await stage.until('the liveness probe restarts a gateway that hangs', within, async () => {
    const now = await stage.pod(name);
    return now !== undefined && restartsOf(now) > restartsOf(pod);
  });
  if (!(await stage.events(name)).some(({ message }) => message.includes('failed liveness probe'))) {
    throw new Error('it was restarted, and not for its liveness probe');
  }
  const back = await stage.settled();
  return `liveness: out of the Service ${gone.toFixed(1)} s after it hung, restarted after ${(gone + seconds).toFixed(0)} s, back ${back.toFixed(0)} s later`;
}

function gatewayOf({ spec }: PodTemplate): PodTemplate['spec']['containers'][number] {
  const found = spec.containers.find(({ name }) => name === GATEWAY);
  if (found === undefined) throw new Error(`the template has no container ${GATEWAY}`);
  return found;
}

/** No label of the gateway's, so that no Service, budget or spread counts it; so little CPU that any node has it. */
function deafPod(template: PodTemplate, namespace: string): object {
  const { spec } = template;
  const containers = spec.containers.map((container) => ({
    ...container,
    env: [...(container.env ?? []), { name: 'HOST', value: '127.0.0.1' }],
    resources: { requests: { cpu: '50m', memory: '256Mi' }, limits: { cpu: '2', memory: '2Gi' } },
  }));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: TRIAL, namespace, labels: { drill: 'startup' } },
    spec: {
      ...spec,
      containers,
      terminationGracePeriodSeconds: 5,
      affinity: undefined,
      topologySpreadConstraints: undefined,
    },
  };
}

const restartsOfAll = (pods: readonly Pod[]): number => pods.reduce((sum, pod) => sum + restartsOf(pod), 0);
