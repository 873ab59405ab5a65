/**
 * The gateway's pods: three probes, a rolling update that never has fewer than one pod less, a migration before each
 * start, and an end in which no answer is cut.
 *
 * How a pod ends: Kubernetes takes it out of the Services and runs preStop, which does nothing while everybody in front
 * begins to notice; then the gateway gets SIGTERM, and for the rest of the drain fails its readiness and asks with each
 * answer for the connection to be closed; then it takes no new request, and has the longest stream's time for what runs.
 * What is left then has the margin to be told so.
 */
import { DeploymentV1, type DeploymentV1Config } from '@cdktf/provider-kubernetes/lib/deployment-v1';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { CONTAINER_SECURITY, POD_SECURITY } from './hardening';
import type { JournalVolume } from './journal';
import { ANNOTATION_PREFIX, GATEWAY, GATEWAY_LABELS, GATEWAY_SELECTOR, HTTP_PORT } from './names';
import { heapMiB, quantities, type PodSize } from './pod-size';
import { PROBES } from './probes';
import { APART, SPREAD } from './scheduling';
import type { SecretGroup } from './secrets';
import type { SettingsMap } from './settings';

export interface GatewayDeploymentProps {
  readonly namespace: string;
  /** The image by digest: `registry…/gateway@sha256:…`. */
  readonly image: string;
  readonly serviceAccount: string;
  readonly settings: SettingsMap;
  /** What the gateway is given. */
  readonly secrets: SecretGroup;
  /** What the migration is given: an account that may change tables, and nothing else. */
  readonly migrationSecrets: SecretGroup;
  /** Every secret with its revision: new pods when it changes. */
  readonly secretRevisions: string;
  readonly size: PodSize;
  /** Pods at first. From then on their number is the autoscaler's. */
  readonly replicas: number;
  /** Pods that a rolling update adds. @default 1 */
  readonly surge?: number;
  /** Seconds that preStop takes. */
  readonly preStopSeconds: number;
  /** Seconds from the announcement of the end to SIGKILL. */
  readonly terminationGraceSeconds: number;
  /** Where usage is written down before the database has it. */
  readonly journal: JournalVolume;
  /** Labels of the nodes to run on. @default any node */
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly priorityClassName: string;
  /** What must be there before a pod can start. @default none */
  readonly after?: readonly ITerraformDependable[];
  /** The last word on the resource's own arguments. @default none */
  readonly overrides?: Partial<DeploymentV1Config>;
}

/** Where the image has its code. Source: app/Dockerfile. */
const WORKDIR = '/app';

/** Brings the database up to date. Run by the image's own entry, Node.js. */
export const MIGRATION = 'dist/database/migrate.js';

/**
 * How names are looked up. Every name that the gateway asks for is a whole one, so it is asked for as it is and not below
 * each of the cluster's domains first. A DNS server that is lost with its zone is given a second and not five: more than a
 * connection may take, and the upstream would seem to be down.
 */
const DNS_OPTIONS = [
  { name: 'ndots', value: '2' },
  { name: 'timeout', value: '1' },
  { name: 'attempts', value: '2' },
];

/** Disk that is neither a volume nor the image: logs, until they are collected. */
const EPHEMERAL = { request: '64Mi', limit: '256Mi' } as const;
const TMP_LIMIT = '64Mi';

export class GatewayDeployment extends Construct {
  /** The resource, for what the props do not offer. */
  readonly deployment: DeploymentV1;
  readonly name = GATEWAY;

