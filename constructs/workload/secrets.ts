/**
 * The gateway's secrets, by reference: they stay in KMS, and pods get them as files when they start. No value is in a
 * state, a plan or a ConfigMap. docs/decisions/0006-secrets.md says why files, and what makes a rotation.
 */
import { Release, type ReleaseConfig } from '@cdktf/provider-helm/lib/release';
import type {
  DeploymentV1SpecTemplateSpecContainerEnv,
  DeploymentV1SpecTemplateSpecContainerVolumeMount,
  DeploymentV1SpecTemplateSpecVolume,
} from '@cdktf/provider-kubernetes/lib/deployment-v1';
import { Construct } from 'constructs';
import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import { fileVariable } from '../../app/src/config/secret-file';
import { LocalChart } from '../charts';
import { COMMON_LABELS } from './names';
import type { SecretName } from './settings';

/** A secret that pods are given. */
export interface SecretReference {
  /** The variable that it is the value of. */
  readonly variable: SecretName;
  /** Its name in KMS. */
  readonly secret: string;
  /** Names the value that is in KMS now, such as `v1.1`. Another one makes new pods, and those read the new value. */
  readonly revision: string;
}

/** How secrets get from KMS into pods. */
export type SecretStore =
  /** By the Secrets Store CSI driver: read when a pod is made, by the role of its service account; no Secret exists. */
  | { readonly kind: 'csi'; readonly region: string }
  /** By External Secrets Operator, as a Secret. The store is there before, and is not ours. */
  | { readonly kind: 'external-secrets'; readonly clusterSecretStore: string };

export interface GatewaySecretsProps {
  readonly namespace: string;
  readonly store: SecretStore;
  /** Secrets by the name of the group that a container mounts: one container sees its own groups only. */
  readonly groups: Readonly<Record<string, readonly SecretReference[]>>;
  /** The last word on the release's own arguments. @default none */
  readonly overrides?: { readonly release?: Partial<ReleaseConfig> };
}

/** What the chart takes; see its `values.schema.json`. */
export type GatewaySecretsValues = {
  readonly labels: Readonly<Record<string, string>>;
  readonly groups: readonly {
    readonly name: string;
    readonly secrets: readonly { readonly secret: string; readonly file: string }[];
  }[];
} & (
  | { readonly store: 'csi'; readonly region: string }
  | { readonly store: 'external-secrets'; readonly clusterSecretStore: string }
);

/** A group as a pod uses it. */
export interface SecretGroup {
  readonly volume: DeploymentV1SpecTemplateSpecVolume;
  readonly mount: DeploymentV1SpecTemplateSpecContainerVolumeMount;
  /** Where each secret's file is. */
  readonly env: readonly DeploymentV1SpecTemplateSpecContainerEnv[];
}

/** The driver that mounts secrets. */
const CSI_DRIVER = 'secrets-store.csi.k8s.io';

/** Folder of a pod in which each group has its own. */
const MOUNTED_AT = '/run/secrets/gateway';

export class GatewaySecrets extends Construct {
  /** The release, for what the props do not offer. Pods do not start before it is there. */
  readonly release: Release;
  /** What the chart is given. */
  readonly values: GatewaySecretsValues;
  /** Every secret with its revision, in one text: on a pod template it makes new pods when a secret is rotated. */
  readonly revisions: string;
  readonly #groups: Readonly<Record<string, SecretGroup>>;

  constructor(scope: Construct, id: string, props: GatewaySecretsProps) {
    super(scope, id);
    const { namespace, store, groups } = props;
    const faults = groupFaults(groups);
    if (faults.length > 0) throw new Error(faults.join('\n'));

    const named = Object.entries(groups).map(([noun, secrets]) => ({
      noun,
      name: groupName(store, noun, secrets),
      secrets,
    }));
    this.revisions = revisionsOf(Object.values(groups).flat());
    this.#groups = Object.fromEntries(
      named.map(({ noun, name, secrets }) => [noun, asMounted(store, noun, name, secrets)]),
    );

    this.values = {
      ...(store.kind === 'csi'
        ? { store: store.kind, region: store.region }
        : { store: store.kind, clusterSecretStore: store.clusterSecretStore }),
      labels: COMMON_LABELS,
      groups: named.map(({ name, secrets }) => ({
        name,
        secrets: secrets.map(({ variable, secret }) => ({ secret, file: fileName(variable) })),
      })),
    };
    const chart = new LocalChart(this, 'chart', { name: 'gateway-secrets' });
    this.release = new Release(this, 'release', {
      name: 'gateway-secrets',
      namespace,
      chart: chart.path,
      values: [stringify(this.values)],
      atomic: true,
      maxHistory: 5,
      ...props.overrides?.release,
    });
  }

  /**
   * A group as a pod uses it.
   * @throws when there is no such group
   */
  group(noun: string): SecretGroup {
    const group = this.#groups[noun];
    if (group === undefined) {
      throw new Error(`there is no group ${noun} of secrets; there are ${Object.keys(this.#groups).join(', ')}`);
    }
    return group;
  }
}

/** `DATABASE_URL` → `database-url`. */
const fileName = (variable: SecretName): string => variable.toLowerCase().replaceAll('_', '-');

function revisionsOf(secrets: readonly SecretReference[]): string {
  return [...new Set(secrets.map(({ secret, revision }) => `${secret}=${revision}`))].sort().join(',');
}

/**
 * What a group is called in the cluster. A Secret of the operator's has another name with each rotation: under a name
 * that stays, a new pod could still get the old value, and an old one the new.
 */
function groupName(store: SecretStore, noun: string, secrets: readonly SecretReference[]): string {
  if (store.kind === 'csi') return `gateway-${noun}`;
  return `gateway-${noun}-${createHash('sha256').update(revisionsOf(secrets)).digest('hex').slice(0, 8)}`;
}

function asMounted(store: SecretStore, noun: string, name: string, secrets: readonly SecretReference[]): SecretGroup {
  const mountPath = `${MOUNTED_AT}/${noun}`;
  const volume = `secrets-${noun}`;
  return {
    volume: {
      name: volume,
      ...(store.kind === 'csi'
        ? { csi: { driver: CSI_DRIVER, readOnly: true, volumeAttributes: { secretProviderClass: name } } }
        : { secret: { secretName: name, defaultMode: '0440' } }),
    },
    mount: { name: volume, mountPath, readOnly: true },
    env: secrets.map(({ variable }) => ({
      name: fileVariable(variable),
      value: `${mountPath}/${fileName(variable)}`,
    })),
  };
}

function groupFaults(groups: GatewaySecretsProps['groups']): string[] {
  return Object.entries(groups).flatMap(([noun, secrets]) => {
    const faults: string[] = [];
    if (!/^[a-z][a-z-]{0,20}$/.test(noun)) {
      faults.push(`gatewaySecrets group ${noun} must be 1 to 21 lower-case letters and hyphens; respell it`);
    }
    if (secrets.length === 0) faults.push(`gatewaySecrets group ${noun} has no secret; drop it`);
    const twice = secrets.filter(
      (one, index) => secrets.findIndex(({ variable }) => variable === one.variable) < index,
    );
    faults.push(...twice.map(({ variable }) => `gatewaySecrets group ${noun} has ${variable} twice; drop one`));
    const unnamed = secrets.filter(({ revision }) => !/^[\w.-]+$/.test(revision));
    faults.push(
      ...unnamed.map(
        ({ secret, revision }) =>
          `gatewaySecrets revision (${revision}) of ${secret} must be letters, digits, dots and hyphens; respell it`,
      ),
    );
    return faults;
  });
}
