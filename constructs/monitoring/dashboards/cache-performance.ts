/** How many answers the cache saves, on which level, and whether it has room. */
import { METRICS } from '../../../app/src/metrics';
import { bucketsOf, sumBy } from '../alerts';
import type { DashboardDefinition } from './definition';
import type { PanelQueries } from './queries';
import { UP_STATES } from './states';
import { watched } from './watched';

export function cachePerformance(queries: PanelQueries): DashboardDefinition {
  const looked = (result: string): string =>
    queries.perSecond(queries.gateway(METRICS.cacheRequests, { result: { like: result } }));
  return {
    name: 'cache',
    sections: [
      {
        title: 'Does it pay?',
        panels: [
          watched(queries, 'LowCacheHitRatio', { kind: 'stat', title: 'Found, of what was looked for', width: 6 }),
          {
            kind: 'stat',
            title: 'Calls saved',
            description:
              'Requests a second that the cache answered: calls that the upstream did not get and nobody paid.',
            unit: 'perSecond',
            queries: [{ expr: `${sumBy([], looked('hit|stale'))} or vector(0)` }],
            width: 6,
          },
          watched(queries, 'CacheMemoryHigh', {
            kind: 'stat',
            title: 'Memory filled',
            legend: '{{pod}}',
            width: 6,
          }),
          {
            kind: 'stat',
            title: 'Redis',
            description:
              'Whether every replica has it. Without it each replica has only its own memory and the database.',
            unit: 'count',
            queries: [{ expr: `min(${queries.gateway(METRICS.redisUp)})` }],
            width: 6,
            states: UP_STATES,
          },
          watched(queries, 'LowCacheHitRatio', { kind: 'graph', title: 'Found over time', width: 12 }),
          {
            kind: 'graph',
            title: 'Lookups by level and result',
            description:
              'Looks into memory (l1), Redis (l2) and database (l3) a second. Stale: given because the upstream failed. Bypass: may not be kept.',
            unit: 'perSecond',
            queries: [{ expr: sumBy(['level', 'result'], looked('.+')), legend: '{{level}} {{result}}' }],
            width: 12,
            isStacked: true,
          },
        ],
      },
      {
        title: 'What is in it',
        panels: [
          watched(queries, 'CacheMemoryHigh', {
            kind: 'graph',
            title: 'Memory filled over time',
            legend: '{{pod}}',
            width: 8,
          }),
          {
            kind: 'graph',
            title: 'Answers',
            description: 'Answers in memory, and those that wait to be written to the database, of all replicas.',
            unit: 'count',
            queries: [{ expr: sumBy(['level'], queries.gateway(METRICS.cacheEntries)), legend: '{{level}}' }],
            width: 8,
          },
          {
            kind: 'graph',
            title: 'Memory',
            description: 'Memory that answers take, by pod.',
            unit: 'bytes',
            queries: [{ expr: sumBy(['pod'], queries.gateway(METRICS.cacheBytes)), legend: '{{pod}}' }],
            width: 8,
            isStacked: true,
          },
          {
            kind: 'graph',
            title: 'Kept, unfit, lost',
            description: 'Answers a second, by what became of them. Lost on the way: the level behind is slow or away.',
            unit: 'perSecond',
            queries: [
              {
                expr: sumBy(['result'], queries.perSecond(queries.gateway(METRICS.cacheWrites))),
                legend: '{{result}}',
              },
            ],
            width: 8,
            isStacked: true,
          },
          {
            kind: 'graph',
            title: 'Gone',
            description: 'Answers a second that made room for others, or were removed on request.',
            unit: 'perSecond',
            queries: [
              { expr: sumBy([], queries.perSecond(queries.gateway(METRICS.cacheEvictions))), legend: 'made room' },
              { expr: sumBy([], queries.perSecond(queries.gateway(METRICS.cacheInvalidated))), legend: 'removed' },
            ],
            width: 8,
          },
          {
            kind: 'graph',
            title: 'Refreshed and shared',
            description:
              'Popular answers whose time had come, and requests that got the answer another one waited for.',
            unit: 'perSecond',
            queries: [
              {
                expr: sumBy(['result'], queries.perSecond(queries.gateway(METRICS.cacheRefreshes))),
                legend: 'refresh {{result}}',
              },
              { expr: sumBy([], queries.perSecond(queries.gateway(METRICS.cacheFlightsShared))), legend: 'shared' },
            ],
            width: 8,
            emptyUntil: 'a popular answer was asked for again',
          },
        ],
      },
      {
        title: 'Redis',
        panels: [
          {
            kind: 'graph',
            title: 'Commands, P95',
            description: 'Time until a command or pipeline was answered, or given up.',
            unit: 'seconds',
            queries: queries.quantiles(queries.gateway(bucketsOf(METRICS.redisCommandDuration)), [0.95], ['op']),
            width: 12,
            emptyUntil: 'there is a Redis',
          },
          {
            kind: 'graph',
            title: 'Commands that came to nothing',
            description:
              'A second, by command and reason. The gateway goes on without Redis; limits and quota then count by replica.',
            unit: 'perSecond',
            queries: [
              {
                expr: sumBy(['op', 'reason'], queries.perSecond(queries.gateway(METRICS.redisFailures))),
                legend: '{{op}} {{reason}}',
              },
            ],
            width: 12,
            emptyUntil: 'Redis has failed a command',
          },
        ],
      },
    ],
  };
}
