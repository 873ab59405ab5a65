/** What can be asked of a project's log stores. */
import { CreateLogStoreRequest } from '@alicloud/sls20201230/dist/models/CreateLogStoreRequest';
import { GetLogStoreMeteringModeResponseBody } from '@alicloud/sls20201230/dist/models/GetLogStoreMeteringModeResponseBody';
import { ListLogStoresRequest } from '@alicloud/sls20201230/dist/models/ListLogStoresRequest';
import { ListLogStoresResponseBody } from '@alicloud/sls20201230/dist/models/ListLogStoresResponseBody';
import { Logstore } from '@alicloud/sls20201230/dist/models/Logstore';
import { Shard } from '@alicloud/sls20201230/dist/models/Shard';
import { UpdateLogStoreMeteringModeRequest } from '@alicloud/sls20201230/dist/models/UpdateLogStoreMeteringModeRequest';
import { UpdateLogStoreRequest } from '@alicloud/sls20201230/dist/models/UpdateLogStoreRequest';
import { ApiError, notFound } from '../../api-error';
import type { Cloud } from '../../cloud';
import type { Fields } from '../../model';
import { Empty, roaOperation } from '../../roa';
import type { WireRequest } from '../../wire';
import { keyWithId } from '../kms';
import { logIndexes, logStores, storeId } from './log-stores';
import type { LogStore, LogStoreSettings } from './log-stores';
import { projectOf } from './projects';

/** Bounds from the reference of `CreateLogStore`; retention in days, and the greatest keeps for ever. */
const BOUNDS = {
  ttl: [1, 3650],
  shardCount: [1, 100],
  maxSplitShard: [1, 256],
  hot_ttl: [7, 3650],
  infrequentAccessTTL: [30, 3650],
} as const;

const MODES = ['standard', 'query', 'lite'] as const;

/** @throws ApiError `LogStoreNotExist` */
export function storeOf(cloud: Cloud, wire: WireRequest, name: string): LogStore {
  const id = storeId(projectOf(cloud, wire).id, name);
  return logStores.in(cloud.store).get(id, () => notFound('LogStoreNotExist', 'Logstore', name));
}

function checked(name: keyof typeof BOUNDS, value: number): number {
  const [least, most] = BOUNDS[name];
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new ApiError('LogStoreInfoInvalid', `${name} (${value}) is not a whole number from ${least} to ${most}.`);
}

/** The settings that a request asks for, over those that a store has. */
function settingsFrom(cloud: Cloud, request: Fields<UpdateLogStoreRequest>, now: LogStoreSettings): LogStoreSettings {
  const autoSplit = request.autoSplit ?? now.autoSplit;
  // -1 keeps everything hot, as if it were not given.
  const hot = request.hotTtl === -1 ? undefined : (request.hotTtl ?? now.hotRetention);
  const infrequent = request.infrequentAccessTTL ?? now.infrequentRetention;
  const retention = checked('ttl', request.ttl ?? now.retention);
  if (hot !== undefined && checked('hot_ttl', hot) > retention) {
    throw new ApiError('LogStoreInfoInvalid', `hot_ttl (${hot}) is above ttl (${retention}).`);
  }
  if (infrequent !== undefined) checked('infrequentAccessTTL', infrequent);
  if (autoSplit && (request.maxSplitShard ?? now.mostShards) === 0) {
    throw new ApiError('LogStoreInfoInvalid', 'maxSplitShard must be given when autoSplit is true.');
  }
  const encryption = request.encryptConf ?? now.encryption;
  const before = now.encryption;
  if (before !== undefined && encryption?.encryptType !== before.encryptType) {
    throw new ApiError('LogStoreInfoInvalid', `encrypt_type (${before.encryptType ?? ''}) cannot be changed.`);
  }
  const key = encryption?.userCmkInfo?.cmkKeyId;
  if (key !== undefined) keyWithId(cloud, key);
  return {
    retention,
    hotRetention: hot,
    infrequentRetention: infrequent,
    autoSplit,
    mostShards: autoSplit ? checked('maxSplitShard', request.maxSplitShard ?? now.mostShards) : now.mostShards,
    appendMeta: request.appendMeta ?? now.appendMeta,
    webTracking: request.enableTracking ?? now.webTracking,
    encryption,
    mode: request.mode ?? now.mode,
  };
}

const USUAL_SETTINGS: LogStoreSettings = {
  retention: 30,
  hotRetention: undefined,
  infrequentRetention: undefined,
  autoSplit: false,
  mostShards: 0,
  appendMeta: false,
  webTracking: false,
  encryption: undefined,
  mode: 'standard',
};

/** Adds a store to a project that exists, as the API does and as the products do that write their own logs. */
export function addLogStore(
  cloud: Cloud,
  project: string,
  name: string,
  store: Partial<Pick<LogStore, keyof LogStoreSettings | 'shards' | 'telemetryType' | 'ownedBy'>> = {},
): LogStore {
  return logStores.in(cloud.store).insert({
    id: storeId(project, name),
    uses: [],
    readyAt: cloud.now(),
    project,
    name,
    shards: 2,
    // The service writes `None` only where it was asked for it.
    telemetryType: '',
    createdAt: cloud.now(),
    meteringMode: 'ChargeByFunction',
    updatedAt: cloud.now(),
    ...USUAL_SETTINGS,
    ...store,
  });
}

/** Where shard `index` of so many begins: they part the space of 128-bit keys evenly. */
function boundary(index: number, count: number): string {
  const key = ((1n << 128n) * BigInt(index)) / BigInt(count);
  return index === count ? 'f'.repeat(32) : key.toString(16).padStart(32, '0');
}

