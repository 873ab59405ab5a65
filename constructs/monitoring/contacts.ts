/**
 * Who is told: CloudMonitor's contacts, and one contact group for each severity, so that a warning does not page.
 *
 * Source: provider documentation of `alicloud_cms_alarm_contact` and `alicloud_cms_alarm_contact_group` (1.285.0).
 */
import { Construct } from 'constructs';
import type { CmsAlarmContactConfig } from '@cdktf/provider-alicloud/lib/cms-alarm-contact';
import { CmsAlarmContact } from '@cdktf/provider-alicloud/lib/cms-alarm-contact';
import { CmsAlarmContactGroup } from '@cdktf/provider-alicloud/lib/cms-alarm-contact-group';
import type { GroupsBySeverity, Severity } from './alarm-route';
import { SEVERITIES } from './alarm-route';

/** One person, team or chat room. */
export interface Contact {
  /** Name, 2–40 characters, unique in the account. ForceNew. */
  readonly name: string;
  /** Where mail goes; CloudMonitor first asks the address for its consent, and sends nothing before it has it. */
  readonly email: string;
  /** Address of a DingTalk robot. It carries a token: a sensitive variable, never a literal. @default none */
  readonly dingTalkWebhook?: string;
  /** What this contact is told. @default every severity */
  readonly severities?: readonly Severity[];
}

export interface ContactsProps {
  /** First part of the groups' names, and of the contacts': both are unique in an account, so it names the environment. */
  readonly name: string;
  /** The people, at least one a severity. */
  readonly contacts: readonly Contact[];
  /** Language of the messages. @default en */
  readonly language?: 'en' | 'zh-cn';
  /** The last word on every contact's own arguments. @default none */
  readonly overrides?: Partial<CmsAlarmContactConfig>;
}

const NAME = { min: 2, max: 40 } as const;

export class Contacts extends Construct {
  readonly contacts: readonly CmsAlarmContact[];
  /** The groups, by severity. */
  readonly groups: Readonly<Record<Severity, CmsAlarmContactGroup>>;

  constructor(scope: Construct, id: string, props: ContactsProps) {
    super(scope, id);
    props.contacts.forEach((contact, index) => {
      checkContact(`contacts[${index}]`, contact, fullName(props, contact));
    });
    const unheard = SEVERITIES.filter((severity) => heard(props.contacts, severity).length === 0);
    if (unheard.length > 0) {
      throw new Error(`contacts: nobody is told of ${unheard.join(' or ')}; add a contact, or one's severities`);
    }
    const names = props.contacts.map(({ name }) => name);
    const twice = names.find((name, index) => names.indexOf(name) < index);
    if (twice !== undefined) {
      throw new Error(`contacts names ${twice} twice, and CloudMonitor would keep the last; rename one`);
    }

    const byName = new Map(
      props.contacts.map((contact) => [
        contact.name,
        new CmsAlarmContact(this, `contact-${contact.name}`, {
          alarmContactName: fullName(props, contact),
          describe: `${contact.name}, told by ${props.name}`,
          channelsMail: contact.email,
          ...(contact.dingTalkWebhook === undefined ? {} : { channelsDingWebHook: contact.dingTalkWebhook }),
          lang: props.language ?? 'en',
          // An address that has not given its consent yet is read back as empty: Terraform would set it again at each
          // apply, and each time a new mail would ask. To change one, replace the contact.
          lifecycle: { ignoreChanges: ['channels_mail'] },
          ...props.overrides,
        }),
      ]),
    );
    this.contacts = [...byName.values()];
    const group = (severity: Severity): CmsAlarmContactGroup =>
      new CmsAlarmContactGroup(this, `group-${severity}`, {
        alarmContactGroupName: `${props.name}-${severity}`,
        describe: `${severity} alarms of ${props.name}`,
        contacts: heard(props.contacts, severity).flatMap(({ name }) => byName.get(name)?.alarmContactName ?? []),
        enableSubscribed: false,
      });
    this.groups = { critical: group('critical'), warning: group('warning'), info: group('info') };
  }

  /** Names of the groups, for an alarm route; references, so that the groups are made before the alarms. */
  get route(): GroupsBySeverity {
    const { critical, warning, info } = this.groups;
    return { critical: [critical.id], warning: [warning.id], info: [info.id] };
  }
}

function fullName(props: Pick<ContactsProps, 'name'>, contact: Contact): string {
  return `${props.name}-${contact.name}`;
}

function heard(contacts: readonly Contact[], severity: Severity): readonly Contact[] {
  return contacts.filter(({ severities = SEVERITIES }) => severities.includes(severity));
}

function checkContact(what: string, contact: Contact, name: string): void {
  if (name.length < NAME.min || name.length > NAME.max) {
    throw new Error(
      `${what}.name becomes ${name} (${name.length} characters) and must have ${NAME.min} to ${NAME.max}; shorten it`,
    );
  }
  if (!/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(contact.email)) {
    throw new Error(`${what}.email (${contact.email}) is no mail address; write it as name@example.com`);
  }
}
