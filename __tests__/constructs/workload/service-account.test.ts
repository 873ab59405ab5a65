import { ServiceAccountV1 } from '@cdktf/provider-kubernetes/lib/service-account-v1';
import { GatewayServiceAccount } from '../../../constructs/workload/service-account';
import { synthesizeWorkload } from './building';

describe('GatewayServiceAccount', () => {
  const build = (roleArn?: string) =>
    synthesizeWorkload(
      (scope) =>
        new GatewayServiceAccount(scope, 'account', {
          namespace: 'ns',
          name: 'gateway',
          ...(roleArn === undefined ? {} : { roleArn }),
        }),
    );

  test('[K3] takes a role of the cloud, and none of the cluster', () => {
    const stack = build('acs:ram::1000000000000001:role/workload-dev-gateway');
    expect(stack.only(ServiceAccountV1)).toMatchObject({
      automount_service_account_token: false,
      metadata: {
        annotations: { 'ack.alibabacloud.com/role-arn': 'acs:ram::1000000000000001:role/workload-dev-gateway' },
      },
    });
    expect(stack.count()).toEqual({ kubernetes_service_account_v1: 1 });
  });

  test('[K3] takes no role where somebody else reads the secrets, and refuses what is no role', () => {
    expect(build().only(ServiceAccountV1).metadata).not.toHaveProperty('annotations');
    expect(() => build('workload-dev-gateway')).toThrow(/roleArn \(workload-dev-gateway\) must be an ARN/);
  });
});