  constructor(scope: Construct, id: string, props: GatewayDeploymentProps) {
    super(scope, id);
    const { namespace, image, settings, secrets, migrationSecrets, size, journal, surge = 1 } = props;
    const faults = [...imageFaults(image), ...endFaults(props)];
    if (faults.length > 0) throw new Error(faults.join('\n'));

    const tmp = { name: 'tmp', mountPath: '/tmp' };
    const container = {
      image,
      imagePullPolicy: 'IfNotPresent',
      workingDir: WORKDIR,
      envFrom: [{ configMapRef: { name: settings.name } }],
      resources: {
        requests: { ...quantities(size.requests), 'ephemeral-storage': EPHEMERAL.request },
        limits: { ...quantities(size.limits), 'ephemeral-storage': journal.diskLimit ?? EPHEMERAL.limit },
      },
      securityContext: CONTAINER_SECURITY,
      terminationMessagePolicy: 'FallbackToLogsOnError',
    };

    // Another selector replaces the Deployment, with every pod of it at once.
    this.deployment = new DeploymentV1(this, 'deployment', {
      metadata: { name: this.name, namespace, labels: { ...GATEWAY_LABELS } },
      spec: {
        replicas: props.replicas.toString(),
        revisionHistoryLimit: 5,
        // A pod that answers for so long and then fails does not let the next one go.
        minReadySeconds: 5,
        progressDeadlineSeconds: 600,
        selector: { matchLabels: { ...GATEWAY_SELECTOR } },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: surge.toString(), maxUnavailable: '1' } },
        template: {
          metadata: {
            labels: { ...GATEWAY_LABELS },
            annotations: {
              [`${ANNOTATION_PREFIX}settings`]: settings.checksum,
              [`${ANNOTATION_PREFIX}secrets`]: props.secretRevisions,
            },
          },
          spec: {
            serviceAccountName: props.serviceAccount,
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            securityContext: POD_SECURITY,
            terminationGracePeriodSeconds: props.terminationGraceSeconds,
            priorityClassName: props.priorityClassName,
            ...(props.nodeSelector === undefined ? {} : { nodeSelector: { ...props.nodeSelector } }),
            affinity: APART,
            dnsConfig: { option: DNS_OPTIONS },
            topologySpreadConstraint: SPREAD,
            initContainer: [
              {
                ...container,
                name: 'migration',
                args: [MIGRATION],
                env: [...migrationSecrets.env],
                volumeMount: [tmp, migrationSecrets.mount],
              },
            ],
            container: [
              {
                ...container,
                name: GATEWAY,
                env: [...secrets.env, { name: 'NODE_OPTIONS', value: `--max-old-space-size=${heapMiB(size)}` }],
                port: [{ name: HTTP_PORT.name, containerPort: HTTP_PORT.number, protocol: 'TCP' }],
                ...PROBES,
                // The image has no shell and no `sleep`; Node.js waits as well.
                lifecycle: {
                  preStop: [{ exec: { command: ['node', '-e', wait(props.preStopSeconds)] } }],
                },
                volumeMount: [tmp, journal.mount, secrets.mount],
              },
            ],
            volume: [
              { name: tmp.name, emptyDir: { sizeLimit: TMP_LIMIT } },
              journal.volume,
              secrets.volume,
              migrationSecrets.volume,
            ],
          },
        },
      },
      timeouts: { create: '15m', update: '15m' },
      dependsOn: [settings.configMap, ...(props.after ?? [])],
      // The autoscaler sets the number of pods; the next plan would set it back.
      lifecycle: { ignoreChanges: ['spec[0].replicas'] },
      ...props.overrides,
    });
  }
}

/** A program of Node.js that does nothing for so long. */
const wait = (seconds: number): string => `setTimeout(() => undefined, ${seconds * 1_000})`;

function imageFaults(image: string): string[] {
  if (/^[\w.:/-]+@sha256:[0-9a-f]{64}$/.test(image)) return [];
  return [
    `deployment.image (${image}) must be named by its digest, as a tag may point elsewhere tomorrow; write …@sha256:…`,
  ];
}

/** Seconds that preStop and the gateway's own drain, grace and cut-off may take, and the whole of them. */
function endFaults({ settings, preStopSeconds, terminationGraceSeconds }: GatewayDeploymentProps): string[] {
  const { drainMs, graceMs } = settings.config.shutdown;
  const faults: string[] = [];
  if (!Number.isInteger(preStopSeconds) || preStopSeconds < 1) {
    faults.push(
      `deployment.preStopSeconds (${preStopSeconds}) must be a whole number from 1, the time in which proxies notice; raise it to 1`,
    );
  }
  const needed = preStopSeconds + Math.ceil((drainMs + graceMs) / 1_000);
  if (terminationGraceSeconds < needed) {
    faults.push(
      `deployment.terminationGraceSeconds (${terminationGraceSeconds}) must be at least ${needed}: preStop, SHUTDOWN_DRAIN_MS and SHUTDOWN_GRACE_MS; raise it to ${needed}`,
    );
  }
  return faults;
}
