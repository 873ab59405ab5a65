/** What Prometheus watches, and where its alerts go. */
import type { Environment } from '../environment';
import { fault, shaped, whole, type Fault } from './fault';
import { TIERS } from '../tiers';
import { MAIL_ADDRESS } from './alarms';

/** Denser scrapes cost memory and tell nothing new; sparser ones leave too few in the alerts' shortest window. */
const SCRAPE_SECONDS = { min: 10, max: 60 } as const;

/** The room as it stands in the chat: Slack knows no capitals, and 80 characters at most. */
const SLACK_CHANNEL = /^#[\p{Ll}\p{Lo}\p{N}_-]{1,79}$/u;

/** Name of a Kubernetes object. */
const OBJECT_NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

const SMARTHOST = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?:([1-9]\d{0,4})$/;

/** Checks the scrape and every channel. */
export function* monitoring({ monitoring: { scrapeIntervalSeconds, channels }, tier }: Environment): Iterable<Fault> {
  yield* whole(
    'monitoring.scrapeIntervalSeconds',
    scrapeIntervalSeconds,
    SCRAPE_SECONDS,
    'take 30 when there is no reason for another',
  );

  const { secretName, slack, email } = channels;
  if (!OBJECT_NAME.test(secretName)) {
    // The value is not repeated: somebody may have put a token itself here.
    yield {
      path: 'monitoring.channels.secretName',
      message:
        'monitoring.channels.secretName must be the name of a Kubernetes Secret, at most 63 lower-case letters, digits and hyphens; put the tokens into that Secret, never here',
    };
  }
  for (const [room, channel] of Object.entries({ ...slack })) {
    yield* shaped(
      `monitoring.channels.slack.${room}`,
      channel,
      SLACK_CHANNEL,
      "a channel with its #, then at most 79 lower-case letters, digits, hyphens and underscores; copy it from Slack's list",
    );
  }
  if (email === undefined) {
    if (TIERS[tier].paging) {
      yield {
        path: 'monitoring.channels.email',
        message: `monitoring.channels.email is missing, and in tier ${tier} database-team, ops-team and business-team are told by mail; fill it in`,
      };
    }
    return;
  }

  const path = 'monitoring.channels.email';
  const [, , port] = SMARTHOST.exec(email.smarthost) ?? [];
  if (port === undefined || Number(port) > 65_535) {
    yield fault(`${path}.smarthost`, email.smarthost, 'must be a host and a port, such as smtpdm.aliyun.com:465');
  } else if (port === '25') {
    yield fault(
      `${path}.smarthost`,
      email.smarthost,
      'must not have port 25, on which Alibaba Cloud lets nothing out; take 465 or 587',
    );
  }
  for (const [field, address] of [
    ['from', email.from],
    ...Object.entries(email.to).map(([team, to]) => [`to.${team}`, to]),
  ] as const) {
    yield* shaped(`${path}.${field}`, address, MAIL_ADDRESS, 'a mail address, name@host.domain');
  }
  if (email.username.trim() === '') {
    yield fault(`${path}.username`, email.username, 'must be the name by which the mail server knows the sender');
  }
}
