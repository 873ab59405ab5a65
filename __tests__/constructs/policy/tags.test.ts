import { CmsAlarmContact } from '@cdktf/provider-alicloud/lib/cms-alarm-contact';
import { NatGateway } from '@cdktf/provider-alicloud/lib/nat-gateway';
import { Vpc } from '@cdktf/provider-alicloud/lib/vpc';
import { Aspects } from 'cdktf';
import schema from '../../../providers/alicloud/schema.json';
import type { TagValues } from '../../../constructs/policy/tags';
import { TAG_KEYS, Tags } from '../../../constructs/policy/tags';
import { synthesize } from '../../synthesize';

const values: TagValues = { owner: 'platform', environment: 'prod', service: 'gateway', 'cost-center': 'cc-1' };

/** Types of the provider's schema that have an argument called tags, with its type. */
const tagged = Object.values(schema.provider_schemas).flatMap(({ resource_schemas }) =>
  Object.entries(resource_schemas).flatMap(([type, { block }]) => {
    const tags: unknown = Object.entries(block.attributes).find(([name]) => name === 'tags')?.[1];
    return tags === undefined ? [] : [{ type, tags }];
  }),
);

const types = Object.values(schema.provider_schemas).flatMap(({ resource_schemas }) => Object.keys(resource_schemas));

describe('Tags', () => {
  test('[N8] puts the four tags on what can carry them, and leaves the rest alone', () => {
    const stack = synthesize((scope) => {
      Aspects.of(scope).add(new Tags(values));
      new Vpc(scope, 'vpc', { cidrBlock: '10.0.0.0/16' });
      new CmsAlarmContact(scope, 'contact', { alarmContactName: 'a', describe: 'a' });
    });
    expect(stack.only(Vpc)).toEqual({ cidr_block: '10.0.0.0/16', tags: values });
    expect(stack.only(CmsAlarmContact)).not.toHaveProperty('tags');
  });

  test('[N8] keeps a tag that was set by hand', () => {
    const stack = synthesize((scope) => {
      Aspects.of(scope).add(new Tags(values));
      new Vpc(scope, 'vpc', { tags: { owner: 'network-team', tier: 'one' } });
    });
    expect(stack.only(Vpc)).toEqual({ tags: { ...values, owner: 'network-team', tier: 'one' } });
  });

  test('[N8] merges with tags that are known only when they are applied', () => {
    const stack = synthesize((scope) => {
      Aspects.of(scope).add(new Tags(values));
      const vpc = new Vpc(scope, 'vpc', { tags: { owner: 'network-team' } });
      // A map of another resource: Terraform knows it, and the Aspect does not.
      new NatGateway(scope, 'nat', { vpcId: vpc.id, tags: vpc.tags });
    });
    expect(stack.only(NatGateway)['tags']).toBe(
      '${merge({"owner" = "platform", "environment" = "prod", "service" = "gateway", "cost-center" = "cc-1"}, alicloud_vpc.vpc.tags)}',
    );
  });

  test('[N8] finds every class of the bindings that the schema gives a map called tags', async () => {
    expect(tagged.length).toBeGreaterThan(10);
    for (const { tags } of tagged) {
      expect(tags).toMatchObject({ type: ['map', 'string'], optional: true });
    }
    const found: string[] = [];
    for (const type of types) {
      const module: unknown = await import(
        `@cdktf/provider-alicloud/lib/${type.replace('alicloud_', '').replaceAll('_', '-')}`
      );
      for (const exported of Object.values<unknown>(typeof module === 'object' ? { ...module } : {})) {
        if (typeof exported === 'function' && 'tfResourceType' in exported) {
          const own = Object.getOwnPropertyDescriptors(Object(exported.prototype));
          found.push(...('tags' in own && 'tagsInput' in own ? [String(exported.tfResourceType)] : []));
        }
      }
    }
    expect(found.sort()).toEqual(tagged.map(({ type }) => type).sort());
  });

  test.each<[Partial<TagValues>, RegExp]>([
    [{ owner: '' }, /tag owner has 0 characters and must have 1 to 128/],
    [{ service: 'x'.repeat(129) }, /tag service has 129 characters/],
    [{ environment: 'https://prod' }, /tag environment \(https:\/\/prod\) holds an address/],
    [{ 'cost-center': 'acs:one' }, /tag cost-center \(acs:one\)/],
  ])('[N8] refuses %j and says the way out', (fault, message) => {
    expect(() => new Tags({ ...values, ...fault })).toThrow(message);
  });

  test('[N8] is four keys', () => {
    expect(TAG_KEYS).toEqual(['owner', 'environment', 'service', 'cost-center']);
  });
});
