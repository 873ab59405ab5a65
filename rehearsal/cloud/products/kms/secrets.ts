/** Secrets: values under a name, each version with its own label. One that is deleted can be had back for a while. */
import { ApiError, notFound } from '../../api-error';
import type { Cloud } from '../../cloud';
import { Kind } from '../../store';
import type { Entity } from '../../store';

export const CURRENT = 'ACSCurrent';
const PREVIOUS = 'ACSPrevious';

interface Version {
  readonly id: string;
  readonly data: Hidden;
  readonly dataType: string;
  readonly createdAt: number;
  stages: readonly string[];
}

/** A value that is answered to who asks for it, and is in no snapshot. */
export class Hidden {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }
}

export interface Secret extends Entity {
  /** Its name. */
  readonly id: string;
  readonly encryptionKeyId: string;
  readonly instanceId: string;
  readonly createdAt: number;
  readonly versions: Version[];
  readonly tags: Map<string, string>;
  description: string;
  policy: string;
  updatedAt: number;
  /** When it ends, in ms since the epoch, once it was deleted. */
  deleteAt: number | undefined;
}

export const secrets = new Kind<Secret>({
  noun: 'KMS secret',
  terraform: { type: 'alicloud_kms_secret' },
  removal: (secret) => `aliyun kms DeleteSecret --SecretName ${secret.id} --ForceDeleteWithoutRecovery true`,
  discarded: (secret) => secret.deleteAt !== undefined,
});

/** @throws ApiError `Forbidden.ResourceNotFound`, also once its recovery window has ended */
export function secretNamed(cloud: Cloud, name: string | undefined): Secret {
  const missing = (unknown: string): ApiError => notFound('Forbidden.ResourceNotFound', 'Secret', unknown);
  const secret = secrets.in(cloud.store).get(name, missing);
  if (secret.deleteAt !== undefined && secret.deleteAt <= cloud.now()) {
    secrets.in(cloud.store).remove(secret.id);
    throw missing(secret.id);
  }
  return secret;
}

export function livingSecret(cloud: Cloud, name: string | undefined): Secret {
  const secret = secretNamed(cloud, name);
  if (secret.deleteAt === undefined) return secret;
  throw new ApiError(
    'Rejected.ResourceInDeletionWindow',
    `The secret (${secret.id}) is deleted and can be restored until ${cloud.timestamp(secret.deleteAt)}.`,
    409,
  );
}

/** Adds a version that the given stages move to. @throws ApiError `Rejected.ResourceExist` for a label that exists */
export function addVersion(cloud: Cloud, secret: Secret, version: Omit<Version, 'createdAt'>): void {
  if (secret.versions.some(({ id }) => id === version.id)) {
    throw new ApiError(
      'Rejected.ResourceExist',
      `The version (${version.id}) of the secret (${secret.id}) already exists.`,
      409,
    );
  }
  const becomesCurrent = version.stages.includes(CURRENT);
  for (const known of secret.versions) {
    const wasCurrent = known.stages.includes(CURRENT);
    known.stages = known.stages.filter((stage) => !version.stages.includes(stage));
    if (!becomesCurrent) continue;
    known.stages = wasCurrent ? [PREVIOUS] : known.stages.filter((stage) => stage !== PREVIOUS);
  }
  secret.versions.push({ ...version, createdAt: cloud.now() });
  secret.updatedAt = cloud.now();
}
