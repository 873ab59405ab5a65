/** Planted faults: how clients reach the gateway. */
import { refuses } from './planted';

refuses('the way in', [
  [
    'K5',
    'a name that is none',
    (e) => {
      e.ingress.host = 'https://gateway';
    },
    /ingress\.host \(https:\/\/gateway\) must be a name like gateway\.example\.com/,
  ],
  [
    'K5',
    'a certificate of nobody',
    (e) => {
      e.ingress.certificate = { kind: 'secret', secretName: '' };
    },
    /ingress\.certificate\.secretName \(empty\) must be the name of a Secret/,
  ],
  [
    'K5',
    'an issuer of no name',
    (e) => {
      e.ingress.certificate = { kind: 'cert-manager', clusterIssuer: 'Let us encrypt' };
    },
    /clusterIssuer \(Let us encrypt\) must be the name of a ClusterIssuer/,
  ],
  [
    'K5',
    'a cookie over a hash',
    (e) => {
      e.ingress.balancing = { algorithm: 'hash', by: 'api-key' };
      e.ingress.stickySessions = true;
    },
    /ingress\.stickySessions \(true\) must not go with ingress\.balancing by hash.*drop one/,
  ],
  [
    'K5',
    'a rate of nothing',
    (e) => {
      e.ingress.rateLimit = { requestsPerSecond: 0, burstSeconds: 5, connections: 10 };
    },
    /rateLimit\.requestsPerSecond \(0\).*leave rateLimit out for none/,
  ],
  [
    'K5',
    'a burst of an hour',
    (e) => {
      e.ingress.rateLimit = { requestsPerSecond: 5, burstSeconds: 3_600, connections: 10 };
    },
    /rateLimit\.burstSeconds \(3600\) must be a whole number from 1 to 60/,
  ],
  [
    'K5',
    'an origin with a path',
    (e) => {
      e.ingress.corsOrigins = ['https://console.example.com/'];
    },
    /workload\.settings: CORS_ORIGINS .* must be origins like https:\/\/example\.com/,
  ],
  [
    'K3',
    'the internet without a certificate',
    (e) => {
      e.ingress.loadBalancer = { kind: 'internet', certificateId: '' };
    },
    /loadBalancer\.certificateId \(empty\) must be the id of a certificate/,
  ],
  [
    'K3',
    'answers that the load balancer cuts',
    (e) => {
      e.ingress.loadBalancer = { kind: 'internet', certificateId: '1234567890123456-cn-hangzhou' };
      e.workload.timeouts = { longestStream: 200, gatewayTotal: 200, ingress: 200, drain: 7, terminationGrace: 210 };
    },
    /timeouts\.gatewayTotal \(200\) must be at most 180 with ingress\.loadBalancer/,
  ],
]);
