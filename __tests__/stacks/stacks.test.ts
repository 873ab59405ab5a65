/** What holds for every stack of every environment, and what each of them is, for a reviewer to read. */
import { DataAlicloudCsClusterCredential } from '@cdktf/provider-alicloud/lib/data-alicloud-cs-cluster-credential';
import { AlicloudProvider } from '@cdktf/provider-alicloud/lib/provider';
import { TerraformStack } from 'cdktf';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { toMatchFile } from 'jest-file-snapshot';
import { HOLDS_DATA, isTaggable, TAG_KEYS } from '../../constructs/policy';
import { environments } from '../../environments';
import { build } from '../../main';
import { compactJson } from '../compact-json';
import { synthesizeStack, testApp } from '../synthesize';
import type { Block, SynthesizedStack } from '../synthesize';

expect.extend({ toMatchFile });

/** A reference, or a URL whose password is one. */
const TOKEN_ALONE = /^(\$\{[^}]+\}|(mysql|rediss?):\/\/\w*:\$\{random_password\.[^}]+\}@.*)$/;

/** Longer than a text that is read in a review: rendered pages, such as dashboards, have snapshots of their own. */
const PAGE_CHARACTERS = 20_000;

/** The same with each page as its length and its digest. */
const withoutPages = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, each: unknown) =>
      typeof each === 'string' && each.length > PAGE_CHARACTERS
        ? `${each.length} characters, SHA-256 ${createHash('sha256').update(each).digest('hex').slice(0, 16)}`
        : each,
    ),
  );

const app = build(testApp());
const stacks = app.node.children
  .filter((child): child is TerraformStack => TerraformStack.isStack(child))
  .map((stack) => ({ id: stack.node.id, stack, synthesized: synthesizeStack(stack) }));

const named = (id: string): SynthesizedStack => {
  const found = stacks.find((stack) => stack.id === id);
  if (found === undefined) throw new Error(`there is no stack ${id}`);
  return found.synthesized;
};

const resourcesOf = (stack: SynthesizedStack): readonly { type: string; id: string; block: Block }[] =>
  Object.entries(stack.resources).flatMap(([type, resources]) =>
    Object.entries(resources).map(([id, block]) => ({ type, id, block })),
  );

const isOfCloud = (type: string): boolean => type.startsWith('alicloud_');

describe('the stacks', () => {
  test('[T1] are seven an environment, bootstrap apart from what `<environment>-*` deploys', () => {
    const nouns = ['foundation', 'network', 'data', 'cluster', 'platform', 'gateway'];
    expect(stacks.map(({ id }) => id)).toEqual(
      environments.flatMap(({ name }) => [`bootstrap-${name}`, ...nouns.map((noun) => `${name}-${noun}`)]),
    );
  });

  test.each(stacks)('[T1] $id is what its snapshot says', ({ id, synthesized }) => {
    const { resource, ...rest } = synthesized.json;
    expect(`${compactJson(withoutPages({ ...rest, resource }))}
`).toMatchFile(join(__dirname, '__snapshots__', `${id}.json`));
  });

  // What the gateway stack makes is all in the cluster, where labels are what tags are in the cloud.
  const inCloud = stacks.filter(({ synthesized }) => Object.keys(synthesized.count()).some(isOfCloud));

  test.each(inCloud)('[N8] every taggable resource of $id carries the four tags', ({ stack, synthesized }) => {
    const taggable = stack.node.findAll().filter(isTaggable);
    expect(taggable.length).toBeGreaterThan(0);
    for (const resource of taggable) {
      expect(Object.keys(resource.tagsInput ?? {})).toEqual(expect.arrayContaining([...TAG_KEYS]));
    }
    const written = resourcesOf(synthesized).filter(({ block }) => 'tags' in block);
    expect(written).toHaveLength(taggable.length);
  });

  test.each(stacks)(
    '[N4] $id asks the cloud for nothing at plan time but a way into the cluster',
    ({ synthesized }) => {
      const provider = synthesized.json.provider;
      expect(provider).toHaveProperty([AlicloudProvider.tfResourceType, 0, 'account_type']);
      expect(provider).toHaveProperty([AlicloudProvider.tfResourceType, 0, 'account_id']);
      const asked = Object.keys(synthesized.json.data ?? {}).filter((type) => type.startsWith('alicloud_'));
      expect(asked).toEqual('kubernetes' in Object(provider) ? [DataAlicloudCsClusterCredential.tfResourceType] : []);
    },
  );

  test.each(stacks)('[D3] $id has no password in the clear and no sensitive output', ({ synthesized }) => {
    for (const { type, id, block } of resourcesOf(synthesized)) {
      for (const [argument, value] of Object.entries(block)) {
        if (!/^(password|account_password|secret_data)$/.test(argument)) continue;
        expect([type, id, argument, value]).toEqual([type, id, argument, expect.stringMatching(TOKEN_ALONE)]);
      }
    }
    expect(JSON.stringify(synthesized.output)).not.toMatch(/random_password|secret_data/);
  });
});

