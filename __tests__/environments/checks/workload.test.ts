/** Planted faults: how pods come and go. */
import { refuses } from './planted';

refuses('how pods come and go', [
  [
    'K4',
    'a node that cannot be drained',
    (e) => {
      e.workload.minAvailable = 5;
    },
    /workload\.minAvailable \(5\) must be below profile\.replicas\.min \(5\), or no node can ever be drained; lower it to 4/,
  ],
  [
    'K4',
    'a fraction of a pod',
    (e) => {
      e.workload.minAvailable = 2.5;
    },
    /workload\.minAvailable \(2\.5\) must be a whole number/,
  ],
  [
    'K5',
    'an ingress that gives up first',
    (e) => {
      e.workload.timeouts.ingress = 49;
    },
    /timeouts\.ingress \(49\) must be at least timeouts\.gatewayTotal \(50\), or the ingress cuts answers .*; raise it to 50/,
  ],
  [
    'K5',
    'a gateway that gives up before its stream',
    (e) => {
      e.workload.timeouts.gatewayTotal = 40;
    },
    /timeouts\.gatewayTotal \(40\) must be at least timeouts\.longestStream \(50\)/,
  ],
  [
    'K1',
    'a grace too short for the longest stream',
    (e) => {
      e.workload.timeouts.terminationGrace = 59;
    },
    /timeouts\.terminationGrace \(59\) must be at least .* \(10 \+ 50\), or every deployment cuts streams; raise it to 60/,
  ],
  [
    'K1',
    'no drain',
    (e) => {
      e.workload.timeouts.drain = 0;
    },
    /timeouts\.drain \(0\).*from 1 to 3600/,
  ],
]);
