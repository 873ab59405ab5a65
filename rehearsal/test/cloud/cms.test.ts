import { cms } from '../../cloud/products/cms';
import { Caller } from './caller';
import type { Answer } from './caller';

type Parameters = Readonly<Record<string, string>>;

const contact = { ContactName: 'ops', Describe: 'on call', 'Channels.Mail': 'ops@example.com', Lang: 'en' };
const group = { ContactGroupName: 'critical', 'ContactNames.1': 'ops', EnableSubscribed: 'false' };
const alarm = {
  RuleId: 'rule-1',
  RuleName: 'redis-cpu',
  Namespace: 'acs_kvstore',
  MetricName: 'CpuUsage',
  Resources: '[{"instanceId":"r-1"}]',
  ContactGroups: 'critical',
  Period: '60',
  'Escalations.Critical.ComparisonOperator': 'GreaterThanOrEqualToThreshold',
  'Escalations.Critical.Statistics': 'Average',
  'Escalations.Critical.Threshold': '80',
  'Escalations.Critical.Times': '3',
  'Labels.1.Key': 'runbook',
  'Labels.1.Value': 'https://example.com',
};

async function service() {
  const caller = new Caller([cms]);
  const call = (action: string, parameters: Parameters = {}): Promise<Answer> =>
    caller.rpc(`metrics.cn-hangzhou.aliyuncs.com 2019-01-01 ${action}`, parameters);
  await call('PutContact', contact);
  await call('PutContactGroup', group);
  return { caller, call };
}

describe('CloudMonitor', () => {
  test('[M7] answers a contact with the groups it is in', async () => {
    const { call } = await service();
    expect((await call('DescribeContactList', { ContactName: 'ops' })).body).toMatchObject({
      Code: '200',
      Contacts: {
        Contact: [
          {
            Name: 'ops',
            Desc: 'on call',
            Lang: 'en',
            Channels: { Mail: 'ops@example.com' },
            ContactGroups: { ContactGroup: ['critical'] },
          },
        ],
      },
    });
  });

  test('[M7] changes a contact and a group that exist instead of making a second', async () => {
    const { call } = await service();
    await call('PutContact', { ...contact, Describe: 'day shift' });
    await call('PutContactGroup', { ContactGroupName: 'critical', Describe: 'pages' });
    expect((await call('DescribeContactList')).body).toMatchObject({
      Total: 1,
      Contacts: { Contact: [{ Desc: 'day shift' }] },
    });
    expect((await call('DescribeContactGroupList')).body).toMatchObject({
      Total: 1,
      // What the second call left out is as it was.
      ContactGroupList: {
        ContactGroup: [{ Describe: 'pages', Contacts: { Contact: ['ops'] }, EnableSubscribed: false }],
      },
    });
  });

  test('[M7] takes a deleted contact out of its groups', async () => {
    const { call } = await service();
    await call('DeleteContact', { ContactName: 'ops' });
    expect((await call('DescribeContactGroupList')).body).toMatchObject({
      ContactGroupList: { ContactGroup: [{ Name: 'critical', Contacts: { Contact: [] } }] },
    });
  });

  test('[M7] answers an alarm as it was put, with the severities that it has and no other', async () => {
    const { call } = await service();
    await call('PutResourceMetricRule', alarm);
    const { body } = await call('DescribeMetricRuleList', { RuleIds: 'rule-1' });
    expect(body).toMatchObject({
      Alarms: {
        Alarm: [
          {
            RuleId: 'rule-1',
            RuleName: 'redis-cpu',
            Namespace: 'acs_kvstore',
            Resources: alarm.Resources,
            ContactGroups: 'critical',
            EnableState: true,
            EffectiveInterval: '00:00-23:59',
            Labels: { Labels: [{ Key: 'runbook', Value: 'https://example.com' }] },
          },
        ],
      },
    });
    expect(body).toHaveProperty('Alarms.Alarm.0.Escalations', {
      Critical: {
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        Statistics: 'Average',
        Threshold: '80',
        Times: 3,
      },
    });
  });

  test('[M7] puts an alarm under its id once, whatever is changed, and switches it off and on', async () => {
    const { caller, call } = await service();
    const enabled = async (): Promise<unknown> => (await call('DescribeMetricRuleList', { RuleIds: 'rule-1' })).body;
    await call('PutResourceMetricRule', alarm);
    await call('DisableMetricRules', { 'RuleId.1': 'rule-1' });
    await call('PutResourceMetricRule', { ...alarm, 'Escalations.Critical.Threshold': '90' });
    expect(await enabled()).toHaveProperty('Alarms.Alarm.0.EnableState', false);
    expect(await enabled()).toHaveProperty('Alarms.Alarm.0.Escalations.Critical.Threshold', '90');
    await call('EnableMetricRules', { 'RuleId.1': 'rule-1' });
    expect(await enabled()).toHaveProperty('Alarms.Alarm.0.EnableState', true);
    await call('DeleteMetricRules', { 'Id.1': 'rule-1' });
    expect(caller.cloud.store.inventory().map(({ noun }) => noun)).toEqual(['alarm contact', 'alarm contact group']);
  });

  test.each<[string, Parameters, string]>([
    ['PutContact', { ...contact, ContactName: 'o' }, 'ParameterInvalid'],
    ['PutContact', { ContactName: 'mute', Describe: 'no channel' }, 'ParameterInvalid'],
    ['PutContact', { ...contact, Lang: 'fr' }, 'InvalidLang'],
    ['PutContact', { ContactName: 'ops' }, 'MissingDescribe'],
    ['PutContactGroup', { ...group, 'ContactNames.1': 'nobody' }, 'ContactNotExists'],
    ['DescribeContactList', { ContactName: 'nobody' }, 'ContactNotExists'],
    ['DeleteContact', { ContactName: 'nobody' }, 'ContactNotExists'],
    ['DeleteContactGroup', { ContactGroupName: 'none' }, 'ContactGroupNotExists'],
    ['PutResourceMetricRule', { ...alarm, ContactGroups: 'critical,none' }, 'ContactGroupNotExists'],
    ['PutResourceMetricRule', { ...alarm, Resources: 'r-1' }, 'ParameterInvalid'],
    ['PutResourceMetricRule', { ...alarm, Namespace: 'redis' }, 'ParameterInvalid'],
    ['PutResourceMetricRule', { ...alarm, Period: '61' }, 'ParameterInvalid'],
    ['PutResourceMetricRule', { ...alarm, EffectiveInterval: 'always' }, 'ParameterInvalid'],
    ['PutResourceMetricRule', { ...alarm, 'Escalations.Critical.Threshold': 'high' }, 'ParameterInvalid'],
    ['PutResourceMetricRule', { ...alarm, 'Escalations.Critical.Times': '0' }, 'ParameterInvalid'],
    ['PutResourceMetricRule', { ...alarm, 'Escalations.Critical.ComparisonOperator': '>=' }, 'ParameterInvalid'],
    ['PutResourceMetricRule', { ...alarm, Colour: 'red' }, 'UnsupportedParameter'],
    ['EnableMetricRules', { 'RuleId.1': 'none' }, 'ResourceNotFound'],
    ['DeleteMetricRules', { 'Id.1': 'none' }, 'ResourceNotFound'],
  ])('[L3] refuses %s %j with %s', async (action, parameters, code) => {
    const { call } = await service();
    expect((await call(action, parameters)).body.Code).toBe(code);
  });
});
