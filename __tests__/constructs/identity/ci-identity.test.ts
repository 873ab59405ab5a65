import { ImsOidcProvider } from '@cdktf/provider-alicloud/lib/ims-oidc-provider';
import { RamPolicy } from '@cdktf/provider-alicloud/lib/ram-policy';
import { RamRole } from '@cdktf/provider-alicloud/lib/ram-role';
import { RamRolePolicyAttachment } from '@cdktf/provider-alicloud/lib/ram-role-policy-attachment';
import type { CiIdentityProps } from '../../../constructs/identity/ci-identity';
import { CiIdentity } from '../../../constructs/identity/ci-identity';
import type { PermissionScope } from '../../../constructs/identity/ci-permissions';
import { ciPermissions } from '../../../constructs/identity/ci-permissions';
import { synthesize } from '../../synthesize';

const scope: PermissionScope = {
  accountId: '1234567890123456',
  region: 'cn-hangzhou',
  stateBucket: 'acme-gateway-state',
  statePrefix: 'prod',
  lockInstance: 'acme-locks',
  lockTable: 'terraform_locks',
  registryInstanceId: 'cri-abc123',
  registryNamespace: 'acme',
  logProject: 'acme-prod-logs',
  workloadPrefix: 'prod-gateway-',
};
const props: CiIdentityProps = {
  name: 'ci-prod',
  issuer: 'https://token.actions.githubusercontent.com',
  audience: 'sts.aliyuncs.com',
  subjects: ['repo:acme/gateway:environment:prod'],
  fingerprints: ['6938fd4d98bab03faadb97b34396831e3780aea1'],
  scope,
};
const statements = Object.values(ciPermissions(scope)).flat();

