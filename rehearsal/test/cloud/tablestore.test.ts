import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSync } from 'protobufjs';
import { PlainBufferBuilder, PlainBufferCodedInputStream, PlainBufferInputStream } from 'tablestore';
import { Double } from '../../cloud/double';
import { tablestore, tablestoreData } from '../../cloud/products/tablestore';
import { encodeMessage } from '../../cloud/products/tablestore/protocol';
import { Caller } from './caller';
import type { Answer } from './caller';

const CONTROL = 'tablestore.cn-hangzhou.aliyuncs.com';
const protocol = loadSync(require.resolve('tablestore/lib/protocol/tablestore.proto'));

interface DataAnswer {
  readonly status: number;
  /** Of a refusal. */
  readonly code?: string;
  readonly body: Readonly<Record<string, unknown>>;
}

const headersFor = (body: Buffer): Record<string, string> => ({
  'x-ots-date': '2026-01-02T03:04:05.000Z',
  'x-ots-apiversion': '2015-12-31',
  'x-ots-accesskeyid': 'test',
  'x-ots-contentmd5': createHash('md5').update(body).digest('base64'),
  'x-ots-instancename': 'locks',
  'x-ots-signature': 'test',
});

const read = (message: string, bytes: Uint8Array): Record<string, unknown> => {
  const type = protocol.lookupType(`main.proto.${message}`);
  return type.toObject(type.decode(bytes), { longs: Number, enums: String });
};

class Account {
  readonly caller = new Caller([tablestore, tablestoreData]);

  instance(operation: string, body?: object): Promise<Answer> {
    return this.caller.roa(CONTROL, operation, body);
  }

  async data(
    name: string,
    message: Record<string, unknown>,
    headers: Record<string, string> = {},
  ): Promise<DataAnswer> {
    const body = encodeMessage(`${name}Request`, message);
    const answer = await this.caller.router.handle({
      method: 'POST',
      host: 'locks.cn-hangzhou.ots.aliyuncs.com',
      path: `/${name}`,
      query: new URLSearchParams(),
      headers: { ...headersFor(body), ...headers },
      body,
    });
    if (answer === 'dropped') throw new Error(`${name} was dropped`);
    const bytes = Buffer.from(answer.body);
    if (answer.status === 200) return { status: 200, body: read(`${name}Response`, bytes) };
    const refusal = read('Error', bytes);
    return { status: answer.status, code: String(refusal['code']), body: refusal };
  }
}

const INSTANCE = {
  InstanceName: 'locks',
  ClusterType: 'HYBRID',
  NetworkTypeACL: ['VPC'],
  Tags: [{ Key: 'a', Value: 'b' }],
};
const META = { tableName: 'lock', primaryKey: [{ name: 'LockID', type: 'STRING' }] };
const TABLE = {
  tableMeta: META,
  reservedThroughput: { capacityUnit: { read: 0, write: 0 } },
  tableOptions: { timeToLive: -1, maxVersions: 1 },
  sseSpec: { enable: true, keyType: 'SSE_KMS_SERVICE' },
};

const row = (info: string): Buffer => PlainBufferBuilder.serializeForPutRow([{ LockID: 'state' }], [{ Info: info }]);
const key = (id = 'state', column = 'LockID'): Buffer => PlainBufferBuilder.serializeForPutRow([{ [column]: id }], []);
const put = (info: string, rowExistence: string): Record<string, unknown> => ({
  tableName: 'lock',
  row: row(info),
  condition: { rowExistence },
});

async function withTable(): Promise<Account> {
  const account = new Account();
  await account.instance('POST /v2/openapi/createinstance', INSTANCE);
  await account.data('CreateTable', TABLE);
  account.caller.settle();
  return account;
}

async function infoOf(account: Account): Promise<unknown> {
  const { body } = await account.data('GetRow', {
    tableName: 'lock',
    primaryKey: key(),
    columnsToGet: ['LockID', 'Info'],
  });
  const buffer = Buffer.from(body['row'] instanceof Uint8Array ? body['row'] : []);
  if (buffer.length === 0) return undefined;
  const stream = new PlainBufferInputStream({ buffer, offset: 0, limit: buffer.length });
  return new PlainBufferCodedInputStream(stream).readRow().attributes[0]?.columnValue;
}

