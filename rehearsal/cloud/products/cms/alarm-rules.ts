/** What CloudMonitor asks of an alarm before it takes one. Source: reference of `PutResourceMetricRule`. */
import type { PutResourceMetricRuleRequest } from '@alicloud/cms20190101/dist/models/PutResourceMetricRuleRequest';
import { ApiError } from '../../api-error';
import { entriesOf } from '../../model';
import type { Fields } from '../../model';

type Rule = Fields<PutResourceMetricRuleRequest>;
type Escalation = NonNullable<NonNullable<Rule['escalations']>['critical']>;

const OPERATORS = [
  'GreaterThanOrEqualToThreshold',
  'GreaterThanThreshold',
  'LessThanOrEqualToThreshold',
  'LessThanThreshold',
  'NotEqualToThreshold',
  'EqualToThreshold',
  'GreaterThanYesterday',
  'LessThanYesterday',
  'GreaterThanLastWeek',
  'LessThanLastWeek',
  'GreaterThanLastPeriod',
  'LessThanLastPeriod',
];

/** @throws ApiError for the first thing that is wrong with it */
export function checkAlarm(rule: Rule): void {
  const escalations = entriesOf(rule.escalations ?? {}).filter(([, escalation]) => escalation !== undefined);
  if (escalations.length === 0 && rule.prometheus === undefined && rule.compositeExpression === undefined) {
    throw invalid('Escalations', '(none)', 'one of Critical, Warn and Info');
  }
  const { critical, warn, info } = rule.escalations ?? {};
  checkEscalation('Critical', critical);
  checkEscalation('Warn', warn);
  checkEscalation('Info', info);
  checkResources(rule.resources ?? '');
  if (!/^acs_\w+$/.test(rule.namespace ?? '')) throw invalid('Namespace', rule.namespace, 'acs_ and a product');
  const period = Number(rule.period ?? '60');
  if (period % 60 !== 0 && ![15, 30].includes(period)) throw invalid('Period', rule.period, 'a multiple of 60 seconds');
  const interval = rule.effectiveInterval ?? '00:00-23:59';
  if (!/^\d{1,2}:\d{2}-\d{1,2}:\d{2}$/.test(interval)) throw invalid('EffectiveInterval', interval, 'HH:mm-HH:mm');
}

function checkEscalation(severity: string, escalation: Escalation | undefined): void {
  if (escalation === undefined) return;
  const { comparisonOperator = '', statistics = '', threshold = '', times = 0 } = escalation;
  const name = (field: string): string => `Escalations.${severity}.${field}`;
  if (!OPERATORS.includes(comparisonOperator)) {
    throw invalid(name('ComparisonOperator'), comparisonOperator, OPERATORS.join(', '));
  }
  if (statistics === '') throw invalid(name('Statistics'), statistics, 'a statistic that the metric has');
  if (threshold === '' || Number.isNaN(Number(threshold))) throw invalid(name('Threshold'), threshold, 'a number');
  if (!Number.isInteger(times) || times < 1) throw invalid(name('Times'), times, 'a whole number from 1');
}

function checkResources(text: string): void {
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list) && list.every((item) => typeof item === 'object')) return;
  } catch {
    // What is no JSON is refused like what is no list.
  }
  throw invalid('Resources', text, 'a JSON list of dimensions');
}

const invalid = (name: string, value: string | number | undefined, expected: string): ApiError =>
  new ApiError('ParameterInvalid', `The parameter ${name} (${value ?? '(none)'}) is not ${expected}.`);
