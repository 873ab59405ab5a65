/** The routing of alerts: who is told by which way, in which order it is decided, and that no token is in it. */
import { toMatchFile } from 'jest-file-snapshot';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ALERT_COMPONENTS, ALERT_SEVERITIES, renderRuleGroups } from '../../../../constructs/monitoring/alerts';
import {
  alertRouting,
  INHIBITIONS,
  RECEIVER_SECRET_KEYS,
  renderAlertmanagerConfig,
  renderAlertmanagerFile,
  secretsOf,
  type AlertRouting,
  type ReceiverSecret,
} from '../../../../constructs/monitoring/routing';
import { environments } from '../../../../environments';
import { dev } from '../../../../environments/dev';
import { prod } from '../../../../environments/prod';
import { compactJson } from '../../../compact-json';

expect.extend({ toMatchFile });

const routingOf = (environment: typeof prod): AlertRouting =>
  alertRouting(environment.name, environment.monitoring.channels);
const production = routingOf(prod);

/** `receiver → kinds of ways`, such as `database-team: email #databases`. */
const ways = ({ receivers }: AlertRouting): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    receivers.map(({ name, integrations }) => [
      name,
      integrations.map((way) => (way.kind === 'slack' ? `slack ${way.channel}` : way.kind)),
    ]),
  );

const SECRETS = Object.fromEntries(
  Object.keys(RECEIVER_SECRET_KEYS).map((secret) => [secret, `https://${secret.toLowerCase()}.invalid`]),
) as Readonly<Record<ReceiverSecret, string>>;

