import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Double } from '../../cloud/double';
import { vpcs } from '../../cloud/products/vpc';
import { changeBehindItsBack } from '../../drift';

const REGION = 'cn-hangzhou';

let directory: string;
let double: Double;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'drift-'));
  double = await Double.start({ directory, provisioningMs: 0 });
});

afterEach(async () => {
  await double.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function createVpc(): Promise<void> {
  await double.router.handle({
    method: 'POST',
    host: `vpc.${REGION}.aliyuncs.com`,
    path: '/',
    query: new URLSearchParams({
      Action: 'CreateVpc',
      Version: '2016-04-28',
      RegionId: REGION,
      CidrBlock: '10.0.0.0/16',
      Description: 'as declared',
    }),
    headers: {},
    body: Buffer.alloc(0),
  });
}

describe('a change behind the back of Terraform', () => {
  test('[L3] is made by the API to a thing that exists, and says which', async () => {
    await createVpc();
    const changed = await changeBehindItsBack(double, REGION);
    const [vpc] = vpcs.in(double.cloud.store).all();
    expect(changed).toEqual({ type: 'alicloud_vpc', id: vpc?.id });
    expect(vpc?.description).toBe('changed at the console');
  });

  test('[L3] fails where there is nothing to change, or the change was refused', async () => {
    await expect(changeBehindItsBack(double, REGION)).rejects.toThrow('there is no VPC to change behind its back');
    await createVpc();
    double.cloud.faults.plant({ type: 'throttle', action: 'ModifyVpcAttribute' });
    await expect(changeBehindItsBack(double, REGION)).rejects.toThrow(/the VPC vpc-\S+ could not be changed/);
  });
});
