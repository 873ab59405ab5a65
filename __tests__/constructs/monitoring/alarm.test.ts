import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CmsAlarm } from '@cdktf/provider-alicloud/lib/cms-alarm';
import { Construct } from 'constructs';
import fc from 'fast-check';
import { Alarm } from '../../../constructs/monitoring/alarm';
import { AlarmRoute, SEVERITIES } from '../../../constructs/monitoring/alarm-route';
import type { Namespace } from '../../../constructs/monitoring/metrics';
import { METRICS, metricOf, namespaceOf } from '../../../constructs/monitoring/metrics';
import { GROUPS, synthesize } from '../../synthesize';

const NAT = { instanceId: 'ngw-1' };
const NAMESPACES: readonly Namespace[] = [
  'acs_rds_dashboard',
  'acs_kvstore',
  'acs_nat_gateway',
  'acs_vpc_eip',
  'acs_k8s',
  'acs_ecs_dashboard',
];

describe('Alarm', () => {
  test('[M7] is one rule a severity, which rings that severity’s own contact group', () => {
    const stack = synthesize((scope) =>
      Alarm.forEach(new Construct(scope, 'nat'), 'acs_nat_gateway', NAT, {
        SessionActiveConnectionWaterLever: { warning: 70, critical: 90 },
        SessionLimitDropConnection: { critical: 1 },
      }),
    );
    const alarms = stack.every(CmsAlarm);
    expect(alarms).toHaveLength(3);
    expect(alarms.map((alarm) => [alarm['name'], alarm['contact_groups']])).toEqual([
      ['test-nat-SessionActiveConnectionWaterLever-critical', ['test-critical']],
      ['test-nat-SessionActiveConnectionWaterLever-warning', ['test-warning']],
      ['test-nat-SessionLimitDropConnection-critical', ['test-critical']],
    ]);
    expect(alarms[0]).toEqual({
      name: 'test-nat-SessionActiveConnectionWaterLever-critical',
      project: 'acs_nat_gateway',
      metric: 'SessionActiveConnectionWaterLever',
      metric_dimensions: '${jsonencode([{"instanceId" = "ngw-1"}])}',
      contact_groups: ['test-critical'],
      period: 60,
      silence_time: 3600,
      effective_interval: '00:00-23:59',
      escalations_critical: { comparison_operator: '>=', statistics: 'Value', threshold: '90', times: 3 },
      tags: {
        summary: 'Open connections of the NAT gateway against its limit (%)',
        runbook: 'docs/runbooks/nat-gateway.md#sessionactiveconnectionwaterlever',
      },
    });
    expect(alarms[1]).toMatchObject({ silence_time: 14_400, escalations_warn: { threshold: '70', times: 5 } });
    expect(alarms[1]).not.toHaveProperty('escalations_critical');
  });

  test('[M7] rings below the threshold where less is worse', () => {
    const stack = synthesize((scope) =>
      Alarm.forEach(scope, 'acs_kvstore', { instanceId: 'r-1' }, { StandardHitRate: { info: 80 } }),
    );
    expect(stack.only(CmsAlarm)).toMatchObject({
      contact_groups: GROUPS.info,
      escalations_info: { comparison_operator: '<=', threshold: '80', times: 10 },
    });
  });

  test('[M7] has a section of a runbook for every metric, and a summary that a label takes', () => {
    for (const namespace of NAMESPACES) {
      const { runbook, metrics } = namespaceOf(namespace);
      const page = readFileSync(join(__dirname, '../../../docs/runbooks', `${runbook}.md`), 'utf8');
      for (const [name, { summary, unit }] of Object.entries(metrics)) {
        expect(page.split('\n')).toContain(`## ${name}`);
        expect(`${summary} (${unit})`.length).toBeLessThanOrEqual(128);
      }
    }
    expect(NAMESPACES).toHaveLength(Object.keys(METRICS).length);
  });

  test('[M7] makes as many alarms as there are thresholds, whatever they are', () => {
    const percent = fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined });
    fc.assert(
      fc.property(percent, percent, percent, (info, warning, critical) => {
        const threshold = {
          ...(info === undefined ? {} : { info }),
          ...(warning === undefined ? {} : { warning: warning + 30 }),
          ...(critical === undefined ? {} : { critical: critical + 60 }),
        };
        const made: Alarm[] = [];
        synthesize((scope) => {
          made.push(...Alarm.forEach(scope, 'acs_rds_dashboard', { instanceId: 'rm-1' }, { CpuUsage: threshold }));
          made.push(
            ...Alarm.forEach(new Construct(scope, 'always'), 'acs_nat_gateway', NAT, {
              SessionLimitDropConnection: { critical: 1 },
            }),
          );
        });
        return made.length === Object.keys(threshold).length + 1;
      }),
      { numRuns: 20 },
    );
  });

  test.each([
    [{ critical: 80, warning: 80 }, /warning \(80\) must be below critical \(80\), or it never rings first; lower it/],
    [{ warning: 50, info: 60 }, /info \(60\) must be below warning \(50\)/],
    [{ critical: 101 }, /rings at 101 %; take a threshold above 0 and up to 100/],
    [{ critical: 0 }, /rings at 0 %/],
  ])('refuses the thresholds %j and says the way out', (threshold, message) => {
    expect(() =>
      synthesize((scope) => Alarm.forEach(scope, 'acs_rds_dashboard', { instanceId: 'rm-1' }, { CpuUsage: threshold })),
    ).toThrow(message);
  });

  test('[M7] refuses a warning below the critical threshold where less is worse', () => {
    expect(() =>
      synthesize((scope) =>
        Alarm.forEach(scope, 'acs_kvstore', { instanceId: 'r-1' }, { StandardHitRate: { warning: 50, critical: 60 } }),
      ),
    ).toThrow(/warning \(50\) must be above critical \(60\).*raise it/);
  });

  test('[M7] refuses an alarm that leaves a dimension out, and would watch the whole account', () => {
    expect(() =>
      synthesize((scope) =>
        Alarm.forEach(scope, 'acs_k8s', { instanceId: 'c-1' }, { 'node.cpu.utilization': { critical: 90 } }),
      ),
    ).toThrow(/leaves out cluster and would watch the whole account/);
  });

  test('[M7] refuses a metric that its namespace does not have', () => {
    expect(() => metricOf('acs_k8s', 'CpuUsage')).toThrow(
      /acs_k8s has no metric CpuUsage in METRICS; take one of node.cpu/,
    );
  });
});

