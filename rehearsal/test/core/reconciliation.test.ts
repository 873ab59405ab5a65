import type { InventoryItem } from '../../cloud/store';
import { reconcile } from '../../reconciliation';
import type { StateResource } from '../../terraform';

const vpc = (id: string): InventoryItem => ({
  noun: 'VPC',
  id,
  terraform: { type: 'alicloud_vpc', importId: id },
  removal: `aliyun vpc DeleteVpc --VpcId ${id}`,
});

const routeTable: InventoryItem = { noun: 'route table', id: 'vtb-1' };

const held = (id: string, address = `alicloud_vpc.${id}`, type = 'alicloud_vpc'): StateResource => ({
  address,
  type,
  id,
});

/** A store of these things, that has had these types. */
const store = (items: readonly InventoryItem[], types: readonly string[] = ['alicloud_vpc']) => ({
  inventory: () => [...items],
  terraformTypes: () => new Set(types),
});

const NOTHING = { orphans: [], missing: [], duplicates: [] };

describe('reconcile', () => {
  test('[L3] finds nothing where cloud and states agree, nor in what only one of them can hold', () => {
    const random = held('none', 'random_password.x', 'random_password');
    expect(reconcile(store([vpc('vpc-1'), routeTable]), [held('vpc-1'), random])).toEqual(NOTHING);
    expect(reconcile(store([], []), [])).toEqual(NOTHING);
  });

  test('[L3] names what no state knows, with what brings it in and what takes it away', () => {
    const scoped: InventoryItem = { noun: 'rule', id: 'r', terraform: { type: 'alicloud_rule', importId: 'sg:r' } };
    const { orphans, missing } = reconcile(store([vpc('vpc-1'), vpc('vpc-2'), scoped]), [held('vpc-1')]);
    expect(missing).toEqual([]);
    expect(orphans).toEqual([
      {
        noun: 'VPC',
        id: 'vpc-2',
        importCommand: "terraform import 'alicloud_vpc.<name>' 'vpc-2'",
        removalCommand: 'aliyun vpc DeleteVpc --VpcId vpc-2',
      },
      {
        noun: 'rule',
        id: 'r',
        importCommand: "terraform import 'alicloud_rule.<name>' 'sg:r'",
        removalCommand: undefined,
      },
    ]);
  });

  test('[L3] counts what the cloud made for another thing as no orphan, and as there when a state has adopted it', () => {
    const owned: InventoryItem = {
      noun: 'add-on',
      id: 'a-1',
      ownedBy: 'c-1',
      terraform: { type: 'alicloud_addon', importId: 'a-1' },
    };
    const adopted = held('a-1', 'alicloud_addon.x', 'alicloud_addon');
    expect(reconcile(store([owned], ['alicloud_addon']), [])).toEqual(NOTHING);
    expect(reconcile(store([owned], ['alicloud_addon']), [adopted])).toEqual(NOTHING);
  });

  test('[L3] names the address of what does not exist, also of the last of its kind', () => {
    expect(reconcile(store([vpc('vpc-1')]), [held('vpc-1'), held('vpc-2')])).toEqual({
      ...NOTHING,
      missing: ['alicloud_vpc.vpc-2'],
    });
    expect(reconcile(store([]), [held('vpc-2')])).toEqual({ ...NOTHING, missing: ['alicloud_vpc.vpc-2'] });
  });

  test('[L3] does not take the same id of another type for the thing', () => {
    const other = held('vpc-1', 'alicloud_vswitch.x', 'alicloud_vswitch');
    const { orphans, missing } = reconcile(store([vpc('vpc-1')], ['alicloud_vpc', 'alicloud_vswitch']), [other]);
    expect([orphans.map(({ id }) => id), missing]).toEqual([['vpc-1'], ['alicloud_vswitch.x']]);
  });

  test('[L3] names every address that holds the same thing', () => {
    const resources = [held('vpc-1', 'alicloud_vpc.a'), held('vpc-2'), held('vpc-1', 'alicloud_vpc.b')];
    expect(reconcile(store([vpc('vpc-1'), vpc('vpc-2')]), resources)).toEqual({
      ...NOTHING,
      duplicates: [['alicloud_vpc.a', 'alicloud_vpc.b']],
    });
  });
});