export const storeOperations = [
  roaOperation({
    name: 'CreateLogStore',
    method: 'POST',
    path: '/logstores',
    request: CreateLogStoreRequest,
    required: ['logstoreName', 'shardCount', 'ttl'],
    oneOf: { mode: MODES, telemetryType: ['None', 'Metrics'] },
    handle: ({ request, cloud, wire }) => {
      const project = projectOf(cloud, wire);
      const { logstoreName = '' } = request;
      if (!/^[a-z0-9][a-z0-9_-]{0,61}[a-z0-9]$/.test(logstoreName)) {
        throw new ApiError(
          'LogStoreInfoInvalid',
          `logstoreName (${logstoreName}) is not 2 to 63 of a-z, 0-9 and inner - and _.`,
        );
      }
      const all = logStores.in(cloud.store);
      if (all.find(storeId(project.id, logstoreName)) !== undefined) {
        throw new ApiError('LogStoreAlreadyExist', `logstore ${logstoreName} already exists.`);
      }
      if (all.where((store) => store.project === project.id).length >= cloud.quotas.logStoresPerProject) {
        throw new ApiError(
          'ProjectQuotaExceed',
          `Project ${project.id} has ${cloud.quotas.logStoresPerProject} log stores, its most.`,
        );
      }
      addLogStore(cloud, project.id, logstoreName, {
        ...settingsFrom(cloud, request, USUAL_SETTINGS),
        shards: checked('shardCount', request.shardCount ?? 0),
        telemetryType: request.telemetryType ?? '',
      });
      return {};
    },
  }),
  roaOperation({
    name: 'ListLogStores',
    method: 'GET',
    path: '/logstores',
    request: ListLogStoresRequest,
    response: ListLogStoresResponseBody,
    handle: ({ request, cloud, wire }) => {
      const { id } = projectOf(cloud, wire);
      const names = logStores
        .in(cloud.store)
        .where(({ project, name }) => project === id && name.includes(request.logstoreName ?? ''))
        .map(({ name }) => name)
        .sort();
      const { offset = 0, size = 200 } = request;
      const logstores = names.slice(offset, offset + size);
      return { total: names.length, count: logstores.length, logstores };
    },
  }),
  roaOperation({
    name: 'GetLogStore',
    method: 'GET',
    path: '/logstores/{logstore}',
    request: Empty,
    response: Logstore,
    handle: ({ cloud, wire, path }) => {
      const store = storeOf(cloud, wire, path('logstore'));
      return {
        logstoreName: store.name,
        ttl: store.retention,
        hotTtl: store.hotRetention,
        infrequentAccessTTL: store.infrequentRetention,
        shardCount: store.shards,
        autoSplit: store.autoSplit,
        maxSplitShard: store.mostShards,
        appendMeta: store.appendMeta,
        enableTracking: store.webTracking,
        encryptConf: store.encryption,
        mode: store.mode,
        telemetryType: store.telemetryType,
        productType: '',
        createTime: Math.floor(store.createdAt / 1000),
        lastModifyTime: Math.floor(store.updatedAt / 1000),
      };
    },
  }),
  roaOperation({
    name: 'UpdateLogStore',
    method: 'PUT',
    path: '/logstores/{logstore}',
    request: UpdateLogStoreRequest,
    // The reference also asks for the name that the path has, and the provider leaves it out.
    required: ['ttl'],
    oneOf: { mode: MODES },
    handle: ({ request, cloud, wire, path }) => {
      const store = storeOf(cloud, wire, path('logstore'));
      Object.assign(store, settingsFrom(cloud, request, store));
      store.updatedAt = cloud.now();
      return {};
    },
  }),
  roaOperation({
    name: 'DeleteLogStore',
    method: 'DELETE',
    path: '/logstores/{logstore}',
    request: Empty,
    handle: ({ cloud, wire, path }) => {
      const { id } = storeOf(cloud, wire, path('logstore'));
      logIndexes.in(cloud.store).remove(id);
      logStores.in(cloud.store).remove(id);
      return {};
    },
  }),
  roaOperation({
    name: 'ListShards',
    method: 'GET',
    path: '/logstores/{logstore}/shards',
    request: Empty,
    response: Shard,
    handle: ({ cloud, wire, path }) => {
      const store = storeOf(cloud, wire, path('logstore'));
      return Array.from({ length: store.shards }, (_, shardID) => ({
        shardID,
        status: 'readwrite',
        inclusiveBeginKey: boundary(shardID, store.shards),
        exclusiveEndKey: boundary(shardID + 1, store.shards),
        createTime: Math.floor(store.createdAt / 1000),
      }));
    },
  }),
  roaOperation({
    name: 'GetLogStoreMeteringMode',
    method: 'GET',
    path: '/logstores/{logstore}/meteringmode',
    request: Empty,
    response: GetLogStoreMeteringModeResponseBody,
    handle: ({ cloud, wire, path }) => ({ meteringMode: storeOf(cloud, wire, path('logstore')).meteringMode }),
  }),
  roaOperation({
    name: 'UpdateLogStoreMeteringMode',
    method: 'PUT',
    path: '/logstores/{logstore}/meteringmode',
    request: UpdateLogStoreMeteringModeRequest,
    required: ['meteringMode'],
    oneOf: { meteringMode: ['ChargeByFunction', 'ChargeByDataIngest'] },
    handle: ({ request, cloud, wire, path }) => {
      const store = storeOf(cloud, wire, path('logstore'));
      store.meteringMode = request.meteringMode ?? store.meteringMode;
      return {};
    },
  }),
];
