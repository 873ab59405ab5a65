import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Double } from '../../cloud/double';
import { requestOf, RPC_VERSIONS, runRemoval } from '../../drills/removal';

const sent = (command: string) => {
  const { method, host, path, query, body } = requestOf(command, 'cn-hangzhou');
  return { method, host, path, query: Object.fromEntries(query), body: body.toString() };
};

describe('a removal command', () => {
  test('[L3] of an RPC product is a call of that action, in the version that the tool would add', () => {
    expect(sent('aliyun vpc DeleteVpc --RegionId cn-beijing --VpcId vpc-1')).toEqual({
      method: 'POST',
      host: 'vpc.cn-hangzhou.aliyuncs.com',
      path: '/',
      query: { Action: 'DeleteVpc', Version: '2016-04-28', RegionId: 'cn-beijing', VpcId: 'vpc-1' },
      body: '',
    });
  });

  test('[L3] of Container Service is a call of that path, with a quoted body held together', () => {
    expect(sent(`aliyun cs POST /clusters/c1/components/uninstall --body '[{"name":"a b"}]'`)).toEqual({
      method: 'POST',
      host: 'cs.cn-hangzhou.aliyuncs.com',
      path: '/clusters/c1/components/uninstall',
      query: {},
      body: '[{"name":"a b"}]',
    });
  });

  test('[L3] of Log Service goes to the host of the project', () => {
    expect(sent('aliyun sls DeleteLogStore --project p1 --logstore audit')).toMatchObject({
      method: 'DELETE',
      host: 'p1.cn-hangzhou.log.aliyuncs.com',
      path: '/logstores/audit',
    });
  });

  test.each([
    'rm -rf /',
    'tool vpc DeleteVpc --VpcId vpc-1',
    'aliyun',
    'aliyun nosuch DeleteThing --Id 1',
    'aliyun sls DeleteMachine --project p1',
  ])('[L3] of no known form is refused, with the way out: %s', (command) => {
    expect(() => requestOf(command, 'cn-hangzhou')).toThrow(/no drill knows how to run .* drills\/removal\.ts/);
  });

  test.each(Object.keys(RPC_VERSIONS))('[L3] of %s reaches its product, with or without a region', async (product) => {
    const directory = mkdtempSync(join(tmpdir(), 'removal-'));
    const double = await Double.start({ directory });
    try {
      // An action that no product has: only the product itself can say so.
      await expect(runRemoval(`aliyun ${product} DeleteNothing --Name n`, double, 'cn-hangzhou')).rejects.toThrow(
        /InvalidAction\.NotFound/,
      );
    } finally {
      await double.stop();
      rmSync(directory, { recursive: true });
    }
  });
});
