import { LogProject as LogProjectResource } from '@cdktf/provider-alicloud/lib/log-project';
import { LogStore as LogStoreResource } from '@cdktf/provider-alicloud/lib/log-store';
import { LogStoreIndex } from '@cdktf/provider-alicloud/lib/log-store-index';
import type { LogProjectProps } from '../../../constructs/logs/log-project';
import { LogProject } from '../../../constructs/logs/log-project';
import { FLOW_LOG_FIELDS } from '../../../constructs/logs/log-store';
import { synthesize } from '../../synthesize';

const props: LogProjectProps = {
  name: 'prod-logs',
  description: 'Logs of prod',
  retentionDays: 180,
  stores: { audit: {}, flow: { fields: FLOW_LOG_FIELDS, retentionDays: 90 } },
};

describe('LogProject', () => {
  test('[M7] is a project with an encrypted, growing, indexed store for each plan', () => {
    const stack = synthesize((scope) => new LogProject(scope, 'logs', props));
    expect(stack.count()).toEqual({ alicloud_log_project: 1, alicloud_log_store: 2, alicloud_log_store_index: 2 });
    expect(stack.only(LogProjectResource)).toEqual({
      project_name: 'prod-logs',
      description: 'Logs of prod',
      lifecycle: { prevent_destroy: true },
    });
    const project = `\${alicloud_log_project.${Object.keys(stack.byId(LogProjectResource))[0] ?? ''}.project_name}`;
    expect(stack.every(LogStoreResource)[0]).toEqual({
      project_name: project,
      logstore_name: 'audit',
      mode: 'standard',
      retention_period: 180,
      shard_count: 2,
      auto_split: true,
      max_split_shard_count: 64,
      append_meta: true,
      enable_web_tracking: false,
      encrypt_conf: { enable: true, encrypt_type: 'default' },
      lifecycle: { prevent_destroy: true },
    });
    expect(stack.every(LogStoreResource)[1]).toMatchObject({ logstore_name: 'flow', retention_period: 90 });
  });

  test('[M7] indexes words everywhere, and the fields of a flow log by their type', () => {
    const [audit, flow] = synthesize((scope) => new LogProject(scope, 'logs', props)).every(LogStoreIndex);
    expect(audit?.['full_text']).toMatchObject({ case_sensitive: false });
    expect(audit).not.toHaveProperty('field_search.0');
    expect(flow?.['field_search']).toHaveLength(Object.keys(FLOW_LOG_FIELDS).length);
    expect(flow?.['field_search']).toContainEqual({ name: 'dstport', type: 'long', enable_analytics: true });
    expect(flow?.['field_search']).toContainEqual(
      expect.objectContaining({ name: 'action', type: 'text', case_sensitive: false }),
    );
  });

  test('[N9] may be destroyed where nothing is protected', () => {
    const overrides = { project: { resourceGroupId: 'rg-1' }, store: { meteringMode: 'ChargeByDataIngest' } };
    const stack = synthesize((scope) => new LogProject(scope, 'logs', { ...props, protect: false, overrides }));
    for (const resource of [...stack.every(LogStoreResource), stack.only(LogProjectResource)]) {
      expect(resource).toMatchObject({ lifecycle: { prevent_destroy: false } });
    }
    expect(stack.only(LogProjectResource)).toMatchObject({ resource_group_id: 'rg-1' });
    expect(stack.every(LogStoreResource)[0]).toMatchObject({ metering_mode: 'ChargeByDataIngest' });
  });

  test.each<[Partial<LogProjectProps>, RegExp]>([
    [{ name: 'Prod' }, /logProject.name \(Prod\) must be 3 to 63 lower-case/],
    [{ retentionDays: 89 }, /retentionDays \(89\) must be a whole number from 90/],
    [{ retentionDays: 3651 }, /retentionDays \(3651\)/],
    [{ stores: { Audit: {} } }, /logStore.name \(Audit\) must be 2 to 63 lower-case/],
  ])('refuses %j and says the way out', (fault, message) => {
    expect(() => synthesize((scope) => new LogProject(scope, 'logs', { ...props, ...fault }))).toThrow(message);
  });

  test('[M7] knows its stores by name, and says which there are', () => {
    expect(() => synthesize((scope) => new LogProject(scope, 'logs', props).store('flows'))).toThrow(
      /has no store flows; take one of audit, flow, or add it/,
    );
  });
});
