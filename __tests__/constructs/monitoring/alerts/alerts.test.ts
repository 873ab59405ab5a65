import {
  ALERT_COMPONENTS,
  ALERT_NAMES,
  ALERT_THRESHOLDS,
  GATEWAY_ALERTS,
  SLOS,
  type Threshold,
} from '../../../../constructs/monitoring/alerts';

/** The alerts that the product must have; Traefik has one of its own where it is used. */
const REQUIRED = [
  ...['ServiceDown', 'HighErrorRate', 'MultipleReplicasDown'],
  ...['HighResponseTime', 'HighLatency', 'LowThroughput'],
  ...['HighCPUUsage', 'HighMemoryUsage', 'ContainerMemoryLimit', 'DiskSpaceLow'],
  ...['DatabaseConnectionPoolExhausted', 'SlowDatabaseQueries', 'HighDatabaseErrorRate'],
  ...['LowCacheHitRatio', 'CacheMemoryHigh'],
  ...['IngressControllerDown', 'UnevenLoadDistribution'],
  ...['ContainerRestarting', 'PodCrashLooping'],
  'HighRateLimitRejects',
  ...['NoUserActivity', 'HighCost', 'BudgetExceeded'],
  ...['QuotaNearLimit', 'QueueSaturated', 'CircuitBreakerOpen', 'UpstreamErrors'],
  ...['CertificateExpiring', 'HpaMaxedOut', 'PdbViolated', 'Watchdog'],
];

const THRESHOLDS: readonly (readonly [string, Threshold])[] = Object.entries(ALERT_THRESHOLDS);

describe('The table of alerts', () => {
  test('[M3] has every alert that is asked for, and no other', () => {
    expect([...ALERT_NAMES].sort()).toEqual([...REQUIRED].sort());
  });

  test('[M3] has each once, those of the objectives included', () => {
    const names = GATEWAY_ALERTS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toHaveLength(REQUIRED.length + Object.keys(SLOS).length);
  });

  test('[M3] gives each a severity, a component and a summary', () => {
    for (const { severities, component, summary } of GATEWAY_ALERTS) {
      expect(severities).not.toHaveLength(0);
      expect(ALERT_COMPONENTS).toContain(component);
      expect(summary).toMatch(/^\S.*[^.]$/);
    }
  });

  test('[M5] speaks of every component, so no route waits for nothing', () => {
    expect(new Set(GATEWAY_ALERTS.map(({ component }) => component))).toEqual(new Set(ALERT_COMPONENTS));
  });

  test('[M3] has the numbers that the product promises', () => {
    const values = (name: keyof typeof ALERT_THRESHOLDS): Readonly<Record<string, number>> =>
      Object.fromEntries(
        Object.entries(ALERT_THRESHOLDS[name].levels).map(([severity, { value }]) => [severity, value]),
      );
    expect(values('HighErrorRate')).toEqual({ warning: 0.05, critical: 0.1 });
    expect(values('HighLatency')).toEqual({ warning: 3 });
    expect(values('HighResponseTime')).toEqual({ warning: 0.2 });
    expect(values('LowCacheHitRatio')).toEqual({ warning: 0.5 });
    expect(values('HighCPUUsage')).toEqual({ warning: 0.7, critical: 0.85 });
    expect(values('HighMemoryUsage')).toEqual({ warning: 0.8, critical: 0.9 });
    expect(values('DatabaseConnectionPoolExhausted')).toEqual({ warning: 0.8 });
    expect(values('DiskSpaceLow')).toMatchObject({ warning: 0.15 });
    expect(values('QuotaNearLimit')).toEqual({ warning: 0.8 });
  });

  test.each(THRESHOLDS)('[M3] %s compares a quantile only where a bucket ends', (_, { levels, buckets, meaning }) => {
    expect(buckets !== undefined).toBe(meaning.startsWith('95th percentile'));
    for (const { value } of Object.values(levels)) {
      expect(buckets ?? [value]).toContain(value);
    }
  });

  test.each(THRESHOLDS)('[M3] %s warns before it is critical', (_, { levels: { critical, warning }, comparison }) => {
    const first = (warning?.value ?? 0) - (critical?.value ?? 0);
    expect(critical === undefined || warning === undefined || (comparison === '<' ? first > 0 : first < 0)).toBe(true);
  });
});
