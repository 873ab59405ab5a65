/**
 * One secret value in KMS Secrets Manager, encrypted by a key of ours.
 * The value is a token: Terraform knows it, and marks it sensitive, so it is in no plan text, output or log.
 * It is in the state, as every value that Terraform makes or passes on is; the state's bucket is encrypted and private.
 * Source: provider documentation of `alicloud_kms_secret` (1.285.0).
 */
import { Construct } from 'constructs';
import { Token } from 'cdktf';
import { KmsSecret, type KmsSecretConfig } from '@cdktf/provider-alicloud/lib/kms-secret';

/** Days that a deleted secret can be recovered. Source: DeleteSecret of the KMS API. */
export const RECOVERY_WINDOW_DAYS = { min: 7, max: 30, default: 30 } as const;

export interface SecretProps {
  /** Name within the account and region. Pods and people refer to it. */
  readonly name: string;
  /** The value: a token, never a literal. */
  readonly value: string;
  /** Label of this value. A new value needs a new label: KMS refuses a second value under one that exists. */
  readonly version: string;
  /** Key that encrypts it. Changing the key replaces the secret. */
  readonly encryptionKeyId: string;
  /** The dedicated KMS instance that the key lives in; the secret must live in the same. @default the shared service */
  readonly kmsInstanceId?: string;
  /** What it is for, shown in the console. @default none */
  readonly description?: string;
  /** Days that it can be recovered after a deletion, 7 to 30; `false` deletes at once. @default 30 */
  readonly recoveryWindowDays?: number | false;
  /** Refuses its deletion in Terraform. @default true */
  readonly protect?: boolean;
  /** The last word on the resource's own arguments. @default none */
  readonly overrides?: Partial<KmsSecretConfig>;
}

export class Secret extends Construct {
  /** The resource, for what the props do not offer. */
  readonly secret: KmsSecret;
  /** What a secret store is told to fetch. Names are public; values are not. */
  readonly name: string;
  readonly version: string;

  constructor(scope: Construct, id: string, props: SecretProps) {
    super(scope, id);
    const { recoveryWindowDays = RECOVERY_WINDOW_DAYS.default, protect = true } = props;
    this.name = props.name;
    this.version = props.version;

    refuseLiteral(`secret.value of ${props.name}`, props.value);
    if (!/^[\w/+=.@-]{1,64}$/.test(props.name)) {
      throw new Error(`secret.name (${props.name}) must be 1 to 64 letters, digits or _/+=.@-; shorten or respell it`);
    }
    if (recoveryWindowDays !== false) checkRecoveryWindow(recoveryWindowDays);

    // Renaming this id, the name or the key replaces the secret, and the old name stays taken while it can be recovered.
    this.secret = new KmsSecret(this, 'secret', {
      secretName: props.name,
      secretData: props.value,
      secretDataType: 'text',
      versionId: props.version,
      encryptionKeyId: props.encryptionKeyId,
      ...(props.kmsInstanceId === undefined ? {} : { dkmsInstanceId: props.kmsInstanceId }),
      ...(props.description === undefined ? {} : { description: props.description }),
      ...(recoveryWindowDays === false
        ? { forceDeleteWithoutRecovery: true }
        : { recoveryWindowInDays: recoveryWindowDays }),
      lifecycle: { preventDestroy: protect },
      ...props.overrides,
    });
  }
}

/**
 * Refuses a value that is written out: it would be in the code, in the synthesized file and in every plan.
 * @throws when the value is not a reference that is resolved when Terraform runs
 */
export function refuseLiteral(subject: string, value: string): void {
  if (Token.isUnresolved(value) || value.includes('${')) return;
  throw new Error(`${subject} is a literal and would be in the synthesized file; pass the value of a Password`);
}

function checkRecoveryWindow(days: number): void {
  const { min, max } = RECOVERY_WINDOW_DAYS;
  if (days >= min && days <= max && Number.isInteger(days)) return;
  throw new Error(`secret.recoveryWindowDays (${days}) must be ${min} to ${max}; use false to delete at once`);
}
