/** A product of no vendor, in both API styles, by which the double's core is tested apart from any real one. */
import { ApiError, notFound } from '../../../cloud/api-error';
import type { Cloud } from '../../../cloud/cloud';
import { defineModel, listOf, TEXT_MAP } from '../../../cloud/define-model';
import { roaOperation, roaProduct } from '../../../cloud/roa';
import { rpcAction, rpcProduct } from '../../../cloud/rpc';
import type { Entity } from '../../../cloud/store';
import { Kind } from '../../../cloud/store';

interface Parcel extends Entity {
  readonly size: string;
  readonly password: string;
}

interface Label extends Entity {
  readonly text: string;
  discarded: boolean;
}

export const NOUN = 'parcel';

export const parcels = new Kind<Parcel>({
  noun: NOUN,
  terraform: { type: 'test_parcel', importId: ({ id }) => `depot:${id}` },
  removal: ({ id }) => `test DeleteParcel --ParcelId ${id}`,
});

/** What sticks to a parcel, and goes to the bin before it is gone. */
export const labels = new Kind<Label>({
  noun: 'label',
  terraform: { type: 'test_label' },
  discarded: ({ discarded }) => discarded,
});

const SIZES = ['small', 'large'] as const;

const Stamp = defineModel({ Key: 'string', Value: 'string' });

const CreateParcelRequest = defineModel({
  ClientToken: 'string',
  Size: 'string',
  Weight: 'number',
  Fragile: 'boolean',
  Password: 'string',
  Stamp: listOf(Stamp),
  Notes: TEXT_MAP,
});

const create = (cloud: Cloud, size = '', password = ''): Parcel =>
  parcels.in(cloud.store).insert({ id: cloud.newId('p-'), uses: [], readyAt: cloud.readyAt(NOUN), size, password });

const byId = (cloud: Cloud, id: string | undefined): Parcel =>
  parcels.in(cloud.store).get(id, (unknown) => notFound('InvalidParcelId.NotFound', NOUN, unknown));

export const HOST = 'parcel.cn-hangzhou.aliyuncs.com';
export const VERSION = '2026-01-01';

export const parcelRpc = rpcProduct({
  name: 'Parcel',
  version: VERSION,
  hosts: /^parcel\./,
  throttling: { code: 'Throttling.Parcels', status: 429 },
  actions: [
    rpcAction({
      name: 'CreateParcel',
      request: CreateParcelRequest,
      response: defineModel({ ParcelId: 'string', Region: 'string' }),
      required: ['size'],
      oneOf: { size: SIZES },
      handle: ({ request, cloud, region }) => ({
        parcelId: create(cloud, request.size, request.password).id,
        region,
      }),
    }),
    rpcAction({
      name: 'DescribeParcel',
      request: defineModel({ ParcelId: 'string' }),
      response: defineModel({ Status: 'string' }),
      required: ['parcelId'],
      handle: ({ request, cloud }) => ({
        status: cloud.isReady(NOUN, byId(cloud, request.parcelId)) ? 'Available' : 'Creating',
      }),
    }),
    rpcAction({
      name: 'DeleteParcel',
      request: defineModel({ ParcelId: 'string' }),
      response: defineModel({}),
      required: ['parcelId'],
      handle: ({ request, cloud }) => {
        parcels.in(cloud.store).remove(byId(cloud, request.parcelId).id);
        return {};
      },
    }),
    rpcAction({
      name: 'BreakParcel',
      request: defineModel({}),
      response: defineModel({}),
      handle: () => {
        throw new TypeError('the double has a bug');
      },
    }),
  ],
});

export const ROA_HOST = 'depot.cn-hangzhou.aliyuncs.com';

export const depotRoa = roaProduct({
  name: 'Depot',
  hosts: /^depot\./,
  operations: [
    roaOperation({
      name: 'CreateShelf',
      method: 'POST',
      path: '/depots/{depot_id}/shelves',
      request: defineModel({
        size: 'string',
        login: defineModel({ login_password: 'string' }),
        client_token: 'string',
      }),
      response: defineModel({ shelf: 'string', region: 'string' }),
      required: ['size'],
      oneOf: { size: SIZES },
      status: 202,
      handle: ({ request, path, cloud, region }) => ({
        shelf: `${path('depot_id')}/${create(cloud, request.size).id}`,
        region,
      }),
    }),
    roaOperation({
      name: 'ListShelves',
      method: 'GET',
      path: '/depots/{depot_id}/shelves',
      request: defineModel({ page: 'number' }),
      response: defineModel({ shelf: 'string' }),
      handle: ({ cloud }) =>
        parcels
          .in(cloud.store)
          .all()
          .map(({ id }) => ({ shelf: id })),
    }),
    roaOperation({
      name: 'CloseDepot',
      method: 'DELETE',
      path: '/depots/{depot_id}',
      request: defineModel({}),
      handle: () => {
        throw new ApiError('DepotIsOpen', 'The depot is open.', 409);
      },
    }),
  ],
});
