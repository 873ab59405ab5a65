import { CmsAlarmContact } from '@cdktf/provider-alicloud/lib/cms-alarm-contact';
import { CmsAlarmContactGroup } from '@cdktf/provider-alicloud/lib/cms-alarm-contact-group';
import { Contacts } from '../../../constructs/monitoring/contacts';
import { synthesize } from '../../synthesize';

const onCall = { name: 'on-call', email: 'on-call@example.com' };
const team = { name: 'team', email: 'team@example.com', severities: ['warning', 'info'] as const };
const props = { name: 'prod', contacts: [onCall, team] };

describe('Contacts', () => {
  test('[M7] makes a contact for each, and a group for each severity of whoever is told', () => {
    const stack = synthesize((scope) => new Contacts(scope, 'contacts', props));
    expect(stack.count()).toEqual({ alicloud_cms_alarm_contact: 2, alicloud_cms_alarm_contact_group: 3 });
    expect(stack.every(CmsAlarmContact)[0]).toEqual({
      alarm_contact_name: 'prod-on-call',
      channels_mail: 'on-call@example.com',
      describe: 'on-call, told by prod',
      lang: 'en',
      lifecycle: { ignore_changes: ['channels_mail'] },
    });
    const name = (which: number): string =>
      `\${alicloud_cms_alarm_contact.${Object.keys(stack.byId(CmsAlarmContact))[which] ?? ''}.alarm_contact_name}`;
    expect(
      Object.fromEntries(
        stack.every(CmsAlarmContactGroup).map((group) => [group['alarm_contact_group_name'], group['contacts']]),
      ),
    ).toEqual({
      'prod-critical': [name(0)],
      'prod-warning': [name(0), name(1)],
      'prod-info': [name(0), name(1)],
    });
  });

  test('[M7] sends to DingTalk where a webhook is given', () => {
    const webhook = '${var.webhook}';
    const stack = synthesize(
      (scope) =>
        new Contacts(scope, 'contacts', {
          name: 'prod',
          contacts: [{ ...onCall, dingTalkWebhook: webhook }],
          language: 'zh-cn',
        }),
    );
    expect(stack.only(CmsAlarmContact)).toMatchObject({ channels_ding_web_hook: webhook, lang: 'zh-cn' });
  });

  test.each([
    [[team], /nobody is told of critical; add a contact, or one's severities/],
    [[], /nobody is told of critical or warning or info/],
    [[onCall, onCall], /names on-call twice/],
    [[{ ...onCall, email: 'nobody' }], /contacts\[0\].email \(nobody\) is no mail address/],
    [[{ ...onCall, name: 'x'.repeat(40) }], /becomes prod-x+ \(45 characters\) and must have 2 to 40; shorten it/],
  ])('refuses the contacts %j and says the way out', (contacts, message) => {
    expect(() => synthesize((scope) => new Contacts(scope, 'contacts', { name: 'prod', contacts }))).toThrow(message);
  });
});
