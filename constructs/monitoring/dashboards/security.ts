/** Who is turned away and why, and what is about to expire. */
import { METRICS } from '../../../app/src/metrics';
import { sumBy } from '../alerts';
import type { DashboardDefinition } from './definition';
import type { PanelQueries } from './queries';
import { FEATURE_STATES } from './states';
import { watched } from './watched';

export function security(queries: PanelQueries): DashboardDefinition {
  const refused = queries.perSecond(queries.gateway(METRICS.auth, { result: { not: 'granted' } }));
  const keys = queries.perSecond(queries.gateway(METRICS.auth));
  return {
    name: 'security',
    sections: [
      {
        title: 'Now',
        panels: [
          {
            kind: 'stat',
            title: 'Requests without a good key',
            description:
              'Share of the requests to routes that need a key which were not let in. A jump: a key was revoked, or somebody tries.',
            unit: 'ratio',
            queries: [{ expr: `(${sumBy([], refused)} or vector(0)) / ${sumBy([], keys)}` }],
            width: 6,
          },
          watched(queries, 'HighRateLimitRejects', {
            kind: 'stat',
            title: 'Refused by limits',
            legend: '{{scope}}',
            width: 6,
            emptyUntil: 'a limit has refused a request',
          }),
          watched(queries, 'CertificateExpiring', {
            kind: 'stat',
            title: 'Certificates end in',
            legend: '{{host}}{{name}}',
            width: 6,
            emptyUntil: 'the way in has a certificate',
          }),
          {
            kind: 'stat',
            title: 'Caught by the honeypot',
            description:
              'Requests for a path of HONEYPOT_PATHS in all the time that is shown: nobody has business there.',
            unit: 'count',
            queries: [{ expr: `${sumBy([], queries.inAll(queries.gateway(METRICS.honeypotHits)))} or vector(0)` }],
            width: 6,
          },
        ],
      },
      {
        title: 'Who comes in',
        panels: [
          {
            kind: 'graph',
            title: 'Keys by result',
            description: 'Requests to routes that need a key, a second. Unavailable: the database could not be asked.',
            unit: 'perSecond',
            queries: [{ expr: sumBy(['result'], keys), legend: '{{result}}' }],
            width: 12,
            isStacked: true,
          },
          {
            kind: 'graph',
            title: 'Where keys were found',
            description: 'Stale: in memory, while the database is away.',
            unit: 'perSecond',
            queries: [
              {
                expr: sumBy(['source'], queries.perSecond(queries.gateway(METRICS.keyLookups))),
                legend: '{{source}}',
              },
            ],
            width: 12,
            isStacked: true,
          },
          watched(queries, 'HighRateLimitRejects', {
            kind: 'graph',
            title: 'Refused by limits over time',
            legend: '{{scope}}',
            width: 12,
            emptyUntil: 'a limit has refused a request',
          }),
          {
            kind: 'graph',
            title: 'Limits by scope and result',
            description: 'Requests that a limit looked at, a second.',
            unit: 'perSecond',
            queries: [
              {
                expr: sumBy(['scope', 'result'], queries.perSecond(queries.gateway(METRICS.rateLimitDecisions))),
                legend: '{{scope}} {{result}}',
              },
            ],
            width: 12,
            isStacked: true,
          },
          {
            kind: 'graph',
            title: 'Refused by address',
            description: 'Requests a second from outside ALLOWED_CIDRS (any) or ADMIN_ALLOWED_CIDRS (admin).',
            unit: 'perSecond',
            queries: [
              {
                expr: sumBy(['rule'], queries.perSecond(queries.gateway(METRICS.addressRefusals))),
                legend: '{{rule}}',
              },
            ],
            width: 12,
            emptyUntil: 'an address was refused',
          },
          {
            kind: 'graph',
            title: 'Honeypot',
            description: 'Requests a second for a path of HONEYPOT_PATHS, and those turned away after one.',
            unit: 'perSecond',
            queries: [
              { expr: sumBy([], queries.perSecond(queries.gateway(METRICS.honeypotHits))), legend: 'caught' },
              { expr: sumBy([], queries.perSecond(queries.gateway(METRICS.honeypotRefusals))), legend: 'turned away' },
            ],
            width: 12,
          },
        ],
      },
      {
        title: 'What is switched on',
        panels: [
          {
            kind: 'stat',
            title: 'Features',
            description: 'The variables ENABLE_…: off in one replica is shown as off.',
            unit: 'count',
            queries: [{ expr: `min by (flag) (${queries.gateway(METRICS.featureEnabled)})`, legend: '{{flag}}' }],
            width: 24,
            states: FEATURE_STATES,
          },
        ],
      },
    ],
  };
}
