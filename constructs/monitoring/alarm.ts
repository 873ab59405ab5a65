/**
 * A CloudMonitor alarm: one metric, one severity, one threshold.
 *
 * One resource a severity, although `alicloud_cms_alarm` takes three escalations at once:
 * - its contact groups belong to the whole rule, so one rule with two escalations pages for warnings, too;
 * - its escalations are computed as well as optional: a threshold that is taken away shows no difference in the plan
 *   and keeps ringing, whereas a rule that is taken away is destroyed.
 *
 * Source: provider documentation of `alicloud_cms_alarm` (1.285.0), CloudMonitor API PutResourceMetricRule.
 */
import { Fn } from 'cdktf';
import { Construct } from 'constructs';
import type { CmsAlarmConfig } from '@cdktf/provider-alicloud/lib/cms-alarm';
import { CmsAlarm } from '@cdktf/provider-alicloud/lib/cms-alarm';
import type { Severity } from './alarm-route';
import { AlarmRoute, SEVERITIES } from './alarm-route';
import type { Metric, MetricOf, Namespace } from './metrics';
import { metricOf, namespaceOf } from './metrics';

export type { Severity } from './alarm-route';

/** When a metric rings, by severity, in the metric's unit; a severity that is missing does not ring. */
export type Threshold = Partial<Readonly<Record<Severity, number>>>;

/** A {@link Threshold} for each metric of a construct. */
export type Thresholds<M extends string> = Readonly<Record<M, Threshold>>;

/** How long it must last, and how often it is said. */
const RHYTHM = {
  critical: { times: 3, silenceSeconds: 3_600, escalation: 'escalationsCritical' },
  warning: { times: 5, silenceSeconds: 4 * 3_600, escalation: 'escalationsWarn' },
  info: { times: 10, silenceSeconds: 24 * 3_600, escalation: 'escalationsInfo' },
} as const satisfies Record<Severity, { times: number; silenceSeconds: number; escalation: keyof CmsAlarmConfig }>;

export interface AlarmProps {
  /** The product. */
  readonly namespace: Namespace;
  /** One of the namespace's metrics; another one is refused. {@link Alarm.forEach} refuses it at compile time. */
  readonly metric: string;
  /** What is watched: the namespace's dimensions, such as `{ instanceId: db.id }`. */
  readonly dimensions: Readonly<Record<string, string>>;
  /** How bad it is. */
  readonly severity: Severity;
  /** Where trouble starts, in the metric's unit; reaching it counts. */
  readonly threshold: number;
  /** Data points in a row before it rings. @default critical 3, warning 5, info 10: minutes, with a point a minute */
  readonly times?: number;
  /** The last word on the resource's own arguments. @default none */
  readonly overrides?: Partial<CmsAlarmConfig>;
}

/** What all alarms of one {@link Alarm.forEach} share. */
export type AlarmOptions = Pick<AlarmProps, 'times' | 'overrides'>;

export class Alarm extends Construct {
  /** The resource, for what the props do not offer. */
  readonly alarm: CmsAlarm;
  readonly severity: Severity;
  /** What the metric means. */
  readonly metric: Metric;
  /** The page and section that say what to do. */
  readonly runbook: string;

  constructor(scope: Construct, id: string, props: AlarmProps) {
    super(scope, id);
    const { namespace, severity, threshold } = props;
    const route = AlarmRoute.of(this);
    const { dimensions, period, runbook } = namespaceOf(namespace);
    const { times, silenceSeconds, escalation } = RHYTHM[severity];
    this.severity = severity;
    this.metric = metricOf(namespace, props.metric);
    this.runbook = `${route.runbooks}/${runbook}.md#${props.metric.toLowerCase().replace(/[^a-z0-9_]/g, '')}`;

    if (route.groups === 'silent') {
      throw new Error(`${this.node.path} is under a silent route; make alarms by Alarm.forEach, which then makes none`);
    }
    const missing = dimensions.filter((dimension) => props.dimensions[dimension] === undefined);
    if (missing.length > 0) {
      throw new Error(
        `${this.node.path} leaves out ${missing.join(', ')} and would watch the whole account; name the resource`,
      );
    }
    if (this.metric.unit === '%' && (threshold <= 0 || threshold > 100)) {
      throw new Error(`${this.node.path} rings at ${threshold} %; take a threshold above 0 and up to 100`);
    }

    this.alarm = new CmsAlarm(this, 'alarm', {
      // What is read first at night: whose, what, how bad.
      name: this.node.path.replace(/[^\w.-]/g, '-'),
      project: namespace,
      metric: props.metric,
      metricDimensions: Fn.jsonencode([{ ...props.dimensions }]),
      period,
      contactGroups: [...route.groups[severity]],
      silenceTime: silenceSeconds,
      effectiveInterval: route.hours[severity] ?? '00:00-23:59',
      [escalation]: {
        comparisonOperator: this.metric.trouble === 'above' ? '>=' : '<=',
        statistics: this.metric.statistic,
        threshold: String(threshold),
        times: props.times ?? times,
      },
      // Labels of the rule: CloudMonitor repeats them in the message.
      tags: { summary: `${this.metric.summary} (${this.metric.unit})`, runbook: this.runbook },
      ...props.overrides,
    });
  }

  /**
   * One alarm for each metric and severity that has a threshold; none where the {@link AlarmRoute} is silent.
   *
   * `Alarm.forEach(this, 'acs_kvstore', { instanceId: instance.id }, { ...REDIS_THRESHOLDS, ...props.alarms })`
   * @throws when a warning would ring after its critical alarm
   */
  static forEach<N extends Namespace>(
    scope: Construct,
    namespace: N,
    dimensions: Readonly<Record<string, string>>,
    thresholds: Partial<Thresholds<MetricOf<N>>>,
    options: AlarmOptions = {},
  ): readonly Alarm[] {
    if (AlarmRoute.of(scope).groups === 'silent') {
      return [];
    }
    return Object.entries<Threshold | undefined>(thresholds).flatMap(([metric, threshold = {}]) => {
      checkOrder(`${scope.node.path} ${metric}`, metricOf(namespace, metric), threshold);
      return SEVERITIES.flatMap((severity) => {
        const value = threshold[severity];
        return value === undefined
          ? []
          : [
              new Alarm(scope, `${metric}-${severity}`, {
                namespace,
                metric,
                dimensions,
                severity,
                threshold: value,
                ...options,
              }),
            ];
      });
    });
  }
}

/** A milder severity must ring earlier than a worse one, or it says nothing. */
function checkOrder(where: string, metric: Metric, threshold: Threshold): void {
  const stated = SEVERITIES.filter((severity) => threshold[severity] !== undefined);
  stated.slice(1).forEach((milder, index) => {
    const worse = stated[index] ?? milder;
    const early = threshold[milder] ?? 0;
    const late = threshold[worse] ?? 0;
    if (metric.trouble === 'above' ? early >= late : early <= late) {
      throw new Error(
        `${where}: ${milder} (${early}) must be ${metric.trouble === 'above' ? 'below' : 'above'} ${worse} (${late}), ` +
          `or it never rings first; ${metric.trouble === 'above' ? 'lower' : 'raise'} it, or leave it out`,
      );
    }
  });
}
