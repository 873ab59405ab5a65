/** What fails or is slow: the gateway itself, the upstream, or the database? */
import { METRICS } from '../../../app/src/metrics';
import { bucketsOf, countOf, RECORDED, sumBy } from '../alerts';
import { FAILED, INFERENCE } from '../alerts/queries';
import type { DashboardDefinition } from './definition';
import { CHOSEN_MODELS, type PanelQueries } from './queries';
import { watched } from './watched';

const OF_CHOSEN_MODELS = { gen_ai_request_model: CHOSEN_MODELS } as const;

export function errorsAndLatency(queries: PanelQueries): DashboardDefinition {
  const requests = (status: string): string => queries.recorded(RECORDED.requestRate, { status: { like: status } });
  return {
    name: 'errors',
    sections: [
      {
        title: 'Whose fault is it?',
        panels: [
          watched(queries, 'HighErrorRate', {
            kind: 'graph',
            title: 'Failed requests',
            width: 8,
            isZeroWithoutAny: true,
          }),
          watched(queries, 'UpstreamErrors', {
            kind: 'graph',
            title: 'Calls that the upstream failed',
            legend: '{{gen_ai_request_model}}',
            width: 8,
            emptyUntil: 'the upstream has failed a call',
            advice: 'High here and low on the left: retries and fallbacks do their work.',
          }),
          watched(queries, 'HighDatabaseErrorRate', {
            kind: 'graph',
            title: 'Queries that failed',
            width: 8,
            isZeroWithoutAny: true,
          }),
          watched(queries, 'HighResponseTime', { kind: 'graph', title: 'The gateway adds, P95', width: 8 }),
          watched(queries, 'HighLatency', { kind: 'graph', title: 'Whole answer, P95', width: 8 }),
          watched(queries, 'SlowDatabaseQueries', {
            kind: 'graph',
            title: 'Queries, P95',
            legend: '{{op}}',
            width: 8,
          }),
        ],
      },
      {
        title: 'Errors',
        panels: [
          {
            kind: 'graph',
            title: 'Failures by route',
            description: 'Requests to /v1 a second that were answered with 5xx.',
            unit: 'perSecond',
            queries: [
              {
                expr: sumBy(['route', 'status'], queries.recorded(RECORDED.requestRate, { status: FAILED })),
                legend: '{{status}} {{route}}',
              },
            ],
            width: 8,
            emptyUntil: 'a request has failed',
            isStacked: true,
          },
          {
            kind: 'graph',
            title: 'Refusals by status',
            description:
              'Requests to /v1 a second that were answered with 4xx: 401 and 403 keys, 429 limits, quota and budget, 499 gone before the answer.',
            unit: 'perSecond',
            queries: [{ expr: sumBy(['status'], requests('4..')), legend: '{{status}}' }],
            width: 8,
            emptyUntil: 'a request was refused',
            isStacked: true,
            details: 'security',
          },
          {
            kind: 'graph',
            title: 'Errors of the upstream by type',
            description: 'Calls to the upstream a second that failed, retries counted.',
            unit: 'perSecond',
            queries: [
              {
                expr: sumBy(
                  ['error_type'],
                  queries.perSecond(
                    queries.gateway(countOf(METRICS.operationDuration), {
                      ...OF_CHOSEN_MODELS,
                      error_type: { not: '' },
                    }),
                  ),
                ),
                legend: '{{error_type}}',
              },
            ],
            width: 8,
            emptyUntil: 'the upstream has failed a call',
            isStacked: true,
          },
          {
            kind: 'graph',
            title: 'What was done about it',
            description: 'Calls made again, and answers that came from another region or model, a second.',
            unit: 'perSecond',
            queries: [
              {
                expr: sumBy(['error_type'], queries.perSecond(queries.gateway(METRICS.upstreamRetries))),
                legend: 'retry after {{error_type}}',
              },
              {
                expr: sumBy(['by'], queries.perSecond(queries.gateway(METRICS.upstreamFallbacks))),
                legend: 'other {{by}}',
              },
            ],
            width: 8,
            emptyUntil: 'a call was made again',
          },
          {
            kind: 'graph',
            title: 'Faults in answers',
            description:
              'Answers of the upstream a second in which something is wrong: shape, usage, numbers that cannot be.',
            unit: 'perSecond',
            queries: [
              {
                expr: sumBy(['fault'], queries.perSecond(queries.gateway(METRICS.upstreamAnswerFaults))),
                legend: '{{fault}}',
              },
            ],
            width: 8,
            emptyUntil: 'an answer had a fault',
          },
          {
            kind: 'graph',
            title: 'Errors of the database by class',
            description: 'Queries a second that failed. `duplicate` is an answer: the row is there already.',
            unit: 'perSecond',
            queries: [
              {
                expr: sumBy(['class'], queries.perSecond(queries.gateway(METRICS.databaseErrors))),
                legend: '{{class}}',
              },
            ],
            width: 8,
            emptyUntil: 'a query has failed',
          },
        ],
      },
      {
        title: 'Latency',
        panels: [
          {
            kind: 'graph',
            title: 'Whole answers',
            description: 'From a request’s headers to the last byte of its answer, of the routes that ask a model.',
            unit: 'seconds',
            queries: queries.quantiles(
              queries.gateway(bucketsOf(METRICS.httpRequestDuration), { route: INFERENCE }),
              [0.5, 0.95, 0.99],
            ),
            width: 8,
          },
          {
            kind: 'graph',
            title: 'Calls to the upstream, P95',
            description: 'Time of one call to the last byte, by model.',
            unit: 'seconds',
            queries: queries.quantiles(
              queries.gateway(bucketsOf(METRICS.operationDuration), OF_CHOSEN_MODELS),
              [0.95],
              ['gen_ai_request_model'],
            ),
            width: 8,
          },
          {
            kind: 'graph',
            title: 'First chunk of a stream, P95',
            description: 'From the call to the first chunk: what a person waits for before text appears.',
            unit: 'seconds',
            queries: queries.quantiles(
              queries.gateway(bucketsOf(METRICS.timeToFirstChunk), OF_CHOSEN_MODELS),
              [0.95],
              ['gen_ai_request_model'],
            ),
            width: 8,
            emptyUntil: 'an answer was streamed',
          },
          {
            kind: 'heatmap',
            title: 'What the gateway adds',
            description:
              'How many requests fall into each bucket of the time that the gateway adds. A second band is a second cause.',
            unit: 'seconds',
            queries: [
              {
                expr: sumBy(['le'], `increase(${queries.gateway(bucketsOf(METRICS.overhead))}[$__rate_interval])`),
                legend: '{{le}}',
              },
            ],
            width: 24,
          },
        ],
      },
    ],
  };
}
