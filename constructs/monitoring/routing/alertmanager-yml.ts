/**
 * The routing as Alertmanager's own configuration file, as the operator would write it of the custom resource: for
 * proofs with amtool, and for an Alertmanager without an operator.
 *
 * Source: Alertmanager's configuration reference (0.28).
 */
import { stringify } from 'yaml';
import { speaksTlsFirst, type ReceiverSecret } from './channels';
import { messages, PAGE_SEVERITY, type Messages } from './messages';
import type { Integration } from './receivers';
import { GROUPING, type Grouping, type Match } from './routes';
import type { AlertRouting } from './routing';

/** What the custom resource only names. */
export interface AlertmanagerFileOptions {
  /** The secrets themselves. */
  readonly secrets: Readonly<Record<ReceiverSecret, string>>;
  /** Where pages are sent. @default PagerDuty's own address */
  readonly pagerDutyUrl?: string;
}

/** The field of a receiver that lists what is reached in one way. */
const FIELDS = {
  slack: 'slack_configs',
  pagerDuty: 'pagerduty_configs',
  email: 'email_configs',
  webhook: 'webhook_configs',
} as const satisfies Record<Integration['kind'], string>;

/** The file. */
export function renderAlertmanagerFile(routing: AlertRouting, options: AlertmanagerFileOptions): string {
  const texts = messages(routing.environment);
  const { pagerDutyUrl } = options;
  return stringify({
    ...(pagerDutyUrl !== undefined && { global: { pagerduty_url: pagerDutyUrl } }),
    // The operator's root: it hears nothing itself, and goes on behind each tree under it.
    route: {
      receiver: OPERATOR_ROOT,
      routes: [
        {
          receiver: routing.fallback,
          continue: true,
          ...grouping(GROUPING),
          routes: routing.routes.map((route) => ({
            receiver: route.receiver,
            matchers: route.matches.map(matcher),
            continue: route.continues,
            ...(route.grouping && grouping(route.grouping)),
          })),
        },
      ],
    },
    receivers: [
      { name: OPERATOR_ROOT },
      ...routing.receivers.map(({ name, integrations }) => ({
        name,
        ...Object.fromEntries(
          Object.entries(FIELDS).flatMap(([kind, field]) => {
            const configs = integrations.filter((each) => each.kind === kind);
            return configs.length > 0 ? [[field, configs.map((each) => integration(each, texts, options))]] : [];
          }),
        ),
      })),
    ],
    inhibit_rules: routing.inhibitions.map(({ source, target, equal }) => ({
      source_matchers: source.map(matcher),
      target_matchers: target.map(matcher),
      equal,
    })),
  });
}

const OPERATOR_ROOT = 'operator-root';

function grouping({ by, wait, interval, repeat }: Grouping): Readonly<Record<string, unknown>> {
  return { group_by: by, group_wait: wait, group_interval: interval, repeat_interval: repeat };
}

function matcher({ label, values }: Match): string {
  return `${label}${values.length > 1 ? '=~' : '='}"${values.join('|')}"`;
}

function integration(
  way: Integration,
  texts: Messages,
  { secrets }: AlertmanagerFileOptions,
): Readonly<Record<string, unknown>> {
  switch (way.kind) {
    case 'slack':
      return {
        api_url: secrets[way.url],
        channel: way.channel,
        title: texts.title,
        title_link: texts.link,
        text: texts.text,
        send_resolved: true,
      };
    case 'pagerDuty':
      return {
        routing_key: secrets[way.routingKey],
        severity: PAGE_SEVERITY,
        description: texts.title,
        class: texts.alert,
        component: texts.component,
        details: { alerts: texts.text },
        links: [{ href: texts.link, text: 'Runbook' }],
        send_resolved: true,
      };
    case 'email':
      return {
        to: way.to,
        from: way.server.from,
        smarthost: way.server.smarthost,
        auth_username: way.server.username,
        auth_password: secrets[way.password],
        require_tls: !speaksTlsFirst(way.server),
        headers: { Subject: texts.title },
        send_resolved: true,
      };
    case 'webhook':
      return { url: secrets[way.url], send_resolved: !way.isHeartbeat };
  }
}
