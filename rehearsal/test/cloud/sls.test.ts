import { kms } from '../../cloud/products/kms';
import { addLogStore, sls } from '../../cloud/products/sls';
import { Caller } from './caller';
import type { Answer } from './caller';

const REGION = 'cn-hangzhou.log.aliyuncs.com';
const PROJECT = `bg-dev.${REGION}`;

const store = { logstoreName: 'flow', shardCount: 2, ttl: 180 };
const index = {
  line: { caseSensitive: false, chn: true, token: [',', ' '] },
  keys: {
    action: { type: 'text', token: [','], caseSensitive: false, chn: false, doc_value: true },
    bytes: { type: 'long', token: [','], doc_value: true },
  },
};

async function service(options = {}) {
  const caller = new Caller([sls, kms], options);
  const at =
    (host: string) =>
    (operation: string, body?: unknown): Promise<Answer> =>
      caller.roa(host, operation, body);
  const region = at(REGION);
  const project = at(PROJECT);
  await region('POST /', { projectName: 'bg-dev', description: 'logs' });
  return { caller, region, project, elsewhere: at(`none.${REGION}`) };
}

describe('Log Service', () => {
  test('[M7] finds a project by the name in the host', async () => {
    const { project, elsewhere } = await service();
    expect((await project('GET /')).body).toMatchObject({
      projectName: 'bg-dev',
      description: 'logs',
      region: 'cn-hangzhou',
      status: 'Normal',
    });
    expect(await elsewhere('GET /')).toMatchObject({ status: 404, body: { errorCode: 'ProjectNotExist' } });
  });

  test('[M7] answers a log store as it was made and changed, and keeps what a change leaves out', async () => {
    const { project } = await service();
    const encryption = { enable: true, encrypt_type: 'default' };
    await project('POST /logstores', { ...store, autoSplit: true, maxSplitShard: 64, encrypt_conf: encryption });
    await project('PUT /logstores/flow', { ttl: 365 });
    expect((await project('GET /logstores/flow')).body).toMatchObject({
      logstoreName: 'flow',
      ttl: 365,
      autoSplit: true,
      maxSplitShard: 64,
      encrypt_conf: encryption,
      mode: 'standard',
      // What was not asked for is empty, or the provider would replace the store.
      telemetryType: '',
    });
  });

  test('[M7] parts the keys of a log store among its shards, without a gap', async () => {
    const { project } = await service();
    await project('POST /logstores', { ...store, shardCount: 3 });
    const { items } = (await project('GET /logstores/flow/shards')).body;
    expect(items).toMatchObject([
      { shardID: 0, inclusiveBeginKey: '0'.repeat(32), exclusiveEndKey: '5'.repeat(32) },
      { shardID: 1, inclusiveBeginKey: '5'.repeat(32), exclusiveEndKey: 'a'.repeat(32) },
      { shardID: 2, inclusiveBeginKey: 'a'.repeat(32), exclusiveEndKey: 'f'.repeat(32) },
    ]);
  });

  test('[M7] meters a log store by function until told otherwise', async () => {
    const { project } = await service();
    await project('POST /logstores', store);
    expect((await project('GET /logstores/flow/meteringmode')).body).toEqual({ meteringMode: 'ChargeByFunction' });
    await project('PUT /logstores/flow/meteringmode', { meteringMode: 'ChargeByDataIngest' });
    expect((await project('GET /logstores/flow/meteringmode')).body).toEqual({ meteringMode: 'ChargeByDataIngest' });
  });

  test('[M7] keeps one index a store, with words for text only, and drops it with the store', async () => {
    const { caller, project } = await service();
    await project('POST /logstores', store);
    await project('POST /logstores/flow/index', index);
    expect((await project('GET /logstores/flow/index')).body).toMatchObject({
      line: index.line,
      keys: { action: { token: [','] }, bytes: { token: [] } },
      ttl: 180,
    });
    expect((await project('POST /logstores/flow/index', index)).body.errorCode).toBe('IndexAlreadyExist');
    await project('DELETE /logstores/flow');
    expect(caller.cloud.store.inventory().map(({ noun }) => noun)).toEqual(['log project']);
  });

  test('[M7] names stores and indexes as terraform import takes them', async () => {
    const { caller, project } = await service();
    await project('POST /logstores', store);
    await project('POST /logstores/flow/index', index);
    expect(caller.cloud.store.inventory()).toMatchObject([
      { terraform: { type: 'alicloud_log_project', importId: 'bg-dev' } },
      {
        terraform: { type: 'alicloud_log_store', importId: 'bg-dev:flow' },
        removal: 'aliyun sls DeleteLogStore --project bg-dev --logstore flow',
      },
      {
        terraform: { type: 'alicloud_log_store_index', importId: 'bg-dev:flow' },
        removal: 'aliyun sls DeleteIndex --project bg-dev --logstore flow',
      },
    ]);
  });

  test('[M7] deletes a project with everything in it, and nothing of another', async () => {
    const { caller, region, project } = await service();
    await region('POST /', { projectName: 'bg-prod' });
    await project('POST /logstores', store);
    await project('POST /logstores/flow/index', index);
    addLogStore(caller.cloud, 'bg-prod', 'audit');
    await project('DELETE /');
    expect(caller.cloud.store.inventory().map(({ id }) => id)).toEqual(['bg-prod', 'bg-prod:audit']);
  });

  test('[M7] tags projects from the host of the region', async () => {
    const { region } = await service();
    const target = { resourceType: 'PROJECT', resourceId: ['bg-dev'] };
    const list = 'GET /tags?resourceType=PROJECT&resourceId=%5B%22bg-dev%22%5D';
    await region('POST /tag', {
      ...target,
      tags: [
        { key: 'a', value: '1' },
        { key: 'b', value: '2' },
      ],
    });
    await region('POST /untag', { ...target, tags: ['a'] });
    expect((await region(list)).body.tagResources).toEqual([
      { resourceId: 'bg-dev', resourceType: 'PROJECT', tagKey: 'b', tagValue: '2' },
    ]);
  });

  test('[M7] gives the policy of a project back to the letter', async () => {
    const { caller, project } = await service();
    const policy = { Version: '1', Statement: [] };
    await project('POST /policy', policy);
    const read = await caller.router.handle({
      method: 'GET',
      host: PROJECT,
      path: '/policy',
      query: new URLSearchParams(),
      headers: {},
      body: Buffer.alloc(0),
    });
    expect(read).toMatchObject({ status: 200, body: JSON.stringify(policy) });
    expect((await project('POST /policy', ['no policy'])).body.errorCode).toBe('ParameterInvalid');
  });

  test('[L3] keeps to the quotas of projects and of stores in one', async () => {
    const { region, project } = await service({ quotas: { logProjects: 1, logStoresPerProject: 1 } });
    expect((await region('POST /', { projectName: 'bg-two' })).body.errorCode).toBe('ProjectQuotaExceed');
    await project('POST /logstores', store);
    expect((await project('POST /logstores', { ...store, logstoreName: 'two' })).body.errorCode).toBe(
      'ProjectQuotaExceed',
    );
  });

  test.each<[string, unknown, string]>([
    ['POST /logstores', { ...store, ttl: 3651 }, 'LogStoreInfoInvalid'],
    ['POST /logstores', { ...store, shardCount: 0 }, 'LogStoreInfoInvalid'],
    ['POST /logstores', { ...store, logstoreName: '_' }, 'LogStoreInfoInvalid'],
    ['POST /logstores', { ...store, autoSplit: true }, 'LogStoreInfoInvalid'],
    ['POST /logstores', { ...store, hot_ttl: 181 }, 'LogStoreInfoInvalid'],
    ['POST /logstores', { ...store, mode: 'fast' }, 'InvalidParameter'],
    ['POST /logstores', { shardCount: 2, ttl: 1 }, 'MissingParameter'],
    ['POST /logstores', { ...store, colour: 'red' }, 'UnsupportedParameter'],
    [
      'POST /logstores',
      { ...store, encrypt_conf: { enable: true, encrypt_type: 'default', user_cmk_info: { cmk_key_id: 'key-none' } } },
      'Forbidden.KeyNotFound',
    ],
    ['GET /logstores/none', undefined, 'LogStoreNotExist'],
    ['DELETE /logstores/none', undefined, 'LogStoreNotExist'],
    ['GET /nothing', undefined, 'InvalidAction.NotFound'],
  ])('[L3] refuses %s %j with %s', async (operation, body, code) => {
    const { project } = await service();
    expect((await project(operation, body)).body.errorCode).toBe(code);
  });

  test.each<[string, unknown, string]>([
    ['POST /logstores', store, 'LogStoreAlreadyExist'],
    ['PUT /logstores/flow', { ttl: 30, encrypt_conf: { enable: true, encrypt_type: 'm4' } }, 'LogStoreInfoInvalid'],
    ['PUT /logstores/flow/meteringmode', { meteringMode: 'Free' }, 'InvalidParameter'],
    ['GET /logstores/flow/index', undefined, 'IndexConfigNotExist'],
    ['PUT /logstores/flow/index', index, 'IndexConfigNotExist'],
    ['DELETE /logstores/flow/index', undefined, 'IndexConfigNotExist'],
    ['POST /logstores/flow/index', {}, 'IndexInfoInvalid'],
    ['POST /logstores/flow/index', { keys: { a: { type: 'date' } } }, 'IndexInfoInvalid'],
    ['POST /logstores/flow/index', { ...index, max_text_len: 63 }, 'IndexInfoInvalid'],
  ])('[L3] refuses %s %j for a store that exists with %s', async (operation, body, code) => {
    const { project } = await service();
    await project('POST /logstores', { ...store, encrypt_conf: { enable: true, encrypt_type: 'default' } });
    expect((await project(operation, body)).body.errorCode).toBe(code);
  });

  test.each<[unknown, string]>([
    [{ projectName: 'bg-dev' }, 'ProjectAlreadyExist'],
    [{ projectName: 'No' }, 'ParameterInvalid'],
    [{ projectName: 'bg-new', description: '<b>' }, 'ParameterInvalid'],
    [{ description: 'nameless' }, 'MissingParameter'],
  ])('[L3] makes no project of %j: %s', async (body, code) => {
    const { region } = await service();
    expect((await region('POST /', body)).body.errorCode).toBe(code);
  });
});
