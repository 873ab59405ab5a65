import { VpcFlowLog } from '@cdktf/provider-alicloud/lib/vpc-flow-log';
import { LogStore } from '@cdktf/provider-alicloud/lib/log-store';
import { LogProject } from '../../../constructs/logs/log-project';
import { FLOW_LOG_FIELDS } from '../../../constructs/logs/log-store';
import { FlowLog } from '../../../constructs/network/flow-log';
import { synthesize } from '../../synthesize';

const props = { name: 'prod', vpcId: 'vpc-1', projectName: 'prod-logs', storeName: 'flow' };

describe('FlowLog', () => {
  test('[N3] records every connection of the VPC', () => {
    const stack = synthesize((scope) => new FlowLog(scope, 'flow', props));
    expect(stack.only(VpcFlowLog)).toEqual({
      flow_log_name: 'prod',
      description: 'Connections of prod',
      resource_type: 'VPC',
      resource_id: 'vpc-1',
      traffic_type: 'All',
      traffic_path: ['all'],
      project_name: 'prod-logs',
      log_store_name: 'flow',
      aggregation_interval: '10',
      status: 'Active',
    });
  });

  test('[N3] waits for the store that it writes to', () => {
    const stack = synthesize((scope) => {
      const stores = { flow: { fields: FLOW_LOG_FIELDS } };
      const project = new LogProject(scope, 'logs', {
        name: 'prod-logs',
        description: 'Logs',
        retentionDays: 180,
        stores,
      });
      new FlowLog(scope, 'flow', {
        ...props,
        projectName: project.projectName,
        storeName: project.store('flow').store.logstoreName,
      });
    });
    const store = Object.keys(stack.byId(LogStore))[0] ?? '';
    expect(stack.only(VpcFlowLog)).toMatchObject({ log_store_name: `\${alicloud_log_store.${store}.logstore_name}` });
  });

  test('[N3] takes another traffic, a finer sum and overrides', () => {
    const stack = synthesize(
      (scope) =>
        new FlowLog(scope, 'flow', {
          ...props,
          traffic: 'Drop',
          aggregationMinutes: 1,
          overrides: { status: 'Inactive' },
        }),
    );
    expect(stack.only(VpcFlowLog)).toMatchObject({
      traffic_type: 'Drop',
      aggregation_interval: '1',
      status: 'Inactive',
    });
  });
});
