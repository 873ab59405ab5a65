import fastify from 'fastify';
import { quotaStats } from '../src/plugins/quota-stats';
import { createQuotaStandings } from '../src/quota/quota-standings';
import { ROUTES } from '../src/routes';
import { admissionUnderTest } from './waiting-calls';

const LIMITS = { requestsPerMinute: 4, tokensPerMinute: 1_000, requestsPerDay: 100 };

const world = async () => {
  const { admission, counters, quotas, ask, clock, metrics } = admissionUnderTest({ limits: LIMITS, places: 5 });
  ask({ model: 'qwen-plus', estimatedTokens: 250 });
  ask({ model: 'qwen-plus', estimatedTokens: 700 });
  ask({ model: 'qwen-plus', estimatedTokens: 500, priority: 'high' });
  ask({ model: 'qwen-max', estimatedTokens: 2_000 });
  await clock.advance(250);
  const standings = createQuotaStandings({ counters, quotas, metrics });
  return { admission, standings, counters, quotas, metrics };
};

describe('GET /api/quota/stats', () => {
  test('[G12] tells each window of each model, and the line', async () => {
    const { admission, standings } = await world();
    admission.penalize('qwen-max', 1_500.5);
    const server = fastify();
    quotaStats(server, { standings, admission });
    const url = await server.listen({ host: '127.0.0.1', port: 0 });
    const response = await fetch(`${url}${ROUTES.quota}`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      models: [
        {
          model: 'qwen-plus',
          throttledMs: 0,
          windows: [
            { window: 'rpd', limit: 100, used: 2, remaining: 98, resetMs: 87_839_750, ratio: 0.02 },
            { window: 'rpm', limit: 4, used: 2, remaining: 2, resetMs: 60_750, ratio: 0.5 },
            { window: 'tpm', limit: 1_000, used: 950, remaining: 50, resetMs: 60_750, ratio: 0.95 },
          ],
        },
        {
          model: 'qwen-max',
          throttledMs: 1_501,
          windows: [
            { window: 'rpd', limit: 100, used: 0, remaining: 100, resetMs: 0, ratio: 0 },
            { window: 'rpm', limit: 4, used: 0, remaining: 4, resetMs: 0, ratio: 0 },
            { window: 'tpm', limit: 1_000, used: 0, remaining: 1_000, resetMs: 0, ratio: 0 },
          ],
        },
      ],
      line: {
        places: 5,
        timeoutMs: 30_000,
        waiting: { critical: 0, high: 1, medium: 0, low: 0 },
        waited: 0,
        rejected: { full: 0, timeout: 0, too_large: 1, exhausted: 0, throttled: 0, aborted: 0, closing: 0 },
      },
    });
    await server.close();
  });
});

describe('the metric of the quota', () => {
  test('[G3] is read at a scrape, by model and window, and forgets a model that has gone', async () => {
    const { counters, quotas, metrics } = await world();
    let all = quotas.all();
    const standings = createQuotaStandings({ counters, quotas: { all: () => all }, metrics });
    expect(await metrics.registry.metrics()).not.toContain('gateway_upstream_quota_used_ratio{');
    await standings.refresh();
    const text = await metrics.registry.metrics();
    expect(text).toContain('gateway_upstream_quota_used_ratio{model="qwen-plus",window="tpm"} 0.95\n');
    expect(text).toContain('gateway_upstream_quota_used_ratio{model="qwen-max",window="rpm"} 0\n');
    all = [];
    await standings.refresh();
    expect(await metrics.registry.metrics()).not.toContain('gateway_upstream_quota_used_ratio{');
  });
});
