/** What the gateway is told in an environment: what is chosen there, and what follows from everything else in it. */
import { JOURNAL_MOUNT } from '../constructs/workload/journal';
import { processesOf } from '../constructs/workload/pod-size';
import type { DERIVED_SETTINGS, SecretName, Settings } from '../constructs/workload/settings';
import type { Environment } from './environment';

/**
 * Of the drain, the part that preStop takes, in seconds. The rest is the gateway's own: from SIGTERM on it asks for the
 * connection to be closed with each answer, and the longer it does, the fewer are left that it has to close itself.
 */
export const PRE_STOP_SECONDS = 1;

/** The secrets that the gateway's pods have. */
export function gatewaySecretNames({ secrets }: Environment): readonly SecretName[] {
  return [
    'ADMIN_API_KEY',
    'DASHSCOPE_API_KEY',
    ...(secrets.revisions.fallbackUpstreamKeys === undefined ? [] : (['DASHSCOPE_FALLBACK_API_KEY'] as const)),
    'DATABASE_URL',
    'REDIS_URL',
  ];
}

/** The gateway's settings, all but those whose default is meant. */
export function gatewaySettings(environment: Environment): Settings {
  const { workload, profile, ingress } = environment;
  const { drain, gatewayTotal } = workload.timeouts;
  const processes = processesOf(profile);
  const derived = {
    NODE_ENV: 'production',
    HOST: '0.0.0.0',
    WORKERS: processes,
    DATABASE_POOL: Math.max(1, Math.floor(workload.databasePoolSize / processes)),
    UPSTREAM_TOTAL_TIMEOUT_MS: gatewayTotal * 1_000,
    SHUTDOWN_DRAIN_MS: Math.max(0, drain - PRE_STOP_SECONDS) * 1_000,
    SHUTDOWN_GRACE_MS: gatewayTotal * 1_000,
    // The ingress names the client, and so does a load balancer that ends TLS. One that only hands connections on leaves
    // the client's own address, and a client there could name another: then nobody is believed, and who comes by the
    // ingress has the ingress's address.
    TRUSTED_PROXY_HOPS: ingress.loadBalancer?.kind === 'intranet' ? 0 : 1,
    CORS_ORIGINS: ingress.corsOrigins,
    JOURNAL_DIRECTORY: `${JOURNAL_MOUNT}/journal`,
  } as const satisfies Pick<Settings, (typeof DERIVED_SETTINGS)[number]>;
  return { ...workload.settings, ...derived };
}
