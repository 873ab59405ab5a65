import { inUse } from '../../../cloud/api-error';
import { Cloud, QUOTAS } from '../../../cloud/cloud';
import { labels, parcels } from './parcels';

const parcel = (id: string) => ({ id, uses: [], readyAt: 0, size: 'small', password: '' });

const label = (id: string, uses: readonly string[], discarded = false) => ({
  id,
  uses,
  readyAt: 0,
  text: id,
  discarded,
});

describe('the store', () => {
  test('[L3] inventories what exists by its noun, with the import id and the removal of its kind', () => {
    const { store } = new Cloud();
    parcels.in(store).insert(parcel('p-1'));
    labels.in(store).insert(label('l-1', ['p-1']));
    expect(store.inventory()).toEqual([
      {
        noun: 'parcel',
        id: 'p-1',
        terraform: { type: 'test_parcel', importId: 'depot:p-1' },
        removal: 'test DeleteParcel --ParcelId p-1',
      },
      { noun: 'label', id: 'l-1', terraform: { type: 'test_label', importId: 'l-1' } },
    ]);
  });

  test('[L3] offers no removal of what the cloud made for another thing, and says whose it is', () => {
    const { store } = new Cloud();
    parcels.in(store).insert({ ...parcel('p-1'), ownedBy: 'd-1' });
    const [item] = store.inventory();
    expect(item).toMatchObject({ noun: 'parcel', id: 'p-1', ownedBy: 'd-1' });
    expect(item?.removal).toBeUndefined();
  });

  test('[L3] leaves out of the inventory what is only kept to be had back', () => {
    const { store } = new Cloud();
    labels.in(store).insert(label('l-1', [], true));
    labels.in(store).insert(label('l-2', []));
    expect(store.inventory().map(({ id }) => id)).toEqual(['l-2']);
    expect(store.snapshot()['label']).toHaveLength(2);
  });

  test('[L3] knows who still uses a thing, of any kind, until the user is removed', () => {
    const { store } = new Cloud();
    parcels.in(store).insert(parcel('p-1'));
    labels.in(store).insert(label('l-1', ['p-1', 'p-2']));
    parcels.in(store).insert({ ...parcel('p-3'), uses: ['p-1'] });
    expect(store.usersOf('p-1')).toEqual(['parcel p-3', 'label l-1']);
    const refused = inUse('DependencyViolation', 'parcel', 'p-1', store.usersOf('p-1'));
    expect(refused.message).toBe('The parcel (p-1) cannot be deleted: parcel p-3, label l-1 still use it.');
    labels.in(store).remove('l-1');
    parcels.in(store).remove('p-3');
    expect(store.usersOf('p-1')).toEqual([]);
  });

  test('[L3] shares nothing between two clouds', () => {
    const [one, other] = [new Cloud(), new Cloud()];
    parcels.in(one.store).insert(parcel('p-1'));
    expect(parcels.in(other.store).all()).toEqual([]);
    expect(other.store.inventory()).toEqual([]);
  });

  test('[L3] holds an id once, and finds it by nothing else', () => {
    const collection = parcels.in(new Cloud().store);
    const first = collection.insert(parcel('p-1'));
    expect(() => collection.insert(parcel('p-1'))).toThrow('parcel p-1 exists already');
    expect(collection.find('p-1')).toBe(first);
    expect(collection.find('p-2')).toBeUndefined();
    expect(collection.find(undefined)).toBeUndefined();
    expect(() => collection.get('p-2', (id) => new RangeError(id))).toThrow(new RangeError('p-2'));
  });

  test('[L3] remembers which Terraform types it ever had', () => {
    const { store } = new Cloud();
    expect([...store.terraformTypes()]).toEqual([]);
    parcels.in(store).insert(parcel('p-1'));
    parcels.in(store).remove('p-1');
    expect([...store.terraformTypes()]).toEqual(['test_parcel']);
  });
});

describe('a cloud', () => {
  test('[L3] has an account, quotas that a test may lower one by one, and ids of their own', () => {
    const cloud = new Cloud({ quotas: { vpcs: 1 } });
    expect(cloud.accountId).toMatch(/^\d{16}$/);
    expect(cloud.quotas).toEqual({ ...QUOTAS, vpcs: 1 });
    const ids = new Set(Array.from({ length: 100 }, () => cloud.newId('vpc-bp1')));
    expect(ids.size).toBe(100);
    for (const id of ids) expect(id).toMatch(/^vpc-bp1[0-9a-f]{16}$/);
  });

  test('[L3] writes an instant without fractions of a second', () => {
    const cloud = new Cloud({ now: () => Date.parse('2026-01-02T03:04:05.678Z') });
    expect(cloud.timestamp()).toBe('2026-01-02T03:04:05Z');
    expect(cloud.timestamp(0)).toBe('1970-01-01T00:00:00Z');
  });
});
