/** Who uses the gateway, for how many tokens, and what it costs. */
import { METRICS } from '../../../app/src/metrics';
import { countOf, RECORDED, sumBy } from '../alerts';
import { INFERENCE } from '../alerts/queries';
import type { DashboardDefinition } from './definition';
import { CHOSEN_MODELS, type PanelQueries } from './queries';
import { watched } from './watched';

export function businessAndCost(queries: PanelQueries): DashboardDefinition {
  const ofModels = { gen_ai_request_model: CHOSEN_MODELS } as const;
  const cost = queries.gateway(METRICS.aiCost, { model: CHOSEN_MODELS });
  const tokensIn = queries.gateway(METRICS.inputTokens, ofModels);
  const tokensOut = queries.gateway(METRICS.outputTokens, ofModels);
  const smooth = queries.recorded(RECORDED.requestRateSmooth);
  return {
    name: 'business',
    sections: [
      {
        title: 'Today',
        panels: [
          {
            kind: 'stat',
            title: 'Spent today',
            description: 'What all keys have spent since midnight in UTC+8, by the price table.',
            unit: 'money',
            queries: [{ expr: `max by (currency) (${queries.gateway(METRICS.aiCostToday)})`, legend: '{{currency}}' }],
            width: 6,
          },
          watched(queries, 'BudgetExceeded', {
            kind: 'stat',
            title: 'Of the daily budget',
            legend: '{{scope}}',
            width: 6,
            emptyUntil: 'DAILY_BUDGET is set',
          }),
          {
            kind: 'stat',
            title: 'Spent in the last hour',
            description: 'By the price table. Alert HighCost compares it with the average hour of a week.',
            unit: 'money',
            queries: [{ expr: queries.recorded(RECORDED.hourlyCost), legend: '{{currency}}' }],
            width: 6,
          },
          {
            kind: 'stat',
            title: 'Users now',
            description:
              'Distinct users of the last five minutes: at least as many as the replica with most of them has.',
            unit: 'count',
            queries: [{ expr: `max(${queries.gateway(METRICS.activeUsers)})` }],
            width: 6,
            alert: 'NoUserActivity',
          },
        ],
      },
      {
        title: 'Cost',
        panels: [
          {
            kind: 'graph',
            title: 'Spent an hour, by model',
            description:
              'What answers cost by the price table, by the model that answered, at the pace of each moment.',
            unit: 'money',
            queries: [
              {
                expr: `${sumBy(['model', 'currency'], queries.perSecond(cost))} * 3600`,
                legend: '{{model}} {{currency}}',
              },
            ],
            width: 12,
            isStacked: true,
          },
          watched(queries, 'HighCost', {
            kind: 'graph',
            title: 'The last hour, beside the average hour of a week',
            legend: '{{currency}}',
            width: 12,
          }),
          {
            kind: 'bars',
            title: 'Spent in all the time that is shown',
            description: 'By the model that answered.',
            unit: 'money',
            queries: [
              {
                expr: `sort_desc(${sumBy(['model', 'currency'], queries.inAll(cost))})`,
                legend: '{{model}} {{currency}}',
              },
            ],
            width: 12,
          },
          {
            kind: 'graph',
            title: 'Price of a thousand tokens',
            description:
              'What is spent, over the tokens in and out, all models together. It rises when a dearer model takes over.',
            unit: 'money',
            queries: [
              {
                expr:
                  `1000 * ${sumBy(['currency'], queries.perSecond(cost))} / on () group_left () ` +
                  `(${sumBy([], queries.perSecond(tokensIn))} + ${sumBy([], queries.perSecond(tokensOut))})`,
                legend: '{{currency}}',
              },
            ],
            width: 12,
          },
        ],
      },
      {
        title: 'Use',
        panels: [
          {
            kind: 'graph',
            title: 'Requests beside yesterday and a week ago',
            description: 'Requests to /v1 a second, smoothed over a quarter of an hour.',
            unit: 'perSecond',
            queries: [
              { expr: smooth, legend: 'now' },
              { expr: `${smooth} offset 1d`, legend: 'yesterday' },
              { expr: `${smooth} offset 1w`, legend: 'a week ago' },
            ],
            width: 12,
            emptyUntil: 'a week has been kept',
          },
          watched(queries, 'LowThroughput', {
            kind: 'graph',
            title: 'Requests, of those a week ago',
            width: 12,
            emptyUntil: 'a week has been kept',
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
            width: 8,
            isStacked: true,
          },
          {
            kind: 'graph',
            title: 'Tokens by direction',
            description: 'Tokens of prompts and of answers a second, as the upstream counted them.',
            unit: 'perSecond',
            queries: [
              { expr: sumBy([], queries.perSecond(tokensIn)), legend: 'in' },
              { expr: sumBy([], queries.perSecond(tokensOut)), legend: 'out' },
            ],
            width: 8,
            isStacked: true,
          },
          {
            kind: 'graph',
            title: 'Questions by route',
            description: 'Requests to the routes that ask a model, a second.',
            unit: 'perSecond',
            queries: [
              {
                expr: sumBy(['route'], queries.recorded(RECORDED.requestRate, { route: INFERENCE })),
                legend: '{{route}}',
              },
            ],
            width: 8,
            isStacked: true,
          },
          {
            kind: 'graph',
            title: 'Users',
            description: 'Distinct users of five minutes, by replica. Whoever reaches several replicas counts in each.',
            unit: 'count',
            queries: [{ expr: `max by (pod) (${queries.gateway(METRICS.activeUsers)})`, legend: '{{pod}}' }],
            width: 24,
          },
        ],
      },
    ],
  };
}
