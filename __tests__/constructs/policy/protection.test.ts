import { LogProject } from '@cdktf/provider-alicloud/lib/log-project';
import { OssBucket } from '@cdktf/provider-alicloud/lib/oss-bucket';
import { Vpc } from '@cdktf/provider-alicloud/lib/vpc';
import { Aspects } from 'cdktf';
import type { Construct } from 'constructs';
import { EncryptionKey } from '../../../constructs/encryption/encryption-key';
import { LogProject as Logs } from '../../../constructs/logs/log-project';
import { DataProtection, HOLDS_DATA, preventDestroy } from '../../../constructs/policy/protection';
import schema from '../../../providers/alicloud/schema.json';
import { ImageRepository } from '../../../constructs/registry/image-repository';
import { StateBucket } from '../../../constructs/state/state-bucket';
import { StateLock } from '../../../constructs/state/state-lock';
import { synthesize } from '../../synthesize';

const protectedBy = (build: (scope: Construct) => unknown) => () =>
  synthesize((scope) => {
    Aspects.of(scope).add(new DataProtection());
    build(scope);
  });

const key = { name: 'prod', description: 'Prod' };
const images = {
  instanceId: 'cri-1',
  namespace: 'acme',
  repository: 'gateway',
  summary: 'x',
  host: 'registry.example.com',
};
const holders: readonly [string, (scope: Construct, protect: boolean) => unknown][] = [
  ['EncryptionKey', (scope, protect) => new EncryptionKey(scope, 'x', { ...key, protect })],
  [
    'LogProject',
    (scope, protect) =>
      new Logs(scope, 'x', { name: 'logs', description: 'x', retentionDays: 90, stores: { audit: {} }, protect }),
  ],
  ['StateBucket', (scope, protect) => new StateBucket(scope, 'x', { name: 'acme-state', protect })],
  ['StateLock', (scope, protect) => new StateLock(scope, 'x', { instanceName: 'acme', tableName: 'locks', protect })],
  ['ImageRepository', (scope, protect) => new ImageRepository(scope, 'x', { ...images, protect })],
];

describe('DataProtection', () => {
  test.each(holders)('[N9] lets a protected %s pass', (_, build) => {
    expect(protectedBy((scope) => build(scope, true))).not.toThrow();
  });

  test.each(holders)('[N9] refuses an unprotected %s and says the way out', (_, build) => {
    expect(protectedBy((scope) => build(scope, false))).toThrow(
      /holds data and its lifecycle.preventDestroy is false; set it/,
    );
  });

  test('[N9] refuses what forgot its lifecycle altogether', () => {
    expect(protectedBy((scope) => new LogProject(scope, 'x', { projectName: 'logs' }))).toThrow(
      /alicloud_log_project holds data and its lifecycle.preventDestroy is undefined/,
    );
  });

  test('[N9] refuses a service’s own protection that is off', () => {
    const overrides = { deletionProtection: 'Disabled' };
    expect(protectedBy((scope) => new EncryptionKey(scope, 'x', { ...key, overrides }))).toThrow(
      /alicloud_kms_key.deletion_protection is "Disabled" and must be "Enabled" where data is protected; set it/,
    );
    expect(
      protectedBy(
        (scope) => new OssBucket(scope, 'x', { bucket: 'b', forceDestroy: true, lifecycle: preventDestroy(true) }),
      ),
    ).toThrow(/alicloud_oss_bucket.force_destroy is true and must be false/);
  });

  test('[N9] asks nothing of what holds no data', () => {
    expect(protectedBy((scope) => new Vpc(scope, 'x', {}))).not.toThrow();
  });

  test('[N9] names types and arguments that the provider has', () => {
    const known = new Map<string, readonly string[]>(
      Object.values(schema.provider_schemas).flatMap(({ resource_schemas }) =>
        Object.entries(resource_schemas).map(([type, { block }]) => [type, Object.keys(block.attributes)] as const),
      ),
    );
    for (const [type, guards] of Object.entries(HOLDS_DATA)) {
      expect([...known.keys()]).toContain(type);
      expect(known.get(type)).toEqual(expect.arrayContaining(guards.map(({ argument }) => argument)));
    }
  });
});
