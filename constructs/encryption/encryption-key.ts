/**
 * The key that encrypts what an environment stores, and its alias.
 *
 * Source: provider documentation of `alicloud_kms_key` and `alicloud_kms_alias` (1.285.0).
 */
import { Construct } from 'constructs';
import { KmsAlias } from '@cdktf/provider-alicloud/lib/kms-alias';
import type { KmsKeyConfig } from '@cdktf/provider-alicloud/lib/kms-key';
import { KmsKey } from '@cdktf/provider-alicloud/lib/kms-key';
import { preventDestroy } from '../policy/protection';

/** Days that a key may wait for its end. */
const WINDOW_DAYS = { min: 7, max: 366 } as const;
const SECONDS_PER_DAY = 24 * 60 * 60;

/** Days between two rotations that KMS takes. */
const ROTATION_DAYS = { min: 7, max: 730 } as const;

export interface EncryptionKeyProps {
  /** Name of the alias, after `alias/`; 1–255 letters, digits, hyphens, slashes and underscores. ForceNew for the alias. */
  readonly name: string;
  /** What it encrypts. */
  readonly description: string;
  /**
   * The KMS instance that holds it. ForceNew: another one replaces the key, and what the old one encrypted is lost.
   * @default none: it becomes the region's one default key, which two environments of one account cannot both have
   */
  readonly instanceId?: string;
  /** Days between two rotations; old versions still decrypt. `false` never rotates. @default 365 */
  readonly rotationDays?: number | false;
  /** Days between the order to delete it and its end, 7–366; without any, it cannot be destroyed. @default 30 */
  readonly deletionWindowDays?: number;
  /** Refuses deletion, in Terraform and in the cloud. @default true */
  readonly protect?: boolean;
  /** The last word on the key's own arguments. @default none */
  readonly overrides?: Partial<KmsKeyConfig>;
}

export class EncryptionKey extends Construct {
  /** The resource, for what the props do not offer. */
  readonly key: KmsKey;
  readonly alias: KmsAlias;

  constructor(scope: Construct, id: string, props: EncryptionKeyProps) {
    super(scope, id);
    const { rotationDays = 365, deletionWindowDays = 30, protect = true } = props;
    if (!/^[\w/-]{1,255}$/.test(props.name) || props.name.startsWith('alias/') || props.name.startsWith('acs/')) {
      throw new Error(
        `encryptionKey.name (${props.name}) must be 1 to 255 letters, digits, hyphens, slashes and underscores, without alias/ or acs/ before it`,
      );
    }
    checkDays('deletionWindowDays', deletionWindowDays, WINDOW_DAYS);
    if (rotationDays !== false) {
      checkDays('rotationDays', rotationDays, ROTATION_DAYS);
    }

    // The key is the data: without it, what it encrypted cannot be read by anybody. Renaming an id, or changing
    // dkmsInstanceId, keySpec, keyUsage, origin or protectionLevel, makes another key and schedules this one's end.
    this.key = new KmsKey(this, 'key', {
      description: props.description,
      keySpec: 'Aliyun_AES_256',
      keyUsage: 'ENCRYPT/DECRYPT',
      origin: 'Aliyun_KMS',
      protectionLevel: 'SOFTWARE',
      status: 'Enabled',
      ...(props.instanceId === undefined ? {} : { dkmsInstanceId: props.instanceId }),
      ...(rotationDays === false
        ? { automaticRotation: 'Disabled' }
        : // KMS takes days, too, but answers in seconds, and every plan would want to change that.
          { automaticRotation: 'Enabled', rotationInterval: `${rotationDays * SECONDS_PER_DAY}s` }),
      pendingWindowInDays: deletionWindowDays,
      // A word, not a truth value, and its description is refused without it.
      ...(protect
        ? { deletionProtection: 'Enabled', deletionProtectionDescription: `${props.name} encrypts data that lives on` }
        : { deletionProtection: 'Disabled' }),
      lifecycle: preventDestroy(protect),
      ...props.overrides,
    });
    this.alias = new KmsAlias(this, 'alias', { aliasName: `alias/${props.name}`, keyId: this.key.id });
  }
}

function checkDays(what: string, days: number, bounds: { readonly min: number; readonly max: number }): void {
  if (!Number.isInteger(days) || days < bounds.min || days > bounds.max) {
    throw new Error(
      `encryptionKey.${what} (${days}) must be a whole number of days from ${bounds.min} to ${bounds.max}`,
    );
  }
}
