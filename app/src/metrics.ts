/**
 * Every metric that the service exposes, as one table; the registry is built from it, and dashboards and alert rules
 * import it. Each concern has a file in `metrics/`.
 */
import { Registry } from 'prom-client';
import { CACHE_METRICS, createCacheMetrics } from './metrics/cache';
import { AUTHENTICATION_METRICS, createAuthenticationMetrics } from './metrics/authentication';
import { COST_METRICS, createCostMetrics } from './metrics/costs';
import { createDatabaseMetrics, DATABASE_METRICS } from './metrics/database';
import { createGenAiMetrics, GEN_AI_METRICS } from './metrics/gen-ai';
import { createHttpMetrics, HTTP_METRICS } from './metrics/http';
import { createLimitMetrics, LIMIT_METRICS } from './metrics/limits';
import type { MetricTable } from './metrics/metric';
import { metricFactory } from './metrics/metric';
import { createPerformanceMetrics, PERFORMANCE_METRICS } from './metrics/performance';
import { createProcessMetrics, PROCESS_METRICS } from './metrics/processes';
import { createQuotaMetrics, QUOTA_METRICS } from './metrics/quota';
import { createRedisMetrics, REDIS_METRICS } from './metrics/redis';
import { createRuntimeMetrics, RUNTIME_METRICS } from './metrics/runtime';
import { createSecurityMetrics, SECURITY_METRICS } from './metrics/security';
import { createUpstreamMetrics, UPSTREAM_METRICS } from './metrics/upstream';

export const METRICS = {
  ...HTTP_METRICS,
  ...GEN_AI_METRICS,
  ...UPSTREAM_METRICS,
  ...CACHE_METRICS,
  ...AUTHENTICATION_METRICS,
  ...COST_METRICS,
  ...DATABASE_METRICS,
  ...SECURITY_METRICS,
  ...PERFORMANCE_METRICS,
  ...LIMIT_METRICS,
  ...QUOTA_METRICS,
  ...REDIS_METRICS,
  ...PROCESS_METRICS,
  ...RUNTIME_METRICS,
} as const satisfies MetricTable;

export type MetricKey = keyof typeof METRICS;

/** The metrics themselves, by their key in {@link METRICS}, and the registry that a scrape reads. */
export type Metrics = ReturnType<typeof createMetrics>;

/** A fresh registry with every metric of {@link METRICS}. Nothing is global, so one process can hold several services. */
export const createMetrics = () => {
  const registry = new Registry();
  const make = metricFactory(registry);
  const metrics = {
    ...createHttpMetrics(make),
    ...createGenAiMetrics(make),
    ...createUpstreamMetrics(make),
    ...createCacheMetrics(make),
    ...createAuthenticationMetrics(make),
    ...createCostMetrics(make),
    ...createDatabaseMetrics(make),
    ...createSecurityMetrics(make),
    ...createPerformanceMetrics(make),
    ...createLimitMetrics(make),
    ...createQuotaMetrics(make),
    ...createRedisMetrics(make),
    ...createProcessMetrics(make),
    ...createRuntimeMetrics(make),
  } satisfies Record<MetricKey, unknown>;
  return { registry, ...metrics };
};
