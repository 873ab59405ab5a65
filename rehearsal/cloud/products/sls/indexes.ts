/** Indexes of log stores: at most one each. */
import { GetIndexResponseBody } from '@alicloud/sls20201230/dist/models/GetIndexResponseBody';
import { Index } from '@alicloud/sls20201230/dist/models/Index';
import { ApiError, notFound } from '../../api-error';
import type { Cloud } from '../../cloud';
import type { Fields } from '../../model';
import { Empty, roaOperation } from '../../roa';
import type { WireRequest } from '../../wire';
import { logIndexes } from './log-stores';
import type { LogIndex } from './log-stores';
import { storeOf } from './store-operations';

const PATH = '/logstores/{logstore}/index';

const FIELD_TYPES = ['text', 'long', 'double', 'json'] as const;

function indexOf(cloud: Cloud, wire: WireRequest, store: string): LogIndex {
  const { id } = storeOf(cloud, wire, store);
  return logIndexes.in(cloud.store).get(id, () => notFound('IndexConfigNotExist', 'index of log store', store));
}

function checkedIndex(index: Fields<Index>): Fields<Index> {
  const { keys, line, maxTextLen = 0 } = index;
  if (keys === undefined && line === undefined) {
    throw new ApiError('IndexInfoInvalid', 'The index has neither keys nor line.');
  }
  // 0 is what a client sends that does not care.
  if (maxTextLen !== 0 && (maxTextLen < 64 || maxTextLen > 16_384)) {
    throw new ApiError('IndexInfoInvalid', `max_text_len (${maxTextLen}) is not from 64 to 16384.`);
  }
  for (const [name, key] of Object.entries(keys ?? {})) {
    const { type } = key;
    if (!FIELD_TYPES.some((known) => known === type)) {
      throw new ApiError(
        'IndexInfoInvalid',
        `The key ${name} has the type ${type ?? '(none)'}, which is none of ${FIELD_TYPES.join(', ')}.`,
      );
    }
    // Only text has words: the service keeps no tokens for a number.
    if (type === 'long' || type === 'double') key.token = [];
  }
  return index;
}

export const indexOperations = [
  roaOperation({
    name: 'CreateIndex',
    method: 'POST',
    path: PATH,
    request: Index,
    handle: ({ request, cloud, wire, path }) => {
      const store = storeOf(cloud, wire, path('logstore'));
      const all = logIndexes.in(cloud.store);
      if (all.find(store.id) !== undefined) {
        throw new ApiError('IndexAlreadyExist', `log store index is already created for ${store.name}.`);
      }
      const index = checkedIndex(request);
      const { id, project } = store;
      all.insert({ id, uses: [], readyAt: cloud.now(), project, index, updatedAt: cloud.now() });
      return {};
    },
  }),
  roaOperation({
    name: 'GetIndex',
    method: 'GET',
    path: PATH,
    request: Empty,
    response: GetIndexResponseBody,
    handle: ({ cloud, wire, path }) => {
      const { index, updatedAt } = indexOf(cloud, wire, path('logstore'));
      const { retention } = storeOf(cloud, wire, path('logstore'));
      return { ...index, indexMode: 'v2', storage: 'pg', ttl: retention, lastModifyTime: Math.floor(updatedAt / 1000) };
    },
  }),
  roaOperation({
    name: 'UpdateIndex',
    method: 'PUT',
    path: PATH,
    request: Index,
    // The older SDK sends back what it was told of the store's retention.
    extra: ['ttl'],
    handle: ({ request, cloud, wire, path }) => {
      const known = indexOf(cloud, wire, path('logstore'));
      known.index = checkedIndex(request);
      known.updatedAt = cloud.now();
      return {};
    },
  }),
  roaOperation({
    name: 'DeleteIndex',
    method: 'DELETE',
    path: PATH,
    request: Empty,
    handle: ({ cloud, wire, path }) => {
      logIndexes.in(cloud.store).remove(indexOf(cloud, wire, path('logstore')).id);
      return {};
    },
  }),
];
