import { Cloud } from '../../../cloud/cloud';
import { Router } from '../../../cloud/router';
import { Caller } from '../caller';
import { depotRoa, HOST, NOUN, parcelRpc, parcels, ROA_HOST, VERSION } from './parcels';

const action = (name: string): string => `${HOST} ${VERSION} ${name}`;

const caller = (): Caller => new Caller([parcelRpc, depotRoa], { provisioningMs: 1000 });

const small = (token: string, extra: Record<string, string> = {}): Record<string, string> => ({
  Size: 'small',
  ClientToken: token,
  ...extra,
});

const count = (client: Caller): number => parcels.in(client.cloud.store).all().length;

describe('a call in the RPC style', () => {
  test('[L3] is answered with the fields of its model, its region and an id', async () => {
    const { status, body } = await caller().rpc(action('CreateParcel'), { Size: 'small' });
    expect(status).toBe(200);
    const { ParcelId: id, Region: region, RequestId: requestId, ...others } = body;
    expect([region, others]).toEqual(['cn-hangzhou', {}]);
    expect(id).toMatch(/^p-[0-9a-f]{16}$/);
    expect(requestId).toMatch(/^[0-9A-F-]{36}$/);
    const { body: elsewhere } = await caller().rpc(action('CreateParcel'), { Size: 'small', RegionId: 'cn-beijing' });
    expect(elsewhere['Region']).toBe('cn-beijing');
  });

  test.each([
    ['CreateParcel', {}, 400, 'MissingSize', 'Size is mandatory for this action.'],
    ['CreateParcel', { Size: '' }, 400, 'MissingSize', 'Size is mandatory for this action.'],
    ['CreateParcel', { Size: 'huge' }, 400, 'InvalidSize', 'The specified Size ("huge") is none of small, large.'],
    [
      'CreateParcel',
      { Size: 'small', Colour: 'red' },
      400,
      'UnsupportedParameter',
      'The parameter Colour is not supported by this action.',
    ],
    [
      'CreateParcel',
      { Size: 'small', 'Stamp.1.Kee': 'a' },
      400,
      'UnsupportedParameter',
      'The parameter Kee is not supported by this action.',
    ],
    [
      'DescribeParcel',
      { ParcelId: 'p-0' },
      404,
      'InvalidParcelId.NotFound',
      'The specified parcel (p-0) does not exist.',
    ],
    ['SendParcel', {}, 404, 'InvalidAction.NotFound', `Specified api is not found: Parcel ${VERSION} SendParcel.`],
  ])('[L3] %s %j is refused with %i %s', async (name, parameters: Record<string, string>, status, code, message) => {
    const client = caller();
    const answer = await client.rpc(action(name), parameters);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ Code: code, Message: message });
    expect(count(client)).toBe(0);
  });

  test('[L3] of another version is refused, which would be another API', async () => {
    const { status, body } = await caller().rpc(`${HOST} 2019-01-01 CreateParcel`, { Size: 'small' });
    expect([status, body['Code']]).toEqual([404, 'InvalidAction.NotFound']);
  });

  test('[L3] is read from the query, a form body or a JSON body alike', async () => {
    const { router } = caller();
    const send = async (query: Record<string, string>, type: string, body: string): Promise<number | string> => {
      const answer = await router.handle({
        method: 'POST',
        host: HOST,
        path: '/',
        query: new URLSearchParams(query),
        headers: { 'content-type': type, 'x-acs-action': 'CreateParcel', 'x-acs-version': VERSION },
        body: Buffer.from(body),
      });
      return answer === 'dropped' ? answer : answer.status;
    };
    expect(await send({}, 'application/x-www-form-urlencoded', 'Size=small&Stamp.1.Key=a')).toBe(200);
    expect(await send({}, 'application/json', JSON.stringify({ Size: 'small', Stamp: [{ Key: 'a' }] }))).toBe(200);
    expect(await send({ Size: 'small' }, '', '')).toBe(200);
    expect(await send({}, 'application/json', JSON.stringify({ Weight: 3 }))).toBe(400);
  });

  test('[L3] for a host that no product serves is answered as no endpoint', async () => {
    const { status, body } = await caller().rpc(`other.aliyuncs.com ${VERSION} CreateParcel`);
    expect([status, body['Code']]).toEqual([404, 'NoSuchEndpoint']);
  });

  test('[L3] that meets a defect of the double is told so, and no client retries it', async () => {
    const error = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    try {
      const { status, body } = await caller().rpc(action('BreakParcel'));
      expect([status, body['Code']]).toEqual([400, 'DoubleDefect']);
      expect(body['Message']).toContain('the double has a bug');
      expect(error).toHaveBeenCalledTimes(1);
    } finally {
      error.mockRestore();
    }
  });
});

