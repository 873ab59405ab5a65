/** How the pods run, come and go: image, settings, scaling, disruption, and limits of time that fit into each other. */
import { processesOf } from '../../constructs/workload/pod-size';
import { readSettings } from '../../constructs/workload/settings';
import type { Environment } from '../environment';
import { gatewaySecretNames, gatewaySettings } from '../gateway-settings';
import { SHUTDOWN_MARGIN_SECONDS } from '../plans/workload';
import { fault, shaped, whole, type Fault } from './fault';

/** No limit of time is longer than an hour: a load balancer cuts it anyway. */
const SECONDS = { min: 1, max: 3_600 } as const;

/** What the tier asks for on top is checked there. */
const PODS = { min: 0, max: 1_000 } as const;

/** Below ten percent an autoscaler follows noise; above what a pod asks for, up to what it may use, is for bursts. */
const PERCENT = { min: 10, max: 300 } as const;

const REQUESTS_PER_SECOND = { min: 1, max: 100_000 } as const;

/** Disk of the node that a pod may take, MiB; and of a claim, GiB. A NAS class makes nothing smaller. */
const JOURNAL_MIB = { min: 64, max: 65_536 } as const;
const JOURNAL_GIB = { min: 1, max: 32_768 } as const;

/** The least drain has a second for preStop and one for the gateway. */
const DRAIN_SECONDS = { min: 2, max: 3_600 } as const;

/** Checks image, scaling and journal. */
export function* pods({ workload, profile }: Environment): Iterable<Fault> {
  const { imageDigest, scaling, journal, databasePoolSize } = workload;
  yield* shaped(
    'workload.imageDigest',
    imageDigest,
    /^sha256:[0-9a-f]{64}$/,
    'sha256: and 64 hex digits, as a tag may point elsewhere tomorrow; copy it from the registry',
  );
  yield* whole('workload.scaling.cpuPercent', scaling.cpuPercent, PERCENT, 'it is of what a pod asks for');
  yield* whole('workload.scaling.memoryPercent', scaling.memoryPercent, PERCENT, 'it is of what a pod asks for');
  yield* whole(
    'workload.scaling.requestsPerSecond',
    scaling.requestsPerSecond,
    REQUESTS_PER_SECOND,
    'it is of one pod',
  );
  if (journal.kind === 'pod') {
    yield* whole('workload.journal.sizeMiB', journal.sizeMiB, JOURNAL_MIB, "it is of the node's disk");
  } else {
    yield* whole('workload.journal.sizeGiB', journal.sizeGiB, JOURNAL_GIB, 'the storage class takes no other size');
    yield* shaped(
      'workload.journal.storageClass',
      journal.storageClass,
      /^[a-z0-9]([-.a-z0-9]{0,61}[a-z0-9])?$/,
      'the name of a StorageClass; `kubectl get storageclass` lists them',
    );
  }
  const processes = processesOf(profile);
  if (databasePoolSize < processes) {
    yield fault(
      'workload.databasePoolSize',
      databasePoolSize,
      `must be at least ${processes}, one for each process of a pod (whole cores of profile.limits); raise it to ${processes}`,
    );
  }
}

/** Checks that the gateway would start with its settings, by the gateway's own reader. */
export function* settings(environment: Environment): Iterable<Fault> {
  const reading = readSettings(gatewaySettings(environment), gatewaySecretNames(environment));
  if ('config' in reading) return;
  for (const message of reading.faults) {
    yield { path: 'workload.settings', message: `workload.settings: ${message}` };
  }
}

/** Checks that a node can be drained while enough pods stay. */
export function* disruption({ workload, profile }: Environment): Iterable<Fault> {
  yield* whole('workload.minAvailable', workload.minAvailable, PODS, 'it counts pods');
  if (workload.minAvailable >= profile.replicas.min) {
    yield fault(
      'workload.minAvailable',
      workload.minAvailable,
      `must be below profile.replicas.min (${profile.replicas.min}), or no node can ever be drained; lower it to ${profile.replicas.min - 1}`,
    );
  }
}

/** Checks that what is outside waits at least as long as what is inside. */
export function* timeouts({ workload: { timeouts } }: Environment): Iterable<Fault> {
  for (const key of ['longestStream', 'gatewayTotal', 'ingress', 'terminationGrace'] as const) {
    yield* whole(`workload.timeouts.${key}`, timeouts[key], SECONDS, 'it is in seconds');
  }
  yield* whole(
    'workload.timeouts.drain',
    timeouts.drain,
    DRAIN_SECONDS,
    'preStop takes the first second, the gateway the rest',
  );
  const { longestStream, gatewayTotal, ingress, drain, terminationGrace } = timeouts;
  if (gatewayTotal < longestStream) {
    yield fault(
      'workload.timeouts.gatewayTotal',
      gatewayTotal,
      `must be at least timeouts.longestStream (${longestStream}), or no stream ever lasts so long; raise it to ${longestStream}`,
    );
  }
  if (ingress < gatewayTotal) {
    yield fault(
      'workload.timeouts.ingress',
      ingress,
      `must be at least timeouts.gatewayTotal (${gatewayTotal}), or the ingress cuts answers that the gateway would finish; raise it to ${gatewayTotal}`,
    );
  }
  const least = drain + gatewayTotal + SHUTDOWN_MARGIN_SECONDS;
  if (terminationGrace < least) {
    yield fault(
      'workload.timeouts.terminationGrace',
      terminationGrace,
      `must be at least timeouts.drain + timeouts.gatewayTotal + ${SHUTDOWN_MARGIN_SECONDS} (${drain} + ${gatewayTotal} + ${SHUTDOWN_MARGIN_SECONDS}), or every deployment cuts answers; raise it to ${least}`,
    );
  }
}
