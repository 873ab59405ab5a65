/** How clients reach the gateway. */
import { LISTENER_TIMEOUT_SECONDS } from '../../constructs/workload/load-balancer';
import type { Environment } from '../environment';
import { fault, shaped, whole, type Fault } from './fault';

const HOST = /^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
const NAME = /^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/;

const RATE = { min: 1, max: 100_000 } as const;
/** More than that lets a whole minute's worth in at once. */
const BURST_SECONDS = { min: 1, max: 60 } as const;

/** Checks name, certificate, balancing and limits of the way in. */
export function* ingress({ ingress, workload }: Environment): Iterable<Fault> {
  const { host, certificate, balancing, stickySessions, rateLimit, loadBalancer } = ingress;
  yield* shaped('ingress.host', host, HOST, 'a name like gateway.example.com; write it in lower case');
  yield* certificate.kind === 'secret'
    ? shaped('ingress.certificate.secretName', certificate.secretName, NAME, 'the name of a Secret')
    : shaped('ingress.certificate.clusterIssuer', certificate.clusterIssuer, NAME, 'the name of a ClusterIssuer');
  if (stickySessions && balancing.algorithm === 'hash') {
    yield fault(
      'ingress.stickySessions',
      stickySessions,
      'must not go with ingress.balancing by hash, as the cookie wins and the hash does nothing; drop one',
    );
  }
  if (rateLimit !== undefined) {
    const { requestsPerSecond, burstSeconds, connections } = rateLimit;
    yield* whole('ingress.rateLimit.requestsPerSecond', requestsPerSecond, RATE, 'leave rateLimit out for none');
    yield* whole('ingress.rateLimit.burstSeconds', burstSeconds, BURST_SECONDS, 'it is in seconds');
    yield* whole('ingress.rateLimit.connections', connections, RATE, 'leave rateLimit out for none');
  }
  if (loadBalancer?.kind === 'internet') {
    yield* shaped(
      'ingress.loadBalancer.certificateId',
      loadBalancer.certificateId,
      /^\d+-[\w-]+$/,
      'the id of a certificate of the load balancer, such as 1234567890123456-cn-hangzhou; copy it from the console',
    );
    if (workload.timeouts.gatewayTotal > LISTENER_TIMEOUT_SECONDS) {
      yield fault(
        'workload.timeouts.gatewayTotal',
        workload.timeouts.gatewayTotal,
        `must be at most ${LISTENER_TIMEOUT_SECONDS} with ingress.loadBalancer, whose listener waits no longer; lower it, or drop the load balancer`,
      );
    }
  }
}
