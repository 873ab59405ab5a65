/** The gateway's secrets: the store they come from, and numbers of their values. */
import type { Environment } from '../environment';
import { shaped, whole, type Fault } from './fault';

const REVISIONS = { min: 1, max: 1_000_000 } as const;

/** Checks the store's name and the numbers. */
export function* secrets({ secrets: { store, revisions } }: Environment): Iterable<Fault> {
  if (store.kind === 'external-secrets') {
    yield* shaped(
      'secrets.store.clusterSecretStore',
      store.clusterSecretStore,
      /^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/,
      'the name of a ClusterSecretStore; `kubectl get clustersecretstore` lists them',
    );
  }
  for (const [key, revision] of Object.entries(revisions)) {
    yield* whole(`secrets.revisions.${key}`, revision, REVISIONS, 'it counts values; raise the last one by 1');
  }
}
