import { Cloud } from '../../cloud/cloud';
import { Kind } from '../../cloud/store';
import type { Entity } from '../../cloud/store';
import type { PlannedCreation, Stray } from '../../drills/adoption';
import { describeStray, importCommand, place, straysOf, valuesOf } from '../../drills/adoption';

const stray = (id: string, type: string, ...values: readonly string[]): Stray => ({
  noun: 'thing',
  id,
  type,
  importId: `${id}:0`,
  removal: `aliyun vpc DeleteThing --Id ${id}`,
  values: new Set(values),
});

const creation = (address: string, ...values: readonly string[]): PlannedCreation => ({
  address,
  type: address.split('.')[0] ?? '',
  values: new Set(values),
});

describe('the address of an orphan', () => {
  test('[L3] is the only planned one of its type', () => {
    const vpc = stray('vpc-1', 'alicloud_vpc', 'anything');
    const { adoptions, homeless } = place([vpc], [creation('alicloud_vpc.main', 'unlike'), creation('alicloud_eip.a')]);
    expect(adoptions).toEqual([{ stray: vpc, address: 'alicloud_vpc.main' }]);
    expect(homeless).toEqual([]);
  });

  test('[L3] is the one whose known values it has, where several are planned', () => {
    const node = stray('vsw-1', 'alicloud_vswitch', '10.0.0.0/24', 'node', 'dev');
    const pod = stray('vsw-2', 'alicloud_vswitch', '10.0.32.0/19', 'pod', 'dev');
    const planned = [
      creation('alicloud_vswitch.pod', '10.0.32.0/19', 'pod', 'dev'),
      creation('alicloud_vswitch.node', '10.0.0.0/24', 'node', 'dev'),
    ];
    const addresses = place([node, pod], planned).adoptions.map(({ stray: { id }, address }) => [id, address]);
    expect(addresses).toEqual([
      ['vsw-1', 'alicloud_vswitch.node'],
      ['vsw-2', 'alicloud_vswitch.pod'],
    ]);
  });

  test('[L3] is none when two fit equally well', () => {
    const twin = stray('eip-1', 'alicloud_eip', 'same');
    const planned = [creation('alicloud_eip.a', 'same'), creation('alicloud_eip.b', 'same')];
    expect(place([twin], planned)).toEqual({ adoptions: [], homeless: [twin] });
  });

  test('[L3] is none for two duplicates of one, and for what no plan would make', () => {
    const twins = [stray('eip-1', 'alicloud_eip', 'same'), stray('eip-2', 'alicloud_eip', 'same')];
    const other = stray('vpc-1', 'alicloud_vpc');
    expect(place([...twins, other], [creation('alicloud_eip.a', 'same')])).toEqual({
      adoptions: [],
      homeless: [...twins, other],
    });
  });

  test('[L3] stands in the command, with the id that an import takes', () => {
    const adoption = { stray: stray('vpc-1', 'alicloud_vpc'), address: 'alicloud_vpc.main["a"]' };
    expect(importCommand(adoption)).toBe(`terraform import 'alicloud_vpc.main["a"]' 'vpc-1:0'`);
  });
});

describe('the name of an orphan', () => {
  const orphan = stray('vpc-1', 'alicloud_vpc');
  test('[L3] has both ways out', () => {
    expect(describeStray(orphan, 'alicloud_vpc.main')).toBe(
      `thing vpc-1: terraform import 'alicloud_vpc.main' 'vpc-1:0'  or  aliyun vpc DeleteThing --Id vpc-1`,
    );
  });

  test('[L3] has the removal alone where there is no address', () => {
    expect(describeStray(orphan, undefined)).toBe('thing vpc-1: aliyun vpc DeleteThing --Id vpc-1');
  });
});

interface Box extends Entity {
  readonly label: string;
  readonly sizes: readonly number[];
}

const boxes = new Kind<Box>({
  noun: 'box',
  terraform: { type: 'alicloud_box', importId: ({ id }) => `boxes/${id}` },
  removal: ({ id }) => `aliyun box DeleteBox --BoxId ${id}`,
});

test('[L3] strays are what exists and no state holds, with the values that tell them apart', () => {
  const { store } = new Cloud();
  for (const id of ['held', 'lost']) {
    boxes.in(store).insert({ id, label: `${id} box`, sizes: [3, 4], uses: [], readyAt: 0 });
  }
  boxes.in(store).insert({ id: 'inner', label: 'in a box', sizes: [], uses: [], readyAt: 0, ownedBy: 'held' });
  const [only, ...others] = straysOf(store, new Set(['alicloud_box boxes/held']));
  expect(others).toEqual([]);
  expect(only).toMatchObject({
    noun: 'box',
    id: 'lost',
    importId: 'boxes/lost',
    removal: 'aliyun box DeleteBox --BoxId lost',
  });
  expect(only?.values).toEqual(new Set(['lost', 'lost box', '3', '4', '0']));
});

test('[L3] values are texts and numbers at any depth, not switches and not what is empty', () => {
  expect(valuesOf({ a: ['x', { b: 7 }], c: true, d: '', e: null })).toEqual(new Set(['x', '7']));
});
