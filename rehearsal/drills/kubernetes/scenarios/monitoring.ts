/**
 * What watches the deployed gateway: rules, metrics and dashboards asked of the Prometheus in the cluster after a minute of
 * small load, and alerts followed through the operator's own Alertmanager to who is told. What needs the exporters of a
 * cluster rings here: a container that keeps ending, an ingress controller that is not there, nodes that are busy.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  RECEIVER_SECRET_KEYS,
  type ReceiverName,
  type ReceiverSecret,
} from '../../../../constructs/monitoring/routing';
import { GATEWAY } from '../../../../constructs/workload';
import { CONTAINER_SECURITY, IMAGE_USER, POD_SECURITY } from '../../../../constructs/workload/hardening';
import { environments } from '../../../../environments';
import { NETWORK } from '../../../kubernetes/layout';
import type { KubernetesObject } from '../../../kubernetes/api';
import { notYetTold, type Ringing } from '../../monitoring/arrivals';
import { checkChoices, checkMetrics, checkPanels, checkRules, type Checked } from '../../monitoring/checks';
import { Client } from '../../monitoring/client';
import { deploymentOf, type Deployment } from '../../monitoring/deployment';
import { mixedLoad, SteadyLoad } from '../../monitoring/load';
import { PrometheusApi } from '../../monitoring/prometheus';
import { choicesOf, questionsOf } from '../../monitoring/questions';
import { Receivers } from '../../monitoring/receivers';
import type { ClusterOutcome } from '../scenario';
import type { StandingStage } from '../standing-stage';

const LOAD_SECONDS = 60;
const PANEL_SECONDS = 180;
/** From the Secret to an Alertmanager that has it: the operator, a mounted Secret, and a reload. */
const ROUTING_SECONDS = 300;
/** From the first end of a container to the message: the alert lasts five minutes, and the group waits. */
const RING_SECONDS = 600;
const POLL_MS = 5_000;

const CRASHING = 'drill-crashing';
/** The API takes numbers, and the provider texts. */
const USER = { runAsUser: Number(IMAGE_USER), runAsGroup: Number(IMAGE_USER) } as const;

/** What rings by what this scenario does, and by what no rehearsal has. */
const RINGS: readonly Ringing[] = [
  { alert: 'IngressControllerDown', severity: 'critical' },
  { alert: 'ContainerRestarting', severity: 'warning' },
  { alert: 'PodCrashLooping', severity: 'critical' },
  { alert: 'Watchdog', severity: 'info' },
];

/** Receivers that are reached by an address of the Secret alone; mail and pager are the internet's. */
const BY_ADDRESS: readonly ReceiverName[] = [
  'default',
  'critical-alerts',
  'warning-alerts',
  'database-team',
  'webhook',
  'heartbeat',
];

export async function monitoring(stage: StandingStage): Promise<ClusterOutcome> {
  const environment = environments.find(({ name }) => name === stage.description.environment);
  if (environment === undefined) throw new Error(`there is no environment ${stage.description.environment}`);
  const deployment = deploymentOf(environment);
  const receivers = await Receivers.start(environment.monitoring.channels, NETWORK.host);
  try {
    await stage.api.must('POST', stage.path('secrets'), secretOf(deployment, receivers));
    await stage.api.must('POST', stage.path('pods'), await crashingPod(stage));
    const asked = await ask(stage, deployment);
    return merged([asked, await follow(stage, receivers)]);
  } finally {
    for (const [kind, name] of [
      ['pods', CRASHING],
      ['secrets', environment.monitoring.channels.secretName],
    ] as const) {
      await stage.api.ask('DELETE', stage.path(kind, name));
    }
    await receivers.stop();
  }
}

/** The receivers' Secret that a person makes, with addresses on this machine. */
function secretOf({ environment }: Deployment, { secrets }: Receivers): object {
  const keys = Object.entries(RECEIVER_SECRET_KEYS) as readonly (readonly [ReceiverSecret, string])[];
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: environment.monitoring.channels.secretName },
    stringData: Object.fromEntries(keys.map(([secret, key]) => [key, secrets[secret]])),
  };
}

interface WithImage extends KubernetesObject {
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } };
  };
}

