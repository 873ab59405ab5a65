/**
 * Sts: who the caller is. No SDK package is installed for it; the models are written from the API reference of
 * Sts 2015-04-01.
 */
import { rpcAction, rpcProduct } from '../rpc';

class GetCallerIdentityRequest {
  /** The action takes nothing beyond what the gateway does; this is the one that the gateway passes on. */
  declare regionId?: string;

  static names(): Record<string, string> {
    return { regionId: 'RegionId' };
  }

  static types(): Record<string, unknown> {
    return { regionId: 'string' };
  }
}

class GetCallerIdentityResponseBody {
  declare accountId?: string;
  declare arn?: string;
  declare identityType?: string;
  declare principalId?: string;
  declare userId?: string;

  static names(): Record<string, string> {
    return {
      accountId: 'AccountId',
      arn: 'Arn',
      identityType: 'IdentityType',
      principalId: 'PrincipalId',
      userId: 'UserId',
    };
  }

  static types(): Record<string, unknown> {
    return { accountId: 'string', arn: 'string', identityType: 'string', principalId: 'string', userId: 'string' };
  }
}

const getCallerIdentity = rpcAction({
  name: 'GetCallerIdentity',
  request: GetCallerIdentityRequest,
  response: GetCallerIdentityResponseBody,
  handle: ({ cloud }) => ({
    accountId: cloud.accountId,
    arn: `acs:ram::${cloud.accountId}:root`,
    identityType: 'Account',
    principalId: cloud.accountId,
    userId: cloud.accountId,
  }),
});

export const sts = rpcProduct({
  name: 'Sts',
  version: '2015-04-01',
  hosts: /^sts[.-]/,
  actions: [getCallerIdentity],
});
