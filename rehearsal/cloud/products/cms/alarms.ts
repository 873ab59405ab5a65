/** Alarms on a product's metrics. The caller names an alarm's id, so the same call makes it and changes it. */
import { DeleteMetricRulesRequest } from '@alicloud/cms20190101/dist/models/DeleteMetricRulesRequest';
import { DeleteMetricRulesResponseBody } from '@alicloud/cms20190101/dist/models/DeleteMetricRulesResponseBody';
import { DescribeMetricRuleListRequest } from '@alicloud/cms20190101/dist/models/DescribeMetricRuleListRequest';
import { DescribeMetricRuleListResponseBody } from '@alicloud/cms20190101/dist/models/DescribeMetricRuleListResponseBody';
import { DescribeMetricRuleTargetsRequest } from '@alicloud/cms20190101/dist/models/DescribeMetricRuleTargetsRequest';
import { DescribeMetricRuleTargetsResponseBody } from '@alicloud/cms20190101/dist/models/DescribeMetricRuleTargetsResponseBody';
import { DisableMetricRulesRequest } from '@alicloud/cms20190101/dist/models/DisableMetricRulesRequest';
import { DisableMetricRulesResponseBody } from '@alicloud/cms20190101/dist/models/DisableMetricRulesResponseBody';
import { EnableMetricRulesRequest } from '@alicloud/cms20190101/dist/models/EnableMetricRulesRequest';
import { EnableMetricRulesResponseBody } from '@alicloud/cms20190101/dist/models/EnableMetricRulesResponseBody';
import { PutMetricRuleTargetsRequest } from '@alicloud/cms20190101/dist/models/PutMetricRuleTargetsRequest';
import { PutMetricRuleTargetsResponseBody } from '@alicloud/cms20190101/dist/models/PutMetricRuleTargetsResponseBody';
import { PutResourceMetricRuleRequest } from '@alicloud/cms20190101/dist/models/PutResourceMetricRuleRequest';
import { PutResourceMetricRuleResponseBody } from '@alicloud/cms20190101/dist/models/PutResourceMetricRuleResponseBody';
import { ApiError, notFound } from '../../api-error';
import type { Cloud } from '../../cloud';
import { entriesOf } from '../../model';
import type { Fields, Plain } from '../../model';
import { rpcAction } from '../../rpc';
import { Kind } from '../../store';
import type { Entity } from '../../store';
import { checkAlarm } from './alarm-rules';
import { contactGroupNamed } from './contacts';
import { SUCCESS } from './success';

interface Alarm extends Entity {
  /** As the caller named it. */
  readonly id: string;
  readonly createdAt: number;
  rule: Fields<PutResourceMetricRuleRequest>;
  enabled: boolean;
  targets: NonNullable<Plain<PutMetricRuleTargetsRequest['targets']>>;
  updatedAt: number;
}

export const alarms = new Kind<Alarm>({
  noun: 'alarm',
  terraform: { type: 'alicloud_cms_alarm' },
  removal: (alarm) => `aliyun cms DeleteMetricRules --Id.1 ${alarm.id}`,
});

function alarmWithId(cloud: Cloud, id: string | undefined): Alarm {
  return alarms.in(cloud.store).get(id, (unknown) => notFound('ResourceNotFound', 'alert rule', unknown));
}

const namesIn = (text: string | undefined): string[] => (text ?? '').split(',').filter((name) => name !== '');

/** Severities that are used: one that is left out stays out. */
function escalationsOf({ rule }: Alarm) {
  const { critical, warn, info } = rule.escalations ?? {};
  return {
    ...(used(critical) && { critical }),
    ...(used(warn) && { warn }),
    ...(used(info) && { info }),
  };
}

const used = (escalation: object | undefined): boolean => escalation !== undefined && entriesOf(escalation).length > 0;