describe('a call in the ROA style', () => {
  const shelves = 'POST /depots/d%201/shelves';

  test('[L3] finds its operation by method and path, and answers with its status and no request id', async () => {
    const client = caller();
    const { status, body } = await client.roa(ROA_HOST, shelves, { size: 'small' });
    expect(status).toBe(202);
    const [only] = parcels.in(client.cloud.store).all();
    expect(body).toEqual({ shelf: `d 1/${only?.id ?? 'none'}`, region: 'cn-hangzhou' });
  });

  test.each([
    [{}, 'MissingParameter', 'size is mandatory for this action.'],
    [{ size: null }, 'MissingParameter', 'size is mandatory for this action.'],
    [{ size: 'huge' }, 'InvalidParameter', 'The specified size ("huge") is none of small, large.'],
    [{ size: 'small', colour: 1 }, 'UnsupportedParameter', 'The parameter colour is not supported by this action.'],
  ])('[L3] %j is refused with %s', async (body, code, message) => {
    const client = caller();
    const answer = await client.roa(ROA_HOST, shelves, body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code, message });
    expect(count(client)).toBe(0);
  });

  test('[L3] may be answered with a list, each item in the wire names', async () => {
    const client = caller();
    await client.roa(ROA_HOST, shelves, { size: 'small' });
    const { body } = await client.roa(ROA_HOST, 'GET /depots/d1/shelves?page=1');
    const made = parcels.in(client.cloud.store).all();
    expect(made).toHaveLength(1);
    expect(body['items']).toEqual(made.map(({ id }) => ({ shelf: id })));
  });

  test('[L3] keeps the status of a refusal, and knows no method that a path does not have', async () => {
    const client = caller();
    const refused = await client.roa(ROA_HOST, 'DELETE /depots/d1');
    expect([refused.status, refused.body['code']]).toEqual([409, 'DepotIsOpen']);
    const unknown = await client.roa(ROA_HOST, 'PUT /depots/d1');
    expect([unknown.status, unknown.body['code']]).toEqual([404, 'InvalidAction.NotFound']);
  });
});

describe('a client token', () => {
  test('[L3] makes a repeated call answer as the first did, and do nothing again', async () => {
    const client = caller();
    const first = await client.rpc(action('CreateParcel'), { Size: 'small', ClientToken: 't', Weight: '1' });
    // The same parameters in another order are the same call.
    const again = await client.rpc(action('CreateParcel'), { Weight: '1', ClientToken: 't', Size: 'small' });
    expect(again).toEqual(first);
    expect(count(client)).toBe(1);
    await client.rpc(action('CreateParcel'), small('u'));
    expect(count(client)).toBe(2);
  });

  test('[L3] with other parameters is refused', async () => {
    const client = caller();
    await client.rpc(action('CreateParcel'), small('t'));
    const { status, body } = await client.rpc(action('CreateParcel'), small('t', { Weight: '2' }));
    expect([status, body['Code']]).toEqual([400, 'IdempotentParameterMismatch']);
    expect(count(client)).toBe(1);
  });

  test('[L3] of a refused call is free for the corrected one', async () => {
    const client = caller();
    expect((await client.rpc(action('CreateParcel'), { Size: 'huge', ClientToken: 't' })).status).toBe(400);
    expect((await client.rpc(action('CreateParcel'), small('t'))).status).toBe(200);
  });

  test('[L3] is forgotten after a day', async () => {
    const client = caller();
    await client.rpc(action('CreateParcel'), small('t'));
    client.now += 24 * 60 * 60 * 1000;
    await client.rpc(action('CreateParcel'), small('t'));
    expect(count(client)).toBe(1);
    client.now += 1;
    await client.rpc(action('CreateParcel'), small('t'));
    expect(count(client)).toBe(2);
  });

  test('[L3] counts in the ROA style by its own spelling', async () => {
    const client = caller();
    const body = { size: 'small', client_token: 't' };
    const first = await client.roa(ROA_HOST, 'POST /depots/d1/shelves', body);
    expect(await client.roa(ROA_HOST, 'POST /depots/d1/shelves', body)).toEqual(first);
    const elsewhere = await client.roa(ROA_HOST, 'POST /depots/d2/shelves', body);
    expect(elsewhere.body).toMatchObject({ code: 'IdempotentParameterMismatch' });
  });
});

