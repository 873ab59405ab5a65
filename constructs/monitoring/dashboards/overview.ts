/** Is the gateway up, and does it serve well? */
import { METRICS } from '../../../app/src/metrics';
import { countOf, EXPORTER_METRICS, RECORDED, sumBy } from '../alerts';
import type { DashboardDefinition } from './definition';
import { CHOSEN_MODELS, type PanelQueries } from './queries';
import { CIRCUIT_STATES, HEALTH_STATES, UP_STATES } from './states';
import { watched } from './watched';

export function overview(queries: PanelQueries): DashboardDefinition {
  const requests = queries.recorded(RECORDED.requestRate);
  const calls = queries.perSecond(
    queries.gateway(countOf(METRICS.operationDuration), { gen_ai_request_model: CHOSEN_MODELS }),
  );
  return {
    name: 'overview',
    sections: [
      {
        title: 'Now',
        panels: [
          watched(queries, 'ServiceDown', {
            kind: 'stat',
            title: 'Replicas that answer',
            width: 4,
            advice: 'Fewer than are wanted: see the pods.',
            details: 'infrastructure',
          }),
          watched(queries, 'HighErrorRate', {
            kind: 'stat',
            title: 'Failed requests',
            width: 4,
            isZeroWithoutAny: true,
            details: 'errors',
          }),
          watched(queries, 'HighResponseTime', {
            kind: 'stat',
            title: 'Gateway adds, P95',
            width: 4,
            details: 'errors',
          }),
          watched(queries, 'HighLatency', { kind: 'stat', title: 'Whole answer, P95', width: 4, details: 'errors' }),
          {
            kind: 'stat',
            title: 'Requests',
            description: 'Requests to /v1 a second, over five minutes.',
            unit: 'perSecond',
            queries: [{ expr: sumBy([], requests) }],
            width: 4,
            details: 'business',
          },
          watched(queries, 'BudgetExceeded', {
            kind: 'stat',
            title: 'Daily budget spent',
            legend: '{{scope}}',
            width: 4,
            emptyUntil: 'DAILY_BUDGET is set',
            details: 'business',
          }),
        ],
      },
      {
        title: 'What rings',
        panels: [
          {
            kind: 'table',
            title: 'Alerts that ring',
            description:
              'Every alert on the gateway that rings now, but for the Watchdog. Its runbook is docs/runbooks/<alertname>.md.',
            unit: 'count',
            queries: [{ expr: queries.firing }],
            width: 24,
            emptyUntil: 'an alert rings',
          },
        ],
      },
      {
        title: 'What it depends on',
        panels: [
          {
            kind: 'stat',
            title: 'Components, as the worst replica sees them',
            description: 'What /health/detailed says of each component. Degraded: it serves, but not as it should.',
            unit: 'count',
            queries: [
              { expr: `min by (component) (${queries.gateway(METRICS.componentHealth)})`, legend: '{{component}}' },
            ],
            width: 12,
            states: HEALTH_STATES,
          },
          {
            kind: 'stat',
            title: 'Database and Redis',
            description: 'Whether every replica has them. Without the database no key is known that is not in memory.',
            unit: 'count',
            queries: [
              { expr: `min(${queries.gateway(METRICS.databaseUp)})`, legend: 'database' },
              { expr: `min(${queries.gateway(METRICS.redisUp)})`, legend: 'redis' },
            ],
            width: 6,
            details: 'infrastructure',
            states: UP_STATES,
          },
          watched(queries, 'CircuitBreakerOpen', {
            kind: 'stat',
            title: 'Circuit breakers',
            legend: '{{upstream}}',
            width: 6,
            details: 'quota',
            states: CIRCUIT_STATES,
          }),
        ],
      },
      {
        title: 'Traffic',
        panels: [
          {
            kind: 'graph',
            title: 'Requests by status',
            description: 'Requests to /v1 a second. 499 left before their answer came, 429 met a limit or the quota.',
            unit: 'perSecond',
            queries: [{ expr: sumBy(['status'], requests), legend: '{{status}}' }],
            width: 12,
            isStacked: true,
            details: 'errors',
          },
          {
            kind: 'graph',
            title: 'Requests by route',
            description: 'Requests to /v1 a second.',
            unit: 'perSecond',
            queries: [{ expr: sumBy(['route'], requests), legend: '{{route}}' }],
            width: 12,
            isStacked: true,
          },
          {
            kind: 'graph',
            title: 'Calls by model',
            description:
              'Calls to the upstream a second, retries counted. Fewer than requests: the cache answers the rest.',
            unit: 'perSecond',
            queries: [{ expr: sumBy(['gen_ai_request_model'], calls), legend: '{{gen_ai_request_model}}' }],
            width: 8,
            isStacked: true,
            details: 'quota',
          },
          watched(queries, 'UnevenLoadDistribution', {
            kind: 'graph',
            title: 'Share of each pod',
            legend: '{{pod}}',
            width: 8,
            advice: '1 is the average pod.',
            details: 'infrastructure',
          }),
          {
            kind: 'graph',
            title: 'Open at the same time',
            description: 'Requests whose answer is not complete, and open connections of clients, of all replicas.',
            unit: 'count',
            queries: [
              { expr: sumBy([], queries.gateway(METRICS.requestsInFlight)), legend: 'requests' },
              { expr: sumBy([], queries.gateway(METRICS.openConnections)), legend: 'connections' },
              { expr: sumBy([], queries.gateway(METRICS.ready)), legend: 'replicas that want traffic' },
              { expr: queries.deployment(EXPORTER_METRICS.deploymentReplicas), legend: 'replicas that are wanted' },
            ],
            width: 8,
          },
        ],
      },
    ],
  };
}
