/**
 * The routing as a custom resource of the Prometheus operator, secrets by reference.
 *
 * The operator puts this tree under a root of its own and adds two things that are to be known. It goes on behind the
 * tree, so that other AlertmanagerConfigs are heard as well. And unless the Alertmanager is set to
 * `alertmanagerConfigMatcherStrategy: { type: None }`, it lets only those alerts in whose label `namespace` names the
 * namespace of this object: alerts on nodes, ingress and the Watchdog would never come.
 *
 * Source: prometheus-operator's API reference, `AlertmanagerConfig` of `monitoring.coreos.com/v1alpha1` (0.85).
 */
import { RECEIVER_SECRET_KEYS, speaksTlsFirst, type ReceiverSecret } from './channels';
import { messages, PAGE_SEVERITY, type Messages } from './messages';
import type { Integration, Receiver } from './receivers';
import { GROUPING, type Grouping, type Match, type Route } from './routes';
import type { AlertRouting } from './routing';

/** A key of a Secret in the object's own namespace. */
interface SecretKeySelector {
  readonly name: string;
  readonly key: string;
}

interface Matcher {
  readonly name: string;
  readonly value: string;
  readonly matchType: '=' | '=~';
}

interface RouteSpec {
  readonly receiver: string;
  readonly matchers?: readonly Matcher[];
  readonly continue?: boolean;
  readonly groupBy?: readonly string[];
  readonly groupWait?: string;
  readonly groupInterval?: string;
  readonly repeatInterval?: string;
  readonly routes?: readonly RouteSpec[];
}

/** The field of a receiver that lists what is reached in one way. */
const FIELDS = {
  slack: 'slackConfigs',
  pagerDuty: 'pagerdutyConfigs',
  email: 'emailConfigs',
  webhook: 'webhookConfigs',
} as const satisfies Record<Integration['kind'], string>;

type ReceiverSpec = { readonly name: string } & {
  readonly [Field in (typeof FIELDS)[keyof typeof FIELDS]]?: readonly Readonly<Record<string, unknown>>[];
};

/** What stands under `spec`. */
export interface AlertmanagerConfigSpec {
  readonly route: RouteSpec;
  readonly receivers: readonly ReceiverSpec[];
  readonly inhibitRules: readonly {
    readonly sourceMatch: readonly Matcher[];
    readonly targetMatch: readonly Matcher[];
    readonly equal: readonly string[];
  }[];
}

/** The `spec` of the AlertmanagerConfig. */
export function renderAlertmanagerConfig(routing: AlertRouting): AlertmanagerConfigSpec {
  const texts = messages(routing.environment);
  const secret = (of: ReceiverSecret): SecretKeySelector => ({
    name: routing.secretName,
    key: RECEIVER_SECRET_KEYS[of],
  });
  return {
    route: { receiver: routing.fallback, ...grouping(GROUPING), routes: routing.routes.map(route) },
    receivers: routing.receivers.map((each) => receiver(each, texts, secret)),
    inhibitRules: routing.inhibitions.map(({ source, target, equal }) => ({
      sourceMatch: source.map(matcher),
      targetMatch: target.map(matcher),
      equal,
    })),
  };
}

function route(line: Route): RouteSpec {
  return {
    receiver: line.receiver,
    matchers: line.matches.map(matcher),
    continue: line.continues,
    ...(line.grouping && grouping(line.grouping)),
  };
}

function grouping({ by, wait, interval, repeat }: Grouping): Omit<RouteSpec, 'receiver'> {
  return { groupBy: by, groupWait: wait, groupInterval: interval, repeatInterval: repeat };
}

function matcher({ label, values }: Match): Matcher {
  return { name: label, value: values.join('|'), matchType: values.length > 1 ? '=~' : '=' };
}

function receiver(
  { name, integrations }: Receiver,
  texts: Messages,
  secret: (of: ReceiverSecret) => SecretKeySelector,
): ReceiverSpec {
  const fields = Object.entries(FIELDS).flatMap(([kind, field]) => {
    const configs = integrations.filter((each) => each.kind === kind).map((each) => integration(each, texts, secret));
    return configs.length > 0 ? [[field, configs] as const] : [];
  });
  return { name, ...Object.fromEntries(fields) };
}

function integration(
  way: Integration,
  texts: Messages,
  secret: (of: ReceiverSecret) => SecretKeySelector,
): Readonly<Record<string, unknown>> {
  switch (way.kind) {
    case 'slack':
      return {
        apiURL: secret(way.url),
        channel: way.channel,
        title: texts.title,
        titleLink: texts.link,
        text: texts.text,
        sendResolved: true,
      };
    case 'pagerDuty':
      return {
        routingKey: secret(way.routingKey),
        severity: PAGE_SEVERITY,
        description: texts.title,
        class: texts.alert,
        component: texts.component,
        details: [{ key: 'alerts', value: texts.text }],
        pagerDutyLinkConfigs: [{ href: texts.link, alt: 'Runbook' }],
        sendResolved: true,
      };
    case 'email':
      return {
        to: way.to,
        from: way.server.from,
        smarthost: way.server.smarthost,
        authUsername: way.server.username,
        authPassword: secret(way.password),
        requireTLS: !speaksTlsFirst(way.server),
        headers: [{ key: 'Subject', value: texts.title }],
        sendResolved: true,
      };
    case 'webhook':
      return { urlSecret: secret(way.url), sendResolved: !way.isHeartbeat };
  }
}