describe('The routing of alerts', () => {
  test('[M5] reaches each receiver of production by its own ways', () => {
    expect(ways(production)).toEqual({
      default: ['slack #gateway'],
      'critical-alerts': ['pagerDuty', 'slack #gateway-critical'],
      'warning-alerts': ['slack #gateway-warnings'],
      'database-team': ['email', 'slack #databases'],
      'ops-team': ['email', 'pagerDuty'],
      'business-team': ['email'],
      webhook: ['webhook'],
      heartbeat: ['webhook'],
      nobody: [],
    });
  });

  test('[M5] tells development by chat only', () => {
    expect(Object.values(ways(routingOf(dev))).flat()).toEqual(Array(4).fill('slack #gateway-dev'));
  });

  test('[M5] groups by alert, component and severity, waits 30 s, and says it again after 5 m and 4 h', () => {
    expect(renderAlertmanagerConfig(production).route).toMatchObject({
      receiver: 'default',
      groupBy: ['alertname', 'component', 'severity'],
      groupWait: '30s',
      groupInterval: '5m',
      repeatInterval: '4h',
    });
  });

  test('[M5] groups nothing in another way but the heartbeat', () => {
    const other = production.routes.filter(({ grouping }) => grouping !== undefined);
    expect(other.map(({ receiver }) => receiver)).toEqual(['heartbeat']);
  });

  test.each(environments)(
    '[M5] $name names receivers that are there, and only labels that alerts have',
    (environment) => {
      const { receivers, routes } = routingOf(environment);
      const names = new Set(receivers.map(({ name }) => name));
      const values = { severity: [...ALERT_SEVERITIES, 'none'], component: ALERT_COMPONENTS, alertname: ['Watchdog'] };
      for (const { receiver, matches } of routes) {
        expect(names).toContain(receiver);
        for (const match of matches) {
          expect(values[match.label]).toEqual(expect.arrayContaining([...match.values]));
        }
      }
    },
  );

  test.each(environments)(
    '[M5] $name ends with a route that takes everything, and no route before it does',
    ({ name, monitoring }) => {
      const { routes } = alertRouting(name, monitoring.channels);
      expect(routes.findIndex(({ matches }) => matches.length === 0)).toBe(routes.length - 1);
      expect(routes.at(-1)?.receiver).toBe('default');
    },
  );

  test('[M5] keeps a warning quiet while the same alert rings critical', () => {
    expect(renderAlertmanagerConfig(production).inhibitRules).toEqual([
      {
        sourceMatch: [{ name: 'severity', value: 'critical', matchType: '=' }],
        targetMatch: [{ name: 'severity', value: 'warning', matchType: '=' }],
        equal: INHIBITIONS[0]?.equal,
      },
    ]);
    expect(INHIBITIONS[0]?.equal).toEqual(expect.arrayContaining(['alertname', 'component', 'namespace']));
    expect(INHIBITIONS[0]?.equal).not.toContain('severity');
  });

  test('[M5] tells two of a kind apart: what an alert says it rings for decides what a worse one keeps quiet', () => {
    const rules = renderRuleGroups().flatMap(({ rules: all }) =>
      all.flatMap((rule) => ('alert' in rule ? [rule] : [])),
    );
    const severities = (alert: string): ReadonlySet<string> =>
      new Set(rules.filter((rule) => rule.alert === alert).map(({ labels }) => labels.severity));
    const twofold = rules.filter(({ alert }) => severities(alert).has('warning') && severities(alert).has('critical'));
    const subjects = twofold.flatMap(({ annotations, labels }) => [
      ...[...annotations.description.matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label),
      ...Object.keys(labels).filter((label) => !['severity', 'window'].includes(label)),
    ]);
    expect(new Set(subjects).size).toBeGreaterThan(8);
    expect(INHIBITIONS[0]?.equal).toEqual(expect.arrayContaining([...new Set(subjects)]));
  });

  test('[M5] names every secret of production by a key of the one Secret', () => {
    expect([...secretsOf(production.receivers)].sort()).toEqual(Object.keys(RECEIVER_SECRET_KEYS).sort());
    const references: unknown[] = [];
    JSON.stringify(renderAlertmanagerConfig(production), (field, value: unknown) => {
      if (['apiURL', 'routingKey', 'authPassword', 'urlSecret'].includes(field)) references.push(value);
      return value;
    });
    expect(references).toHaveLength(11);
    for (const reference of references) {
      expect(reference).toEqual({ name: 'alertmanager-receivers', key: expect.any(String) as string });
    }
    expect(new Set(references.map((reference) => (reference as { key: string }).key))).toEqual(
      new Set(Object.values(RECEIVER_SECRET_KEYS)),
    );
  });

  test('[M5] has no address of a hook in it, only of mail servers', () => {
    expect(JSON.stringify(environments.map(routingOf).map(renderAlertmanagerConfig))).not.toMatch(/https?:\/\//);
  });

  test.each([
    ['smtpdm.aliyun.com:465', false],
    ['smtp.example.com:587', true],
  ])('[M5] asks %s for STARTTLS: %s', (smarthost, requireTLS) => {
    const { email } = prod.monitoring.channels;
    if (email === undefined) throw new Error('production sends no mail');
    const routing = alertRouting('prod', { ...prod.monitoring.channels, email: { ...email, smarthost } });
    const team = renderAlertmanagerConfig(routing).receivers.find(({ name }) => name === 'business-team');
    expect(team?.emailConfigs).toEqual([expect.objectContaining({ smarthost, requireTLS })]);
  });

  test('[M5] is as a custom resource what its snapshot says', () => {
    expect(`${compactJson(renderAlertmanagerConfig(production))}\n`).toMatchFile(
      join(__dirname, '__snapshots__', 'alertmanager-config.json'),
    );
  });

  test('[M5] says the same as a custom resource and as a file', () => {
    const spec = renderAlertmanagerConfig(production);
    const file = parse(renderAlertmanagerFile(production, { secrets: SECRETS })) as {
      route: { routes: { routes: Record<string, unknown>[] }[] };
      receivers: Record<string, unknown>[];
      inhibit_rules: { equal: string[] }[];
    };
    const matchers = (all: readonly { name: string; matchType: string; value: string }[] | undefined): string[] =>
      (all ?? []).map(({ name, matchType, value }) => `${name}${matchType}"${value}"`);
    expect(
      file.route.routes[0]?.routes.map(({ receiver, matchers: own, continue: on }) => [receiver, own, on]),
    ).toEqual(spec.route.routes?.map((route) => [route.receiver, matchers(route.matchers), route.continue]));
    // Behind the receiver of the operator's root.
    const ways = (receiver: object): readonly [unknown, number][] =>
      Object.entries(receiver)
        .filter(([field]) => field !== 'name')
        .map(([field, list]) => [field.replace(/_?configs$/i, '').toLowerCase(), (list as unknown[]).length]);
    expect(file.receivers.slice(1).map((receiver) => [receiver.name, ways(receiver)])).toEqual(
      spec.receivers.map((receiver) => [receiver.name, ways(receiver)]),
    );
    expect(file.inhibit_rules[0]?.equal).toEqual(spec.inhibitRules[0]?.equal);
  });
});