describe('Tablestore', () => {
  test('[L3] answers an instance as it was made, once it is ready, and with what was changed', async () => {
    const account = new Account();
    const get = (): Promise<Answer> => account.instance('GET /v2/openapi/getinstance?InstanceName=locks');
    await account.instance('POST /v2/openapi/createinstance', INSTANCE);
    expect((await get()).body['InstanceStatus']).toBe('creating');
    account.caller.settle();
    await account.instance('POST /v2/openapi/updateinstance', {
      InstanceName: 'locks',
      NetworkTypeACL: ['VPC', 'INTERNET'],
    });
    expect((await get()).body).toMatchObject({
      InstanceStatus: 'normal',
      InstanceSpecification: 'HYBRID',
      NetworkTypeACL: ['VPC', 'INTERNET'],
      NetworkSourceACL: ['TRUST_PROXY'],
      Tags: [{ Key: 'a', Value: 'b' }],
    });
  });

  test.each([
    ['a name that no instance may have', 'createinstance', { ...INSTANCE, InstanceName: 'x-' }, 'InvalidParameter'],
    ['a cluster type that there is not', 'createinstance', { ...INSTANCE, ClusterType: 'DISK' }, 'InvalidParameter'],
    ['a network that there is not', 'createinstance', { ...INSTANCE, NetworkTypeACL: ['LAN'] }, 'InvalidParameter'],
    ['a name that is taken', 'createinstance', INSTANCE, 'InstanceAlreadyExist'],
    ['to delete what still has a table', 'deleteinstance', { InstanceName: 'locks' }, 'InstanceNotEmpty'],
    ['to delete what is not there', 'deleteinstance', { InstanceName: 'other' }, 'NotFound'],
  ])('[L3] refuses for an instance %s', async (_, operation, body, code) => {
    const account = await withTable();
    expect((await account.instance(`POST /v2/openapi/${operation}`, body)).body['code']).toBe(code);
  });

  test('[L3] answers a table as it was made, encryption and all, and with what was changed', async () => {
    const account = await withTable();
    await account.data('UpdateTable', { tableName: 'lock', tableOptions: { timeToLive: 86400 } });
    expect((await account.data('DescribeTable', { tableName: 'lock' })).body).toMatchObject({
      tableMeta: META,
      tableOptions: { timeToLive: 86400, maxVersions: 1, deviationCellVersionInSec: 86400, allowUpdate: true },
      tableStatus: 'ACTIVE',
      streamDetails: { enableStream: false },
    });
    expect((await account.data('ListTable', {})).body).toEqual({ tableNames: ['lock'] });
    expect(account.caller.cloud.store.inventory()).toContainEqual(
      expect.objectContaining({ terraform: { type: 'alicloud_ots_table', importId: 'locks:lock' } }),
    );
    await account.data('DeleteTable', { tableName: 'lock' });
    await account.instance('POST /v2/openapi/deleteinstance', { InstanceName: 'locks' });
    expect(account.caller.cloud.store.inventory()).toEqual([]);
  });

  test('[N4] gives a lock to the first who asks, says who has it, and gives it again once it is back', async () => {
    const account = await withTable();
    expect((await account.data('PutRow', put('first', 'EXPECT_NOT_EXIST'))).status).toBe(200);
    expect((await account.data('PutRow', put('second', 'EXPECT_NOT_EXIST'))).code).toBe('OTSConditionCheckFail');
    expect(await infoOf(account)).toBe('first');
    await account.data('DeleteRow', {
      tableName: 'lock',
      primaryKey: key(),
      condition: { rowExistence: 'EXPECT_EXIST' },
    });
    expect(await infoOf(account)).toBeUndefined();
    expect((await account.data('PutRow', put('second', 'EXPECT_NOT_EXIST'))).status).toBe(200);
  });

  test.each<[string, string, Record<string, unknown>, string]>([
    ['a table that is there', 'CreateTable', TABLE, 'OTSObjectAlreadyExist'],
    ['a table without a key', 'CreateTable', { ...TABLE, tableMeta: { tableName: 'x' } }, 'OTSParameterInvalid'],
    [
      'a table name with a hyphen',
      'CreateTable',
      { ...TABLE, tableMeta: { ...META, tableName: 'a-b' } },
      'OTSParameterInvalid',
    ],
    [
      'an hour of life',
      'UpdateTable',
      { tableName: 'lock', tableOptions: { timeToLive: 3600 } },
      'OTSParameterInvalid',
    ],
    ['a table that is not there', 'DescribeTable', { tableName: 'other' }, 'OTSObjectNotExist'],
    ['a key of another name', 'GetRow', { tableName: 'lock', primaryKey: key('state', 'Id') }, 'OTSInvalidPK'],
    ['a row that is none', 'GetRow', { tableName: 'lock', primaryKey: Buffer.from('row') }, 'OTSParameterInvalid'],
    ['a row that must be there', 'PutRow', put('x', 'EXPECT_EXIST'), 'OTSConditionCheckFail'],
  ])('[L3] refuses %s', async (_, name, message, code) => {
    expect((await (await withTable()).data(name, message)).code).toBe(code);
  });

  test.each([
    ['another instance', { 'x-ots-instancename': 'other' }, 'OTSAuthFailed'],
    ['no signature', { 'x-ots-signature': '' }, 'OTSParameterInvalid'],
    ['a digest of another body', { 'x-ots-contentmd5': 'AAAA' }, 'OTSAuthFailed'],
  ])('[L3] refuses a call with %s', async (_, headers, code) => {
    expect((await (await withTable()).data('ListTable', {}, headers)).code).toBe(code);
  });

  test('[L3] has no rows for who comes before the table is loaded', async () => {
    const account = new Account();
    await account.instance('POST /v2/openapi/createinstance', INSTANCE);
    await account.data('CreateTable', TABLE);
    expect((await account.data('PutRow', put('early', 'IGNORE'))).code).toBe('OTSTableNotReady');
  });

  test('[D3] keeps the rows out of the record and the snapshot', async () => {
    const account = await withTable();
    await account.data('PutRow', put('whose-lock', 'IGNORE'));
    const { cloud, router } = account.caller;
    expect(JSON.stringify([cloud.store.snapshot(), router.recorder.calls])).not.toContain('whose-lock');
  });

  test('[L3] answers clients that go through no proxy at the address that the environment names', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'tablestore-'));
    const double = await Double.start({ directory });
    try {
      const endpoint = double.environment['OTS_ENDPOINT'] ?? '';
      const body = Buffer.alloc(0);
      const answer = await fetch(`${endpoint}/ListTable`, { method: 'POST', headers: headersFor(body), body });
      // That instance is not there, which only Tablestore would say.
      expect(read('Error', new Uint8Array(await answer.arrayBuffer()))).toMatchObject({ code: 'OTSAuthFailed' });
      // The backend takes the instance's name up to the first dot of its endpoint.
      expect(double.lockEndpoint('locks').replace('http://', '').split('.')[0]).toBe('locks');
      expect(new URL(double.lockEndpoint('locks')).host).toBe(new URL(endpoint).host);
    } finally {
      await double.stop();
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