export const alarmActions = [
  rpcAction({
    name: 'PutResourceMetricRule',
    request: PutResourceMetricRuleRequest,
    response: PutResourceMetricRuleResponseBody,
    required: ['contactGroups', 'metricName', 'namespace', 'resources', 'ruleId', 'ruleName'],
    handle: ({ request, cloud }) => {
      checkAlarm(request);
      for (const name of namesIn(request.contactGroups)) contactGroupNamed(cloud, name);
      const { ruleId = '' } = request;
      const all = alarms.in(cloud.store);
      const known = all.find(ruleId);
      if (known === undefined) {
        all.insert({
          id: ruleId,
          uses: [],
          readyAt: cloud.now(),
          createdAt: cloud.now(),
          rule: request,
          enabled: true,
          targets: [],
          updatedAt: cloud.now(),
        });
      } else {
        known.rule = request;
        known.updatedAt = cloud.now();
      }
      return SUCCESS;
    },
  }),
  rpcAction({
    name: 'DescribeMetricRuleList',
    request: DescribeMetricRuleListRequest,
    response: DescribeMetricRuleListResponseBody,
    handle: ({ request, cloud }) => {
      const { page = 1, pageSize = 10 } = request;
      const ids = namesIn(request.ruleIds);
      const found = alarms
        .in(cloud.store)
        .where(
          ({ id, rule }) =>
            (ids.length === 0 || ids.includes(id)) &&
            (request.namespace === undefined || rule.namespace === request.namespace) &&
            (request.metricName === undefined || rule.metricName === request.metricName) &&
            (request.ruleName === undefined || (rule.ruleName ?? '').includes(request.ruleName)),
        );
      return {
        code: 200,
        success: true,
        message: 'success',
        total: String(found.length),
        alarms: {
          alarm: found.slice((page - 1) * pageSize, page * pageSize).map((alarm) => {
            const { rule } = alarm;
            return {
              ruleId: alarm.id,
              ruleName: rule.ruleName,
              namespace: rule.namespace,
              metricName: rule.metricName,
              resources: rule.resources,
              dimensions: rule.resources,
              contactGroups: rule.contactGroups,
              effectiveInterval: rule.effectiveInterval ?? '00:00-23:59',
              noEffectiveInterval: rule.noEffectiveInterval ?? '',
              period: rule.period ?? '60',
              silenceTime: rule.silenceTime ?? 86_400,
              webhook: rule.webhook ?? '',
              enableState: alarm.enabled,
              alertState: 'INSUFFICIENT_DATA',
              sourceType: 'METRIC',
              escalations: escalationsOf(alarm),
              ...(rule.labels && { labels: { labels: rule.labels } }),
              gmtCreate: alarm.createdAt,
              gmtUpdate: String(alarm.updatedAt),
            };
          }),
        },
      };
    },
  }),
  rpcAction({
    name: 'EnableMetricRules',
    request: EnableMetricRulesRequest,
    response: EnableMetricRulesResponseBody,
    required: ['ruleId'],
    handle: ({ request, cloud }) => {
      for (const id of request.ruleId ?? []) alarmWithId(cloud, id).enabled = true;
      return SUCCESS;
    },
  }),
  rpcAction({
    name: 'DisableMetricRules',
    request: DisableMetricRulesRequest,
    response: DisableMetricRulesResponseBody,
    required: ['ruleId'],
    handle: ({ request, cloud }) => {
      for (const id of request.ruleId ?? []) alarmWithId(cloud, id).enabled = false;
      return SUCCESS;
    },
  }),
  rpcAction({
    name: 'DeleteMetricRules',
    request: DeleteMetricRulesRequest,
    response: DeleteMetricRulesResponseBody,
    required: ['id'],
    handle: ({ request, cloud }) => {
      for (const id of request.id ?? []) alarms.in(cloud.store).remove(alarmWithId(cloud, id).id);
      return SUCCESS;
    },
  }),
  rpcAction({
    name: 'PutMetricRuleTargets',
    request: PutMetricRuleTargetsRequest,
    response: PutMetricRuleTargetsResponseBody,
    required: ['ruleId', 'targets'],
    handle: ({ request, cloud }) => {
      const alarm = alarmWithId(cloud, request.ruleId);
      const incomplete = (request.targets ?? []).find(({ arn, id }) => arn === undefined || id === undefined);
      if (incomplete !== undefined) throw new ApiError('ParameterInvalid', 'A target has no Arn or no Id.');
      alarm.targets = request.targets ?? [];
      return SUCCESS;
    },
  }),
  rpcAction({
    name: 'DescribeMetricRuleTargets',
    request: DescribeMetricRuleTargetsRequest,
    response: DescribeMetricRuleTargetsResponseBody,
    required: ['ruleId'],
    handle: ({ request, cloud }) => ({
      ...SUCCESS,
      targets: { target: alarmWithId(cloud, request.ruleId).targets },
    }),
  }),
];