describe('an environment', () => {
  test.each(environments)('[N4] $name keeps a state of its own for each stack, encrypted and locked', (environment) => {
    const own = stacks.filter(({ id }) => id.startsWith(`${environment.name}-`));
    const backends = own.map(({ synthesized }) => synthesized.json.terraform as Block).map(({ backend }) => backend);
    const keys = new Set<unknown>();
    for (const backend of backends) {
      const { oss } = backend as { oss: Block };
      expect(oss).toMatchObject({ bucket: environment.state.bucket, encrypt: true, region: environment.region });
      expect(oss.tablestore_endpoint).toBe(
        `https://${environment.state.lockInstance}.${environment.region}.ots.aliyuncs.com`,
      );
      expect(oss.tablestore_table).toBe(environment.state.lockTable);
      keys.add(`${String(oss.prefix)}/${String(oss.key)}`);
    }
    expect(keys.size).toBe(own.length);
  });

  test.each(environments)('[N9] $name protects whatever holds data, or nothing, as it says', (environment) => {
    const own = stacks.filter(
      ({ id }) => id.startsWith(`${environment.name}-`) || id === `bootstrap-${environment.name}`,
    );
    const holders = own
      .flatMap(({ synthesized }) => resourcesOf(synthesized))
      .filter(({ type }) => HOLDS_DATA[type] !== undefined);
    expect(holders.length).toBeGreaterThan(10);
    for (const { id, block } of holders) {
      expect({ id, lifecycle: block.lifecycle }).toMatchObject({
        id,
        lifecycle: { prevent_destroy: environment.protection.data },
      });
    }
  });

  test.each(environments)('[N9] $name names what holds data as ever: another id destroys it', (environment) => {
    const own = stacks.filter(
      ({ id }) => id.startsWith(`${environment.name}-`) || id === `bootstrap-${environment.name}`,
    );
    const addresses = own
      .flatMap(({ synthesized }) => resourcesOf(synthesized))
      .filter(({ type }) => HOLDS_DATA[type] !== undefined)
      .map(({ type, id }) => `${type}.${id}`)
      .sort();
    expect(`${addresses.join('\n')}\n`).toMatchFile(
      join(__dirname, '__snapshots__', `${environment.name}.locked-ids.txt`),
    );
  });

  test.each(environments)('[N2] $name has one public address, and it is the way out', (environment) => {
    const network = named(`${environment.name}-network`);
    expect(network.count()).toMatchObject({ alicloud_eip_address: 1, alicloud_nat_gateway: 1 });
    expect(network.count().alicloud_snat_entry).toBe(2 * environment.network.zones.length);
    const cluster = resourcesOf(named(`${environment.name}-cluster`)).find(
      ({ type }) => type === 'alicloud_cs_managed_kubernetes',
    );
    expect(cluster?.block).toMatchObject({
      new_nat_gateway: false,
      slb_internet_enabled: environment.cluster.publicApiServer,
      deletion_protection: environment.protection.cluster,
    });
  });

  test.each(environments)('[D4] $name is told of trouble with database, cache, egress and nodes', ({ name }) => {
    const projects = ['data', 'network', 'cluster'].flatMap((noun) =>
      resourcesOf(named(`${name}-${noun}`))
        .filter(({ type }) => type === 'alicloud_cms_alarm')
        .map(({ block }) => block.project),
    );
    expect([...new Set(projects)].sort()).toEqual([
      'acs_k8s',
      'acs_kvstore',
      'acs_nat_gateway',
      'acs_rds_dashboard',
      'acs_vpc_eip',
    ]);
  });

  test.each(environments)('[N3] $name records its connections where it says so', ({ name, network }) => {
    expect(named(`${name}-network`).count().alicloud_vpc_flow_log ?? 0).toBe(network.flowLogs ? 1 : 0);
  });
});
