/** Planted faults: the scrape, and the channels of alerts. */
import { dev } from '../../../environments/dev';
import { prod } from '../../../environments/prod';
import { staging } from '../../../environments/staging';
import { faultsOf } from '../../../environments';
import { altered, type Alteration } from '../altered';
import { refuses } from './planted';

/** What changes the mail of an environment that has it. */
function mail(
  alter: (email: NonNullable<Parameters<Alteration>[0]['monitoring']['channels']['email']>) => void,
): Alteration {
  return ({ monitoring: { channels } }) => {
    if (channels.email === undefined) {
      throw new Error('the environment sends no mail; plant the fault into one that does');
    }
    alter(channels.email);
  };
}

const TOKEN = 'https://hooks.slack.example/services/T000/B000/secret';

refuses('monitoring', [
  [
    'M2',
    'a scrape a second',
    (e) => {
      e.monitoring.scrapeIntervalSeconds = 1;
    },
    /monitoring\.scrapeIntervalSeconds \(1\) must be a whole number from 10 to 60; take 30/,
  ],
  [
    'M2',
    'a scrape in two minutes',
    (e) => {
      e.monitoring.scrapeIntervalSeconds = 120;
    },
    /monitoring\.scrapeIntervalSeconds \(120\).*from 10 to 60/,
  ],
  [
    'M5',
    'a channel without its #',
    (e) => {
      e.monitoring.channels.slack.critical = 'gateway-critical';
    },
    /monitoring\.channels\.slack\.critical \(gateway-critical\) must be a channel with its #/,
    dev,
  ],
  [
    'M5',
    'a channel of two words',
    (e) => {
      e.monitoring.channels.slack.database = '#data bases';
    },
    /monitoring\.channels\.slack\.database \(#data bases\) must be a channel/,
  ],
  [
    'M5',
    'a mail server without a port',
    mail((email) => {
      email.smarthost = 'smtpdm.aliyun.com';
    }),
    /monitoring\.channels\.email\.smarthost \(smtpdm\.aliyun\.com\) must be a host and a port/,
  ],
  [
    'M5',
    'a mail server on a port that is none',
    mail((email) => {
      email.smarthost = 'smtpdm.aliyun.com:65536';
    }),
    /monitoring\.channels\.email\.smarthost \(smtpdm\.aliyun\.com:65536\) must be a host and a port/,
  ],
  [
    'M5',
    'a mail server on port 25, which the cloud closes',
    mail((email) => {
      email.smarthost = 'smtpdm.aliyun.com:25';
    }),
    /monitoring\.channels\.email\.smarthost \(smtpdm\.aliyun\.com:25\) must not have port 25.*take 465 or 587/,
    staging,
  ],
  [
    'M5',
    'a sender who has no address',
    mail((email) => {
      email.from = 'alerts';
    }),
    /monitoring\.channels\.email\.from \(alerts\) must be a mail address/,
  ],
  [
    'M5',
    'a team that has no address',
    mail((email) => {
      email.to.operations = '';
    }),
    /monitoring\.channels\.email\.to\.operations \(empty\) must be a mail address/,
  ],
  [
    'M5',
    'a mail server without a name to log in by',
    mail((email) => {
      email.username = ' ';
    }),
    /monitoring\.channels\.email\.username .* must be the name/,
  ],
  [
    'M5',
    'production that pages nobody',
    (e) => {
      e.monitoring.channels.pagerDuty = false;
    },
    /monitoring\.channels\.pagerDuty \(false\) must be true in tier production: somebody must wake up/,
  ],
  [
    'M5',
    'production whose silence looks like health',
    (e) => {
      e.monitoring.channels.heartbeat = false;
    },
    /monitoring\.channels\.heartbeat \(false\) must be true in tier production/,
  ],
  [
    'M5',
    'production without mail',
    (e) => {
      delete e.monitoring.channels.email;
    },
    /monitoring\.channels\.email is missing, and in tier production .*fill it in/,
  ],
  [
    'M5',
    'a token where the name of its Secret belongs',
    (e) => {
      e.monitoring.channels.secretName = TOKEN;
    },
    /monitoring\.channels\.secretName must be the name of a Kubernetes Secret/,
  ],
]);

describe('The checks of monitoring', () => {
  test('[M5] do not repeat a token that stands where a name belongs', () => {
    const faults = faultsOf([
      altered(prod, (e) => {
        e.monitoring.channels.secretName = TOKEN;
      }),
    ]);
    expect(faults.join()).not.toContain(TOKEN);
  });

  test('[M5] let development go without mail, pages and heartbeat', () => {
    const { pagerDuty, email, webhook, heartbeat } = dev.monitoring.channels;
    expect({ pagerDuty, email, webhook, heartbeat }).toEqual({
      pagerDuty: false,
      email: undefined,
      webhook: false,
      heartbeat: false,
    });
    expect(faultsOf([dev])).toEqual([]);
  });
});
