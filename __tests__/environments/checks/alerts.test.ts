/** Planted faults: numbers of alerts. */
import { refuses } from './planted';

refuses('alerts', [
  [
    'M3',
    'a percentage in place of a share',
    (e) => {
      e.alerts = { thresholds: { HighErrorRate: { critical: 20 } } };
    },
    /alerts\.thresholds\.HighErrorRate\.critical \(20\) must be at most 1, as it is a share; 5 % is 0\.05/,
  ],
  [
    'M3',
    'a warning after what it warns of',
    (e) => {
      e.alerts = { thresholds: { HighErrorRate: { warning: 0.2 } } };
    },
    /alerts\.thresholds\.HighErrorRate\.warning \(0\.2\) must be below critical \(0\.1\).*lower it/,
  ],
  [
    'M3',
    'a warning of too little after what it warns of',
    (e) => {
      e.alerts = { thresholds: { DiskSpaceLow: { critical: 0.2 } } };
    },
    /alerts\.thresholds\.DiskSpaceLow\.warning \(0\.15\) must be above critical \(0\.2\).*raise it/,
  ],
  [
    'M3',
    'a quantile between two buckets',
    (e) => {
      e.alerts = { thresholds: { HighResponseTime: { warning: 0.3 } } };
    },
    /alerts\.thresholds\.HighResponseTime\.warning \(0\.3\) must be where a bucket ends.*take one of .*0\.2, 0\.5/,
  ],
  [
    'M3',
    'a value that everything is above',
    (e) => {
      e.alerts = { thresholds: { HighCost: { warning: 0 } } };
    },
    /alerts\.thresholds\.HighCost\.warning \(0\) must be above 0; leave it out for 3/,
  ],
  [
    'M3',
    'a severity that the alert has not',
    (e) => {
      e.alerts = { thresholds: { HighLatency: { critical: 10 } } };
    },
    /alerts\.thresholds\.HighLatency\.critical \(10\) makes no rule, as the alert is warning only/,
  ],
  [
    'M3',
    'a floor that the alert has not',
    (e) => {
      e.alerts = { thresholds: { QuotaNearLimit: { floor: 1 } } };
    },
    /alerts\.thresholds\.QuotaNearLimit\.floor \(1\) is read by nothing/,
  ],
  [
    'M3',
    'a floor below nothing',
    (e) => {
      e.alerts = { thresholds: { LowThroughput: { floor: -1 } } };
    },
    /alerts\.thresholds\.LowThroughput\.floor \(-1\) must be 0 or more; leave it out for 1/,
  ],
  [
    'M4',
    'an objective without a budget',
    (e) => {
      e.alerts = { objectives: { availability: 1 } };
    },
    /alerts\.objectives\.availability \(1\) must be above 0\.931.*below 1.*leave it out for 0\.999/,
  ],
  [
    'M4',
    'an objective so low that its fastest alert never rings',
    (e) => {
      e.alerts = { objectives: { 'overhead-p95': 0.9 } };
    },
    /alerts\.objectives\.overhead-p95 \(0\.9\) must be above 0\.931/,
  ],
  [
    'M3',
    'runbooks without an address',
    (e) => {
      e.alerts = { runbooks: 'docs/runbooks' };
    },
    /alerts\.runbooks \(docs\/runbooks\) must be an http address/,
  ],
]);