/** A pod beside the gateway whose container ends as soon as it begins. */
async function crashingPod(stage: StandingStage): Promise<object> {
  const deployment = await stage.api.get<WithImage>(stage.deploymentPath);
  const image = deployment?.spec.template.spec.containers[0]?.image;
  const small = { cpu: '10m', memory: '64Mi' };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: CRASHING },
    spec: {
      automountServiceAccountToken: false,
      securityContext: { ...POD_SECURITY, ...USER, fsGroup: USER.runAsGroup },
      containers: [
        {
          name: CRASHING,
          image,
          command: ['node', '-e', 'process.exit(1)'],
          resources: { requests: small, limits: { cpu: '200m', memory: '64Mi' } },
          securityContext: { ...CONTAINER_SECURITY, ...USER },
        },
      ],
    },
  };
}

/** A minute of small load through the Service, and what Prometheus knows of it. */
async function ask(stage: StandingStage, { monitoring: values }: Deployment): Promise<ClusterOutcome> {
  const { gateway, adminKey, prometheus: origin } = stage.description;
  const prometheus = new PrometheusApi(origin);
  const load = new SteadyLoad(await mixedLoad(new Client(gateway, adminKey)));
  try {
    await sleep(LOAD_SECONDS * 1_000);
    const texts = values.dashboards.files.map(({ json }) => json);
    const questions = texts.flatMap(questionsOf);
    const panels = await soon(() => checkPanels(prometheus, questions, 'until it happens'), PANEL_SECONDS);
    const away = panels.remarks.filter((remark) => remark.includes(': asks '));
    return merged([
      outcome('queries with data', { ...panels, remarks: away }),
      outcome('choices of dashboards', await checkChoices(prometheus, texts.flatMap(choicesOf))),
      outcome('rules that evaluate', await checkRules(prometheus, values.ruleGroups)),
      outcome('metrics named', await checkMetrics(prometheus, values.ruleGroups, questions)),
      outcome('targets of the gateway', await targetsUp(prometheus)),
    ]);
  } finally {
    await load.stop();
  }
}

async function targetsUp(prometheus: PrometheusApi): Promise<Checked> {
  const targets = (await prometheus.targets()).filter(({ labels }) => labels['job'] === GATEWAY);
  const down = targets.filter(({ health }) => health !== 'up');
  const faults = down.map(({ labels, lastError }) => `${labels['pod'] ?? 'a pod'} is not scraped: ${lastError}`);
  return { count: targets.length, faults: targets.length === 0 ? ['no pod is scraped'] : faults, remarks: [] };
}

/** Alerts on their way from Prometheus through the Alertmanager of the cluster to this machine. */
async function follow(stage: StandingStage, receivers: Receivers): Promise<ClusterOutcome> {
  const reached = new Set(BY_ADDRESS);
  await stage.until('Alertmanager has the gateway’s routing', ROUTING_SECONDS, async () => {
    const response = await fetch(`${stage.description.alertmanager}/api/v2/status`);
    return (await response.text()).includes(`${stage.description.namespace}/`);
  });
  const open = (): readonly Ringing[] =>
    RINGS.filter((ringing) => notYetTold(receivers.messages, ringing, reached).length > 0);
  const until = Date.now() + RING_SECONDS * 1_000;
  while (open().length > 0 && Date.now() < until) await sleep(POLL_MS);

  const told = new Map<string, Set<string>>();
  for (const { alert, severity, receiver, way } of receivers.messages) {
    const name = `${severity} ${alert}`;
    told.set(name, (told.get(name) ?? new Set()).add(`${receiver} by ${way}`));
  }
  const wrong = [...receivers.strays];
  return {
    figures: [...[...told].map(([name, ways]) => `${name}: ${[...ways].sort().join(', ')}`)],
    faults: [
      ...open().map(
        (ringing) => `${ringing.alert} did not reach ${notYetTold(receivers.messages, ringing, reached).join(', ')}`,
      ),
      ...wrong.map((stray) => `for nobody: ${stray}`),
    ],
  };
}

async function soon(check: () => Promise<Checked>, seconds: number): Promise<Checked> {
  const until = Date.now() + seconds * 1_000;
  for (;;) {
    const checked = await check();
    if (checked.faults.length === 0 || Date.now() > until) return checked;
    await sleep(POLL_MS);
  }
}

function outcome(what: string, { count, faults, remarks }: Checked): ClusterOutcome {
  return { figures: [`${count} ${what}`, ...remarks], faults };
}

function merged(outcomes: readonly ClusterOutcome[]): ClusterOutcome {
  return {
    figures: outcomes.flatMap(({ figures }) => figures),
    faults: outcomes.flatMap(({ faults }) => faults),
  };
}