describe('AlarmRoute', () => {
  const alarm = (scope: Construct): readonly Alarm[] =>
    Alarm.forEach(scope, 'acs_nat_gateway', NAT, { SessionLimitDropConnection: { critical: 1 } });

  test('[M7] must be stated before an alarm is made', () => {
    expect(() => synthesize(alarm, { alarmRoute: false })).toThrow(
      /no scope above it says where they go; make an AlarmRoute/,
    );
  });

  test('[M7] of the nearest scope wins, with its hours and its runbooks', () => {
    const stack = synthesize((scope) => {
      const near = new Construct(scope, 'near');
      new AlarmRoute(near, {
        groups: { ...GROUPS, critical: ['near'] },
        hours: { critical: '08:00-20:00' },
        runbooks: 'git.example.com/gateway/docs/runbooks',
      });
      alarm(new Construct(near, 'nat'));
    });
    expect(stack.only(CmsAlarm)).toMatchObject({
      contact_groups: ['near'],
      effective_interval: '08:00-20:00',
      tags: { runbook: 'git.example.com/gateway/docs/runbooks/nat-gateway.md#sessionlimitdropconnection' },
    });
  });

  test('[M7] that is silent makes no alarm', () => {
    const made: Alarm[] = [];
    const stack = synthesize((scope) => {
      const quiet = new Construct(scope, 'quiet');
      new AlarmRoute(quiet, { groups: 'silent' });
      made.push(...alarm(quiet));
      alarm(new Construct(scope, 'loud'));
    });
    expect(made).toHaveLength(0);
    expect(stack.every(CmsAlarm)).toHaveLength(1);
  });

  test.each([
    [{ groups: { ...GROUPS, warning: [] } }, /groups.warning is empty, and CloudMonitor wants 1 group or more/],
    [{ groups: GROUPS, hours: { warning: '8-20' } }, /hours.warning \(8-20\) must be HH:MM-HH:MM/],
    [{ groups: GROUPS, hours: { warning: '08:00-24:00' } }, /hours.warning \(08:00-24:00\)/],
    [{ groups: GROUPS, runbooks: 'https://example.com' }, /must be without its scheme/],
  ])('refuses %j and says the way out', (props, message) => {
    expect(() =>
      synthesize((scope) => new AlarmRoute(new Construct(scope, 'near'), props), { alarmRoute: false }),
    ).toThrow(message);
  });

  test('[M7] knows three severities, worst first', () => {
    expect(SEVERITIES).toEqual(['critical', 'warning', 'info']);
  });
});
