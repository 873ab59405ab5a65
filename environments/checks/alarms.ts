/** Who is told, and how long what happened can be looked up. */
import type { Environment } from '../environment';
import { distinct, fault, shaped, whole, type Fault } from './fault';
import { TIERS } from '../tiers';

/** The longest that Log Service keeps a log without keeping it for ever (3650 means for ever). */
const MOST_LOG_DAYS = 3_650;

/** A mail address, near enough to refuse what is none. */
export const MAIL_ADDRESS = /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)*\.[^\s@.]{2,}$/;

const MINUTE = /^([01]\d|2[0-3]):[0-5]\d$/;

/** Checks contacts and hours. */
export function* alarms({ alarms: { contacts, warningHours } }: Environment): Iterable<Fault> {
  if (contacts.length === 0) {
    yield fault(
      'alarms.contacts',
      [],
      'must be one or more: CloudMonitor refuses an alarm that tells nobody; add a contact',
    );
  }
  for (const [index, contact] of contacts.entries()) {
    const path = `alarms.contacts[${index}]`;
    yield* shaped(
      `${path}.name`,
      contact.name,
      /^[A-Za-z][\w.-]{1,26}$/,
      '2–27 letters, digits, dots, hyphens and underscores, first a letter: with the name of the environment before it, CloudMonitor takes 40; shorten it',
    );
    yield* shaped(`${path}.email`, contact.email, MAIL_ADDRESS, 'a mail address, name@host.domain');
    if (contact.dingTalkWebhookVariable !== undefined && !/^[a-z][a-z0-9_]*$/.test(contact.dingTalkWebhookVariable)) {
      // The value is not repeated: somebody may have put the webhook itself, which is a secret, here.
      yield {
        path: `${path}.dingTalkWebhookVariable`,
        message: `${path}.dingTalkWebhookVariable must be the name of a Terraform variable, lower-case letters, digits and underscores; put the webhook itself into that variable, it carries a token`,
      };
    }
  }
  yield* distinct(
    'alarms.contacts',
    contacts.map((contact) => contact.name),
    'rename one',
  );

  if (warningHours !== undefined) {
    yield* shaped('alarms.warningHours.from', warningHours.from, MINUTE, 'a time of day, HH:MM');
    yield* shaped('alarms.warningHours.to', warningHours.to, MINUTE, 'a time of day, HH:MM');
    if (warningHours.to <= warningHours.from) {
      yield fault(
        'alarms.warningHours.to',
        warningHours.to,
        `must be after alarms.warningHours.from (${warningHours.from}): CloudMonitor knows no hours past midnight; leave warningHours out for all day`,
      );
    }
  }
}

/** Checks how long logs are kept. */
export function* logs({ logs: { retentionDays }, tier }: Environment): Iterable<Fault> {
  yield* whole(
    'logs.retentionDays',
    retentionDays,
    { min: TIERS[tier].logRetentionDays, max: MOST_LOG_DAYS },
    `an audit trail of tier ${tier} is not kept shorter`,
  );
}
