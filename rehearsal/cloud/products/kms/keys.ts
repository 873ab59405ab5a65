/** Keys: what encrypts everything else. A key that is ordered to be deleted waits first, and can be had back. */
import { ApiError, notFound } from '../../api-error';
import type { Cloud } from '../../cloud';
import { Kind } from '../../store';
import type { Entity } from '../../store';

export interface Key extends Entity {
  readonly keySpec: string;
  readonly keyUsage: string;
  readonly origin: string;
  readonly protectionLevel: string;
  /** Empty for the region's default key. */
  readonly instanceId: string;
  readonly createdAt: number;
  readonly versionId: string;
  readonly tags: Map<string, string>;
  description: string;
  state: 'Enabled' | 'Disabled' | 'PendingDeletion';
  /** Seconds between two rotations; absent when it does not rotate. */
  rotationSeconds: number | undefined;
  protected: boolean;
  protectionDescription: string;
  policy: string;
  /** When it ends, in ms since the epoch, while it waits to be deleted. */
  deleteAt: number | undefined;
}

export const keys = new Kind<Key>({
  noun: 'KMS key',
  terraform: { type: 'alicloud_kms_key' },
  removal: (key) => `aliyun kms ScheduleKeyDeletion --KeyId ${key.id} --PendingWindowInDays ${WINDOW_DAYS.least}`,
  discarded: (key) => key.state === 'PendingDeletion',
});

/** Bounds of `PendingWindowInDays`. */
export const WINDOW_DAYS = { least: 7, most: 366 } as const;
/** Bounds of `RotationInterval`, in days. */
const ROTATION_DAYS = { least: 7, most: 730 } as const;
const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

export const keyArn = (cloud: Cloud, region: string, id: string): string =>
  `acs:kms:${region}:${cloud.accountId}:key/${id}`;

/** @throws ApiError `Forbidden.KeyNotFound`, also once the key's wait has ended */
export function keyWithId(cloud: Cloud, id: string | undefined): Key {
  const missing = (unknown: string): ApiError => notFound('Forbidden.KeyNotFound', 'Key', unknown);
  const key = keys.in(cloud.store).get(id, missing);
  if (key.deleteAt !== undefined && key.deleteAt <= cloud.now()) {
    keys.in(cloud.store).remove(key.id);
    throw missing(key.id);
  }
  return key;
}

/** @throws ApiError unless the key is there to be used or changed */
export function requireKey(cloud: Cloud, id: string | undefined): Key {
  const key = livingKey(cloud, id);
  if (key.state === 'Disabled') {
    throw new ApiError('Rejected.Disabled', `The request was rejected because the key (${key.id}) is disabled.`, 409);
  }
  return key;
}

export function livingKey(cloud: Cloud, id: string | undefined): Key {
  const key = keyWithId(cloud, id);
  if (key.state !== 'PendingDeletion') return key;
  throw new ApiError(
    'Rejected.PendingDeletion',
    `The request was rejected because the key (${key.id}) is pending deletion.`,
    409,
  );
}

/** @throws ApiError `InvalidParameter` for an interval of another form, or out of bounds */
function intervalSeconds(interval: string): number {
  const [, count = '', unit = ''] = /^(\d+)([dhms])$/.exec(interval) ?? [];
  const seconds = Number(count) * (UNIT_SECONDS[unit] ?? Number.NaN);
  const { least, most } = ROTATION_DAYS;
  if (seconds >= least * 86_400 && seconds <= most * 86_400) return seconds;
  throw new ApiError(
    'InvalidParameter',
    `RotationInterval (${interval}) is not ${least} to ${most} days, as a number and d, h, m or s.`,
  );
}

interface RotationRequest {
  readonly enableAutomaticRotation?: boolean | undefined;
  readonly rotationInterval?: string | undefined;
}

export function rotationOf(request: RotationRequest, key: Pick<Key, 'keySpec' | 'origin'>): number | undefined {
  if (request.enableAutomaticRotation !== true) return undefined;
  if (!/^Aliyun_/.test(key.keySpec) || key.origin === 'EXTERNAL') {
    throw new ApiError(
      'UnsupportedOperation',
      `A key of spec ${key.keySpec} from ${key.origin} cannot rotate by itself.`,
    );
  }
  if (request.rotationInterval === undefined) {
    throw new ApiError('InvalidParameter', 'RotationInterval is mandatory when EnableAutomaticRotation is true.');
  }
  return intervalSeconds(request.rotationInterval);
}

export function metadataOf(cloud: Cloud, region: string, key: Key) {
  const seconds = key.rotationSeconds;
  return {
    keyId: key.id,
    arn: keyArn(cloud, region, key.id),
    creator: cloud.accountId,
    creationDate: cloud.timestamp(key.createdAt),
    description: key.description,
    keyState: key.state,
    keySpec: key.keySpec,
    keyUsage: key.keyUsage,
    origin: key.origin,
    protectionLevel: key.protectionLevel,
    primaryKeyVersion: key.versionId,
    lastRotationDate: cloud.timestamp(key.createdAt),
    deleteDate: key.deleteAt === undefined ? '' : cloud.timestamp(key.deleteAt),
    materialExpireTime: '',
    dKMSInstanceId: key.instanceId,
    deletionProtection: key.protected ? 'Enabled' : 'Disabled',
    deletionProtectionDescription: key.protectionDescription,
    automaticRotation: seconds === undefined ? 'Disabled' : 'Enabled',
    // Whatever the unit it was asked for in, it is told in seconds.
    ...(seconds !== undefined && {
      rotationInterval: `${seconds}s`,
      nextRotationDate: cloud.timestamp(key.createdAt + seconds * 1000),
    }),
  };
}
