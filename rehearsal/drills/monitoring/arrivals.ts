/** Whether messages came to whom they must, put together as they must be. */
import type { AlertComponent, AlertSeverity } from '../../../constructs/monitoring/alerts';
import { GATEWAY_ALERTS } from '../../../constructs/monitoring/alerts';
import { GROUPING, WATCHDOG, type ReceiverName } from '../../../constructs/monitoring/routing';
import { TOLD } from '../../../policy/alert-routes';
import type { Message } from './receivers';

/** An alert of one severity: what is told of as one. */
export interface Ringing {
  readonly alert: string;
  readonly severity: AlertSeverity;
}

/** Messages on one alert of one severity. */
export function messagesOf(messages: readonly Message[], { alert, severity }: Ringing): readonly Message[] {
  return messages.filter((message) => message.alert === alert && message.severity === severity);
}

/** Who must be told of an alert, of those whom the environment's channels reach. @throws Error when there is no such alert */
export function whoMustBeTold(
  { alert, severity }: Ringing,
  reached: ReadonlySet<ReceiverName>,
): readonly ReceiverName[] {
  const known = GATEWAY_ALERTS.find(({ name }) => name === alert);
  if (known === undefined) throw new Error(`there is no alert ${alert}`);
  const told = alert === WATCHDOG ? (['heartbeat'] as const) : toldOf(known.component, severity);
  return told.filter((name) => reached.has(name));
}

const toldOf = (component: AlertComponent, severity: AlertSeverity): readonly ReceiverName[] =>
  TOLD[component][severity];

/** Who must be told, and was not yet. */
export function notYetTold(
  messages: readonly Message[],
  ringing: Ringing,
  reached: ReadonlySet<ReceiverName>,
): readonly ReceiverName[] {
  const told = new Set(messagesOf(messages, ringing).map(({ receiver }) => receiver));
  return whoMustBeTold(ringing, reached).filter((name) => !told.has(name));
}

/** Everything that is wrong with messages: to somebody else, put together otherwise, without a page of what to do. */
export function* faultsOfMessages(
  messages: readonly Message[],
  reached: ReadonlySet<ReceiverName>,
  runbookExists: (url: string) => boolean,
): Iterable<string> {
  for (const { receiver, alert, severity, groupedBy, runbooks, way } of messages) {
    const about = `${severity} ${alert} to ${receiver} by ${way}`;
    const isOurs = GATEWAY_ALERTS.find(({ name }) => name === alert)?.severities.find((each) => each === severity);
    if (isOurs === undefined) {
      yield `${about}: there is no such alert`;
      continue;
    }
    const told = whoMustBeTold({ alert, severity: isOurs }, reached);
    if (!told.includes(receiver)) yield `${about}: only ${told.join(', ') || 'nobody'} must be told`;
    const labels = alert === WATCHDOG ? ['alertname'] : [...GROUPING.by].sort();
    if (groupedBy !== undefined && groupedBy.join() !== labels.join())
      yield `${about}: grouped by ${groupedBy.join(', ')}`;
    const lost = runbooks.filter((url) => !runbookExists(url));
    if (lost.length > 0) yield `${about}: no page at ${lost.join(', ')}`;
  }
}