describe('CiIdentity', () => {
  test('[N6] is a provider, a role, and a policy with its attachment for each table', () => {
    const stack = synthesize((parent) => new CiIdentity(parent, 'ci', props));
    expect(stack.count()).toEqual({
      alicloud_ims_oidc_provider: 1,
      alicloud_ram_role: 1,
      alicloud_ram_policy: 5,
      alicloud_ram_role_policy_attachment: 5,
    });
    expect(stack.only(ImsOidcProvider)).toMatchObject({
      oidc_provider_name: 'ci-prod',
      issuer_url: props.issuer,
      client_ids: ['sts.aliyuncs.com'],
      fingerprints: props.fingerprints,
    });
    expect(stack.every(RamPolicy).map((policy) => policy['policy_name'])).toEqual(
      ['cluster', 'data', 'delivery', 'foundation', 'network'].map((name) => `ci-prod-${name}`),
    );
    expect(stack.every(RamRolePolicyAttachment).map((attachment) => attachment['policy_type'])).toEqual(
      Array(5).fill('Custom'),
    );
    expect(new Set(stack.every(RamRolePolicyAttachment).map((attachment) => attachment['policy_name'])).size).toBe(5);
  });

  test('[N6] trusts one issuer, one audience and exact subjects, by equality alone', () => {
    const stack = synthesize((parent) => new CiIdentity(parent, 'ci', props));
    const role = stack.only(RamRole);
    expect(role).toMatchObject({ role_name: 'ci-prod', max_session_duration: 10_800 });
    expect(JSON.parse(String(role['assume_role_policy_document']))).toEqual({
      Version: '1',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: {
            Federated: [`\${alicloud_ims_oidc_provider.${Object.keys(stack.byId(ImsOidcProvider))[0] ?? ''}.arn}`],
          },
          Condition: {
            StringEquals: { 'oidc:iss': [props.issuer], 'oidc:aud': [props.audience], 'oidc:sub': [...props.subjects] },
          },
        },
      ],
    });
  });

  test('[N6] allows no action by a wildcard, names none twice, and says why where nothing narrower is possible', () => {
    for (const { actions, resources } of statements) {
      expect(actions.filter((action) => !/^[a-z]+:[A-Z][A-Za-z]+$/.test(action))).toEqual([]);
      expect(new Set(actions).size).toBe(actions.length);
      if ('unscoped' in resources) {
        expect(resources.unscoped.length).toBeGreaterThan(10);
      } else {
        expect(resources.filter((resource) => !resource.includes(`:${scope.accountId}:`))).toEqual([]);
      }
    }
  });

  test('[N6] cannot change its own rights, nor hand a workload one of the cloud’s ready-made policies', () => {
    const ram = statements.filter(({ actions }) => actions.some((action) => action.startsWith('ram:')));
    const reached = ram.flatMap(({ resources }) => ('unscoped' in resources ? ['*'] : resources));
    expect(new Set(reached)).toEqual(
      new Set(['acs:ram::1234567890123456:role/prod-gateway-*', 'acs:ram::1234567890123456:policy/prod-gateway-*']),
    );
    const products = new Set(statements.flatMap(({ actions }) => actions.map((action) => action.split(':')[0])));
    expect(products.has('ims')).toBe(false);
    expect(products.has('sts')).toBe(false);
  });

  test('[N6] reaches its own folder of the state and no other', () => {
    const objects = statements.find(({ actions }) => actions.includes('oss:PutObject'));
    expect(objects?.resources).toEqual(['acs:oss:*:1234567890123456:acme-gateway-state/prod/*']);
  });

  test('[N6] writes policies that RAM takes', () => {
    const stack = synthesize((parent) => new CiIdentity(parent, 'ci', props));
    for (const policy of stack.every(RamPolicy)) {
      const document = String(policy['policy_document']);
      expect(Buffer.byteLength(document)).toBeLessThanOrEqual(6_144);
      expect(JSON.parse(document)).toMatchObject({ Version: '1' });
    }
  });

  test.each<[Partial<CiIdentityProps>, RegExp]>([
    [
      { subjects: ['repo:acme/*'] },
      /subjects \(repo:acme\/\*\) must be exact: a wildcard lets in whoever can make a branch/,
    ],
    [{ subjects: [] }, /subjects is empty, so nobody could deploy/],
    [{ issuer: 'http://issuer' }, /issuer \(http:\/\/issuer\) must be an https:\/\/ address/],
    [{ audience: '' }, /audience is empty/],
    [{ fingerprints: [] }, /fingerprints has 0 and must have 1 to 5/],
    [{ fingerprints: ['69:38'] }, /fingerprints \(69:38\) must be SHA-1: 40 hex digits/],
    [{ name: 'ci_prod' }, /name \(ci_prod\) must be 1 to 64 letters/],
    [
      { name: 'prod-gateway-ci' },
      /starts with scope.workloadPrefix \(prod-gateway-\), so CI could change its own rights/,
    ],
    [{ sessionSeconds: 900 }, /sessionSeconds \(900\) must be a whole number from 3600 to 43200/],
    [
      { permissions: { x: [{ actions: ['ecs:Describe*'], resources: ['acs:ecs:*:1:*'] }] } },
      /permissions.x allows ecs:Describe\*; name each action/,
    ],
    [{ permissions: { x: [{ actions: ['*'], resources: ['acs:ecs:*:1:*'] }] } }, /permissions.x allows \*/],
    [{ permissions: { x: [{ actions: [], resources: ['acs:ecs:*:1:*'] }] } }, /permissions.x allows nothing/],
    [
      { permissions: { x: [{ actions: ['ecs:RunInstances'], resources: ['*'] }] } },
      /permissions.x reaches \*; name resources as acs:/,
    ],
    [
      {
        permissions: {
          x: [{ actions: Array.from({ length: 600 }, () => 'ecs:RunInstances'), resources: ['acs:ecs:*:1:*'] }],
        },
      },
      /permissions.x has \d+ bytes and RAM takes 6144; make two policies of it/,
    ],
  ])('[N6] refuses %j and says the way out', (fault, message) => {
    expect(() => synthesize((parent) => new CiIdentity(parent, 'ci', { ...props, ...fault }))).toThrow(message);
  });
});
