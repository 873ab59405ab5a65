/** How much of the upstream's quota is used, and who waits for it. */
import { METRICS } from '../../../app/src/metrics';
import { bucketsOf, countOf, sumBy } from '../alerts';
import type { DashboardDefinition } from './definition';
import { CHOSEN_MODELS, type PanelQueries } from './queries';
import { CIRCUIT_STATES } from './states';
import { watched } from './watched';

export function apiQuotaUsage(queries: PanelQueries): DashboardDefinition {
  const ofModels = { gen_ai_request_model: CHOSEN_MODELS } as const;
  return {
    name: 'quota',
    sections: [
      {
        title: 'Quota',
        panels: [
          watched(queries, 'QuotaNearLimit', {
            kind: 'bars',
            title: 'Used now',
            legend: '{{model}} {{window}}',
            width: 12,
            emptyUntil: 'a model has a quota',
            advice: 'rpm and rpd are requests a minute and a day, tpm and tpd tokens. At 100 % requests wait.',
          }),
          {
            kind: 'graph',
            title: 'Used over time',
            description: 'The used share of each window of the chosen models.',
            unit: 'ratio',
            queries: [
              {
                expr: `max by (model, window) (${queries.gateway(METRICS.quotaUsedRatio, { model: CHOSEN_MODELS })})`,
                legend: '{{model}} {{window}}',
              },
            ],
            width: 12,
            emptyUntil: 'a model has a quota',
            alert: 'QuotaNearLimit',
          },
        ],
      },
      {
        title: 'Who waits',
        panels: [
          watched(queries, 'QueueSaturated', {
            kind: 'graph',
            title: 'Places taken',
            legend: '{{pod}}',
            width: 8,
            emptyUntil: 'a request has waited',
          }),
          {
            kind: 'graph',
            title: 'Waiting by priority',
            description: 'Requests that wait for quota, of all replicas. Low priorities wait first and longest.',
            unit: 'count',
            queries: [{ expr: sumBy(['priority'], queries.gateway(METRICS.queueDepth)), legend: '{{priority}}' }],
            width: 8,
            emptyUntil: 'a request has waited',
            isStacked: true,
          },
          {
            kind: 'graph',
            title: 'Time waited',
            description: 'Time that requests have waited for quota; those that need not wait are not in it.',
            unit: 'seconds',
            queries: queries.quantiles(queries.gateway(bucketsOf(METRICS.queueWait)), [0.5, 0.95]),
            width: 8,
            emptyUntil: 'a request has waited',
          },
          {
            kind: 'graph',
            title: 'Refused for want of quota',
            description:
              'Requests a second that got none: full and timeout mean that the quota is too small for the load.',
            unit: 'perSecond',
            queries: [
              {
                expr: sumBy(['reason'], queries.perSecond(queries.gateway(METRICS.queueRejected))),
                legend: '{{reason}}',
              },
            ],
            width: 12,
            emptyUntil: 'a request got no quota',
            isStacked: true,
          },
          {
            kind: 'graph',
            title: 'Tokens',
            description: 'Tokens a second, as the upstream counted them.',
            unit: 'perSecond',
            queries: [
              {
                expr: sumBy(
                  ['gen_ai_request_model'],
                  queries.perSecond(queries.gateway(METRICS.inputTokens, ofModels)),
                ),
                legend: '{{gen_ai_request_model}} in',
              },
              {
                expr: sumBy(
                  ['gen_ai_request_model'],
                  queries.perSecond(queries.gateway(METRICS.outputTokens, ofModels)),
                ),
                legend: '{{gen_ai_request_model}} out',
              },
            ],
            width: 12,
          },
        ],
      },
      {
        title: 'Upstream',
        panels: [
          watched(queries, 'CircuitBreakerOpen', {
            kind: 'stat',
            title: 'Circuit breakers',
            legend: '{{upstream}}',
            width: 6,
            states: CIRCUIT_STATES,
          }),
          {
            kind: 'graph',
            title: 'Calls by model',
            description: 'Calls to the upstream a second, retries counted.',
            unit: 'perSecond',
            queries: [
              {
                expr: sumBy(
                  ['gen_ai_request_model'],
                  queries.perSecond(queries.gateway(countOf(METRICS.operationDuration), ofModels)),
                ),
                legend: '{{gen_ai_request_model}}',
              },
            ],
            width: 9,
            isStacked: true,
          },
          {
            kind: 'graph',
            title: 'Keys put aside',
            description: 'Times a second that a key of the upstream was put aside, because it was refused or limited.',
            unit: 'perSecond',
            queries: [
              {
                expr: sumBy(['upstream', 'reason'], queries.perSecond(queries.gateway(METRICS.upstreamKeyRests))),
                legend: '{{upstream}} {{reason}}',
              },
            ],
            width: 9,
            emptyUntil: 'a key of the upstream was put aside',
          },
        ],
      },
    ],
  };
}
