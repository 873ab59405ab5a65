/** Names that more than one stack must spell alike. */
import type { Environment } from '../environments';

/** First part of the names of the RAM roles that pods take: CI may make and change those, and no others. */
export const WORKLOAD_ROLE_PREFIX = 'workload-';

/**
 * The environment's log project. Unique in all of Log Service, so the account is part of it.
 * Changing it replaces the project, and every log in it is gone.
 */
export function logProjectName({ name, account }: Environment): string {
  return `bailian-gateway-${name}-${account.id.slice(-6)}`;
}

/** What the gateway's pods run as. Changing it takes their cloud role from them until the cluster stack is deployed. */
export const GATEWAY_SERVICE_ACCOUNT = { namespace: 'bailian-gateway', name: 'gateway' } as const;

/**
 * Label of the nodes that says which pool they are of: `system` or `workload`. Pods that are not part of the cluster
 * itself stay off the system pool, by a taint of the same name, and the gateway asks for the other.
 */
export const POOL_LABEL = 'bailian-gateway/pool';

/** Connection strings that the gateway's pods mount: its own, the migration's, and that of Redis. */
export const CONNECTION_SECRETS = {
  database: 'database-url',
  migration: 'migration-url',
  redis: 'redis-url',
} as const;

/** Secrets that a person puts into KMS: the administrator's key, and keys of Model Studio. */
export const PROVIDED_SECRETS = {
  admin: 'admin-api-key',
  upstream: 'dashscope-api-key',
  fallbackUpstream: 'dashscope-fallback-api-key',
} as const;

/** Every secret that the gateway's pods of an environment mount. Its role may read these, and no others. */
export function gatewaySecretNouns({ secrets }: Environment): readonly string[] {
  const { fallbackUpstream, ...provided } = PROVIDED_SECRETS;
  return [
    ...Object.values(CONNECTION_SECRETS),
    ...Object.values(provided),
    ...(secrets.revisions.fallbackUpstreamKeys === undefined ? [] : [fallbackUpstream]),
  ];
}

/** Repository of the gateway's images, in the registry's namespace. Changing it replaces the repository and every image in it. */
export const IMAGE_REPOSITORY = 'gateway';

/** Host of the environment's registry, without scheme. */
export function registryHost({ region }: Environment): string {
  return `registry.${region}.aliyuncs.com`;
}

/** Name of the RAM role that the gateway's service account takes. */
export function gatewayRoleName({ name }: Environment): string {
  return `${WORKLOAD_ROLE_PREFIX}${name}-gateway`;
}

/** Name of a secret in KMS, where names are unique within an account and region. */
export function secretName({ name }: Environment, noun: string): string {
  return `${name}-${noun}`;
}
