/** How the pods come and go: disruption, and limits of time that fit into each other. */
import type { Environment } from '../environment';
import { fault, whole, type Fault } from './fault';

/** No limit of time is longer than an hour: a load balancer cuts it anyway. */
const SECONDS = { min: 1, max: 3_600 } as const;

/** What the tier asks for on top is checked there. */
const PODS = { min: 0, max: 1_000 } as const;

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
  for (const key of ['longestStream', 'gatewayTotal', 'ingress', 'drain', 'terminationGrace'] as const) {
    yield* whole(`workload.timeouts.${key}`, timeouts[key], SECONDS, 'it is in seconds');
  }
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
  if (terminationGrace < drain + longestStream) {
    yield fault(
      'workload.timeouts.terminationGrace',
      terminationGrace,
      `must be at least timeouts.drain + timeouts.longestStream (${drain} + ${longestStream}), or every deployment cuts streams; raise it to ${drain + longestStream}`,
    );
  }
}