describe('a planted fault', () => {
  test("[L3] throttles in the product's own words before anything is done", async () => {
    const client = caller();
    client.cloud.faults.plant({ type: 'throttle', action: 'CreateParcel' });
    const refused = await client.rpc(action('CreateParcel'), small('t'));
    expect([refused.status, refused.body['Code']]).toEqual([429, 'Throttling.Parcels']);
    expect(count(client)).toBe(0);
    expect((await client.rpc(action('CreateParcel'), small('t'))).status).toBe(200);
  });

  test('[L3] throttles with Throttling.User where a product has no code of its own', async () => {
    const client = caller();
    client.cloud.faults.plant({ type: 'throttle', action: 'CreateShelf' });
    const { status, body } = await client.roa(ROA_HOST, 'POST /depots/d1/shelves', { size: 'small' });
    expect([status, body['code']]).toEqual([400, 'Throttling.User']);
  });

  test('[L3] answers 503 before anything is done', async () => {
    const client = caller();
    client.cloud.faults.plant({ type: 'server-error' });
    const { status, body } = await client.rpc(action('CreateParcel'), small('t'));
    expect([status, body['Code']]).toEqual([503, 'ServiceUnavailable']);
    expect(count(client)).toBe(0);
  });

  test('[L3] drops the connection after all was done, so that the repeated call makes no second one', async () => {
    const client = caller();
    client.cloud.faults.plant({ type: 'drop', action: 'CreateParcel' });
    await expect(client.rpc(action('CreateParcel'), small('t'))).rejects.toThrow('dropped');
    expect(count(client)).toBe(1);
    const { body } = await client.rpc(action('CreateParcel'), small('t'));
    const [only] = parcels.in(client.cloud.store).all();
    expect([count(client), body['ParcelId']]).toEqual([1, only?.id]);
  });

  test('[L3] answers late by its delay, and rightly', async () => {
    const client = caller();
    client.cloud.faults.plant({ type: 'latency', action: 'CreateParcel', delayMs: 60 });
    const before = performance.now();
    const late = client.rpc(action('CreateParcel'), small('t'));
    expect(count(client)).toBe(0);
    expect((await late).status).toBe(200);
    // Timers may fire a millisecond early by the finer clock.
    expect(performance.now() - before).toBeGreaterThanOrEqual(58);
    expect(count(client)).toBe(1);
  });

  test('[L3] strikes as often as it says, after as many calls as it says, and only its action', async () => {
    const client = caller();
    client.cloud.faults.plant({ type: 'server-error', action: 'CreateParcel', after: 1, times: 2 });
    const statuses: number[] = [];
    for (const token of ['a', 'b', 'c', 'd']) {
      statuses.push((await client.rpc(action('CreateParcel'), small(token))).status);
      statuses.push((await client.rpc(action('DeleteParcel'), { ParcelId: 'p-0' })).status);
    }
    expect(statuses).toEqual([200, 404, 503, 404, 503, 404, 200, 404]);
    const struck = { type: 'server-error', action: 'CreateParcel' };
    expect(client.cloud.faults.struck()).toEqual([struck, struck]);
  });

  test('[L3] without an action strikes what changes something and never what only reads', async () => {
    const { faults } = new Cloud();
    faults.plant({ type: 'throttle', times: 100 });
    const reads = ['DescribeVpcs', 'GetRole', 'ListTagResources', 'QueryPrice', 'CheckName', 'HeadBucket'];
    const changes = ['CreateVpc', 'ModifyVpcAttribute', 'DeleteVpc', 'TagResources', 'PutBucket', 'UpgradeCluster'];
    expect([...reads, ...changes].filter((name) => faults.next(name) !== undefined)).toEqual(changes);
    expect(faults.struck().map(({ action: struck }) => struck)).toEqual(changes);

    const client = caller();
    client.cloud.faults.plant({ type: 'server-error' });
    expect((await client.rpc(action('DescribeParcel'), { ParcelId: 'p-0' })).status).toBe(404);
    expect((await client.rpc(action('CreateParcel'), small('t'))).status).toBe(503);
  });

  test('[L3] with an action strikes it though it only reads', async () => {
    const client = caller();
    client.cloud.faults.plant({ type: 'server-error', action: 'DescribeParcel' });
    expect((await client.rpc(action('DescribeParcel'), { ParcelId: 'p-0' })).status).toBe(503);
  });

  test('[L3] does not strike a call that no product knows', async () => {
    const client = caller();
    client.cloud.faults.plant({ type: 'server-error' });
    expect((await client.rpc(action('SendParcel'))).status).toBe(404);
    expect(client.cloud.faults.struck()).toEqual([]);
  });
});

