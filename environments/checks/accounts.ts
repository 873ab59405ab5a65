/** The account and what is bought or known in it beforehand: keys, registry, the identities that may enter. */
import type { Environment } from '../environment';
import { distinct, fault, shaped, whole, type Fault } from './fault';

/** Fingerprints that an OIDC provider takes. */
const MAX_FINGERPRINTS = 5;

/** Days that a key may wait for its deletion (provider page of `alicloud_kms_key`). */
const KEY_DELETION_DAYS = { min: 7, max: 366 } as const;

/** Checks the account, the state's home, the keys and the registry. */
export function* accounts(environment: Environment): Iterable<Fault> {
  const { account, state, kms, registry } = environment;
  yield* shaped('account.alias', account.alias, /\S/, 'the alias by which people know the account; give it one');
  yield* shaped(
    'account.id',
    account.id,
    /^\d{16}$/,
    'the sixteen digits of the account id; copy them from the security settings of the console',
  );

  yield* shaped(
    'state.bucket',
    state.bucket,
    /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
    '3–63 lower-case letters, digits and hyphens, no hyphen at either end; OSS takes no other bucket name',
  );
  yield* shaped(
    'state.lockInstance',
    state.lockInstance,
    /^(?=.{3,16}$)[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]$/,
    '3–16 letters, digits and hyphens, first a letter, last no hyphen; Tablestore takes no other instance name',
  );
  yield* shaped(
    'state.lockTable',
    state.lockTable,
    /^[A-Za-z_][A-Za-z0-9_]{0,254}$/,
    '1–255 letters, digits and underscores, first no digit; Tablestore takes no other table name',
  );
  if (state.prefix !== undefined) {
    yield* shaped(
      'state.prefix',
      state.prefix,
      /^[\w.-]+(\/[\w.-]+)*$/,
      'a folder without a slash at either end; leave it out to use the name of the environment',
    );
  }

  if (kms.instanceId !== undefined) {
    yield* shaped(
      'kms.instanceId',
      kms.instanceId,
      /^kst-[a-z0-9]+$/,
      'the id of a KMS instance, kst-…; copy it from the console',
    );
  }
  yield* whole('kms.deletionWindowDays', kms.deletionWindowDays, KEY_DELETION_DAYS, 'KMS takes no other window');

  yield* shaped(
    'registry.instanceId',
    registry.instanceId,
    /^cri-[a-z0-9]+$/,
    'the id of a Container Registry instance, cri-…; buy one and copy it from the console',
  );
  yield* shaped(
    'registry.namespace',
    registry.namespace,
    /^(?=.{2,120}$)[a-z0-9]+([_-][a-z0-9]+)*$/,
    '2–120 lower-case letters and digits, parted by single hyphens or underscores',
  );
}

/** Checks who may enter: CI by its token, people and machines into the cluster. */
export function* identities(environment: Environment): Iterable<Fault> {
  const { ci, cluster } = environment;
  yield* shaped(
    'ci.issuer',
    ci.issuer,
    /^https:\/\/[^\s/]+(\/\S*)?$/,
    'an https:// address; RAM asks it for the keys of the tokens',
  );
  yield* shaped('ci.audience', ci.audience, /^\S+$/, 'the audience that the tokens name; use sts.aliyuncs.com');
  if (ci.subjects.length === 0) {
    yield fault('ci.subjects', ci.subjects, 'lets nobody deploy; name at least one subject');
  }
  for (const [index, subject] of ci.subjects.entries()) {
    yield* shaped(
      `ci.subjects[${index}]`,
      subject,
      /^[^\s*?]+$/,
      'one exact subject: a wildcard would let other repositories or branches in; name each subject instead',
    );
  }
  if (ci.fingerprints.length === 0 || ci.fingerprints.length > MAX_FINGERPRINTS) {
    yield fault(
      'ci.fingerprints',
      ci.fingerprints,
      `must be 1 to ${MAX_FINGERPRINTS}; keep those of the issuer's current authorities`,
    );
  }
  for (const [index, fingerprint] of ci.fingerprints.entries()) {
    yield* shaped(
      `ci.fingerprints[${index}]`,
      fingerprint,
      /^[0-9a-f]{40}$/,
      "the SHA-1 of the certificate in 40 lower-case hex digits, without colons; take it with 'openssl x509 -fingerprint -sha1'",
    );
  }

  if (!cluster.access.some((entry) => entry.role === 'admin' && entry.namespace === undefined)) {
    yield fault(
      'cluster.access',
      cluster.access.map((entry) => `${entry.role} ${entry.id}`),
      'has no admin of the whole cluster, so only its creator could repair it; add one with the role admin and without a namespace',
    );
  }
  for (const [index, entry] of cluster.access.entries()) {
    yield* shaped(
      `cluster.access[${index}].id`,
      entry.id,
      /^\d{15,20}$/,
      'the numeric id of the RAM role or user, not its name; copy it from the RAM console',
    );
  }
  yield* distinct(
    'cluster.access',
    cluster.access.map((entry) => `${entry.id}${entry.namespace === undefined ? '' : ` in ${entry.namespace}`}`),
    'the cluster keeps one role each; drop one',
  );
}
