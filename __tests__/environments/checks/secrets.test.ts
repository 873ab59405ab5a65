/** Planted faults: secrets by reference. */
import { refuses } from './planted';

refuses("the gateway's secrets", [
  [
    'K3',
    'a value before the first',
    (e) => {
      e.secrets.revisions.upstreamKeys = 0;
    },
    /secrets\.revisions\.upstreamKeys \(0\) must be a whole number from 1/,
  ],
  [
    'K3',
    'a store of no name',
    (e) => {
      e.secrets.store = { kind: 'external-secrets', clusterSecretStore: '' };
    },
    /secrets\.store\.clusterSecretStore \(empty\) must be the name of a ClusterSecretStore/,
  ],
  [
    'K3',
    'a key for a second region that there is not',
    (e) => {
      e.secrets.revisions.fallbackUpstreamKeys = 1;
    },
    /workload\.settings: DASHSCOPE_FALLBACK_BASE_URL \(unset\) must be set together/,
  ],
]);