describe('a noun that is stuck', () => {
  const statusOf = async (client: Caller, id: string): Promise<unknown> =>
    (await client.rpc(action('DescribeParcel'), { ParcelId: id })).body['Status'];

  const created = async (client: Caller): Promise<string> =>
    String((await client.rpc(action('CreateParcel'), { Size: 'small' })).body['ParcelId']);

  test('[L3] becomes ready in its time when it is not', async () => {
    const client = caller();
    const id = await created(client);
    expect(await statusOf(client, id)).toBe('Creating');
    client.now += 999;
    expect(await statusOf(client, id)).toBe('Creating');
    client.now += 1;
    expect(await statusOf(client, id)).toBe('Available');
  });

  test('[L3] stays Creating until it is unstuck, and is ready then', async () => {
    const client = caller();
    client.cloud.faults.stick(NOUN);
    const id = await created(client);
    client.now += 24 * 60 * 60 * 1000;
    expect(await statusOf(client, id)).toBe('Creating');
    client.cloud.faults.stick('label');
    client.cloud.faults.unstick(NOUN);
    expect(await statusOf(client, id)).toBe('Available');
  });
});

describe('the record of calls', () => {
  test('[L3] holds each call with its answer, refusal and fault, in order', async () => {
    const client = caller();
    client.cloud.faults.plant({ type: 'drop', action: 'DeleteParcel' });
    await client.rpc(action('CreateParcel'), { Size: 'huge' });
    await expect(client.rpc(action('DeleteParcel'), { ParcelId: 'p-0' })).rejects.toThrow('dropped');
    const { calls } = client.router.recorder;
    expect(calls).toEqual([
      {
        at: client.now,
        product: 'Parcel',
        action: 'CreateParcel',
        parameters: { Size: 'huge' },
        status: 400,
        code: 'InvalidSize',
      },
      {
        at: client.now,
        product: 'Parcel',
        action: 'DeleteParcel',
        parameters: { ParcelId: 'p-0' },
        status: 0,
        code: 'InvalidParcelId.NotFound',
        fault: 'drop',
      },
    ]);
  });

  test('[D3] masks secrets at any depth and in JSON text, and keeps the names of calls and pages', async () => {
    const secret = 'S3cret-value';
    const client = caller();
    await client.rpc(action('CreateParcel'), {
      Size: 'small',
      Password: secret,
      ClientToken: 't',
      NextToken: 'page-2',
      AccountPassword: secret,
      SecretData: secret,
      Notes: JSON.stringify({ a: [{ NewPassword: secret }] }),
      'Stamp.1.SecurityToken': secret,
    });
    await client.roa(ROA_HOST, 'POST /depots/d1/shelves', {
      size: 'small',
      login: { login_password: secret },
      client_token: 'u',
    });
    const [rpc, roa] = client.router.recorder.calls;
    expect(rpc?.parameters).toEqual({
      Size: 'small',
      Password: '(secret)',
      ClientToken: 't',
      NextToken: 'page-2',
      AccountPassword: '(secret)',
      SecretData: '(secret)',
      Notes: '{"a":[{"NewPassword":"(secret)"}]}',
      Stamp: [{ SecurityToken: '(secret)' }],
    });
    expect(roa?.parameters).toEqual({
      path: '/depots/d1/shelves',
      size: 'small',
      login: { login_password: '(secret)' },
      client_token: 'u',
    });
    expect(JSON.stringify(client.router.recorder.calls)).not.toContain(secret);
  });
});

test('[L3] products may be compared with the published API by their actions', () => {
  const actions = new Router(new Cloud(), [parcelRpc, depotRoa]).products.flatMap((product) => product.actions ?? []);
  expect(actions.map(({ name, required }) => [name, required])).toEqual([
    ['CreateParcel', ['size']],
    ['DescribeParcel', ['parcelId']],
    ['DeleteParcel', ['parcelId']],
    ['BreakParcel', []],
    ['CreateShelf', ['size']],
    ['ListShelves', []],
    ['CloseDepot', []],
  ]);
});
