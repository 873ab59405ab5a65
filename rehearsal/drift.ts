/** Changes one thing in the double as someone at the console would: by the API, without Terraform. */
import type { Double } from './cloud/double';

export interface Changed {
  /** Its Terraform type. */
  readonly type: string;
  readonly id: string;
}

export async function changeBehindItsBack(double: Double, region: string): Promise<Changed> {
  const vpc = double.cloud.store.inventory().find(({ noun }) => noun === 'VPC');
  if (vpc?.terraform === undefined) throw new Error('there is no VPC to change behind its back');
  const answer = await double.router.handle({
    method: 'POST',
    host: `vpc.${region}.aliyuncs.com`,
    path: '/',
    query: new URLSearchParams({
      Action: 'ModifyVpcAttribute',
      Version: '2016-04-28',
      RegionId: region,
      VpcId: vpc.id,
      Description: 'changed at the console',
    }),
    headers: {},
    body: Buffer.alloc(0),
  });
  if (answer === 'dropped' || answer.status !== 200) throw new Error(`the VPC ${vpc.id} could not be changed`);
  return { type: vpc.terraform.type, id: vpc.id };
}
