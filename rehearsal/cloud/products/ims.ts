/** IMS: identity providers, by whose tokens a pipeline or a pod proves who it is instead of holding a key. */
import { AddFingerprintToOIDCProviderRequest } from '@alicloud/ims20190815/dist/models/AddFingerprintToOidcproviderRequest';
import { AddFingerprintToOIDCProviderResponseBody } from '@alicloud/ims20190815/dist/models/AddFingerprintToOidcproviderResponseBody';
import { CreateOIDCProviderRequest } from '@alicloud/ims20190815/dist/models/CreateOidcproviderRequest';
import { CreateOIDCProviderResponseBody } from '@alicloud/ims20190815/dist/models/CreateOidcproviderResponseBody';
import { DeleteOIDCProviderRequest } from '@alicloud/ims20190815/dist/models/DeleteOidcproviderRequest';
import { DeleteOIDCProviderResponseBody } from '@alicloud/ims20190815/dist/models/DeleteOidcproviderResponseBody';
import { GetOIDCProviderRequest } from '@alicloud/ims20190815/dist/models/GetOidcproviderRequest';
import { GetOIDCProviderResponseBody } from '@alicloud/ims20190815/dist/models/GetOidcproviderResponseBody';
import { RemoveFingerprintFromOIDCProviderRequest } from '@alicloud/ims20190815/dist/models/RemoveFingerprintFromOidcproviderRequest';
import { RemoveFingerprintFromOIDCProviderResponseBody } from '@alicloud/ims20190815/dist/models/RemoveFingerprintFromOidcproviderResponseBody';
import { UpdateOIDCProviderRequest } from '@alicloud/ims20190815/dist/models/UpdateOidcproviderRequest';
import { UpdateOIDCProviderResponseBody } from '@alicloud/ims20190815/dist/models/UpdateOidcproviderResponseBody';
import { ApiError, notFound } from '../api-error';
import type { Cloud } from '../cloud';
import { rpcAction, rpcProduct } from '../rpc';
import { Kind } from '../store';
import type { Entity } from '../store';

interface OidcProvider extends Entity {
  /** Its name, which is unique in the account. */
  readonly id: string;
  readonly issuerUrl: string;
  readonly createdAt: number;
  description: string;
  clientIds: readonly string[];
  fingerprints: readonly string[];
  /** Hours. */
  issuanceLimitTime: number;
  updatedAt: number;
}

export const oidcProviders = new Kind<OidcProvider>({
  noun: 'OIDC provider',
  terraform: { type: 'alicloud_ims_oidc_provider' },
  removal: (provider) => `aliyun ims DeleteOIDCProvider --OIDCProviderName ${provider.id}`,
});

/** Bounds from the reference of `CreateOIDCProvider`. */
const MOST = { clientIds: 50, fingerprints: 5, issuanceHours: 168 } as const;
const USUAL_ISSUANCE_HOURS = 12;

export const oidcProviderArn = (cloud: Cloud, name: string): string =>
  `acs:ram::${cloud.accountId}:oidc-provider/${name}`;

function providerNamed(cloud: Cloud, name: string | undefined): OidcProvider {
  return oidcProviders
    .in(cloud.store)
    .get(name, (unknown) => notFound('EntityNotExist.OIDCProvider', 'OIDC provider', unknown));
}

const listOf = (text: string | undefined): string[] => (text ?? '').split(',').filter((item) => item !== '');

function checkIssuance(hours: number | undefined): void {
  if (hours === undefined || (hours >= 1 && hours <= MOST.issuanceHours)) return;
  throw new ApiError(
    'InvalidParameter.IssuanceLimitTime',
    `The parameter - "IssuanceLimitTime" (${hours}) is not from 1 to ${MOST.issuanceHours}.`,
  );
}

function checkCount(noun: 'clientIds' | 'fingerprints', items: readonly string[]): void {
  if (items.length <= MOST[noun]) return;
  throw new ApiError(
    noun === 'clientIds' ? 'LimitExceeded.OIDCProvider.ClientId' : 'LimitExceeded.OIDCProvider.Fingerprint',
    `An OIDC provider has at most ${MOST[noun]} ${noun}; ${items.length} were given.`,
    409,
  );
}

export interface NewOidcProvider {
  readonly name: string;
  readonly issuerUrl: string;
  readonly description?: string | undefined;
  readonly clientIds: readonly string[];
  readonly fingerprints?: readonly string[];
  readonly issuanceLimitTime?: number | undefined;
  /** What the cloud makes it for. @default a user made it */
  readonly ownedBy?: string;
}

/** @throws ApiError when the name or the issuer is taken already */
export function addOidcProvider(cloud: Cloud, provider: NewOidcProvider): OidcProvider {
  const all = oidcProviders.in(cloud.store);
  if (all.find(provider.name) !== undefined) {
    throw new ApiError('EntityAlreadyExists.OIDCProvider', `The OIDC provider (${provider.name}) already exists.`, 409);
  }
  if (all.where(({ issuerUrl }) => issuerUrl === provider.issuerUrl).length > 0) {
    throw new ApiError(
      'EntityAlreadyExists.OIDCProvider.IssuerUrl',
      `An OIDC provider for the issuer (${provider.issuerUrl}) already exists.`,
      409,
    );
  }
  return all.insert({
    id: provider.name,
    uses: [],
    readyAt: cloud.now(),
    issuerUrl: provider.issuerUrl,
    createdAt: cloud.now(),
    updatedAt: cloud.now(),
    description: provider.description ?? '',
    clientIds: provider.clientIds,
    fingerprints: provider.fingerprints ?? [],
    issuanceLimitTime: provider.issuanceLimitTime ?? USUAL_ISSUANCE_HOURS,
    ...(provider.ownedBy !== undefined && { ownedBy: provider.ownedBy }),
  });
}

const described = (cloud: Cloud, provider: OidcProvider) => ({
  OIDCProvider: {
    arn: oidcProviderArn(cloud, provider.id),
    clientIds: provider.clientIds.join(','),
    createDate: cloud.timestamp(provider.createdAt),
    description: provider.description,
    fingerprints: provider.fingerprints.join(','),
    gmtCreate: String(provider.createdAt),
    gmtModified: String(provider.updatedAt),
    issuanceLimitTime: provider.issuanceLimitTime,
    issuerUrl: provider.issuerUrl,
    OIDCProviderName: provider.id,
    updateDate: cloud.timestamp(provider.updatedAt),
  },
});

export const ims = rpcProduct({
  name: 'Ims',
  version: '2019-08-15',
  hosts: /^ims\.aliyuncs\.com$/,
  actions: [
    rpcAction({
      name: 'CreateOIDCProvider',
      request: CreateOIDCProviderRequest,
      response: CreateOIDCProviderResponseBody,
      handle: ({ request, cloud }) => {
        const { OIDCProviderName: name = '', issuerUrl = '', issuanceLimitTime } = request;
        if (!/^[A-Za-z0-9]([\w.-]{0,126}[A-Za-z0-9])?$/.test(name)) {
          throw new ApiError(
            'InvalidParameter.OIDCProviderName.InvalidChars',
            `The parameter - "OIDCProviderName" (${name}) is not 1 to 128 letters, digits, ".", "-" and "_".`,
          );
        }
        if (!/^https:\/\/[^?#@\s]{1,247}$/.test(issuerUrl)) {
          throw new ApiError(
            'InvalidParameter.IssuerUrl',
            `The parameter - "IssuerUrl" (${issuerUrl}) is no https address without query, fragment and user.`,
          );
        }
        checkIssuance(issuanceLimitTime);
        const clientIds = listOf(request.clientIds);
        const fingerprints = listOf(request.fingerprints);
        checkCount('clientIds', clientIds);
        checkCount('fingerprints', fingerprints);
        const { description } = request;
        return described(
          cloud,
          addOidcProvider(cloud, { name, issuerUrl, description, clientIds, fingerprints, issuanceLimitTime }),
        );
      },
    }),
    rpcAction({
      name: 'GetOIDCProvider',
      request: GetOIDCProviderRequest,
      response: GetOIDCProviderResponseBody,
      handle: ({ request, cloud }) => described(cloud, providerNamed(cloud, request.OIDCProviderName)),
    }),
    rpcAction({
      name: 'UpdateOIDCProvider',
      request: UpdateOIDCProviderRequest,
      response: UpdateOIDCProviderResponseBody,
      handle: ({ request, cloud }) => {
        const provider = providerNamed(cloud, request.OIDCProviderName);
        const clientIds = request.clientIds === undefined ? provider.clientIds : listOf(request.clientIds);
        checkIssuance(request.issuanceLimitTime);
        checkCount('clientIds', clientIds);
        provider.clientIds = clientIds;
        provider.description = request.newDescription ?? provider.description;
        provider.issuanceLimitTime = request.issuanceLimitTime ?? provider.issuanceLimitTime;
        provider.updatedAt = cloud.now();
        return described(cloud, provider);
      },
    }),
    rpcAction({
      name: 'AddFingerprintToOIDCProvider',
      request: AddFingerprintToOIDCProviderRequest,
      response: AddFingerprintToOIDCProviderResponseBody,
      handle: ({ request, cloud }) => {
        const provider = providerNamed(cloud, request.OIDCProviderName);
        const fingerprints = [...new Set([...provider.fingerprints, ...listOf(request.fingerprint)])];
        checkCount('fingerprints', fingerprints);
        provider.fingerprints = fingerprints;
        return described(cloud, provider);
      },
    }),
    rpcAction({
      name: 'RemoveFingerprintFromOIDCProvider',
      request: RemoveFingerprintFromOIDCProviderRequest,
      response: RemoveFingerprintFromOIDCProviderResponseBody,
      handle: ({ request, cloud }) => {
        const provider = providerNamed(cloud, request.OIDCProviderName);
        const { fingerprint = '' } = request;
        if (!provider.fingerprints.includes(fingerprint)) {
          throw notFound('EntityNotExist.OIDCProvider.Fingerprint', 'fingerprint', fingerprint);
        }
        provider.fingerprints = provider.fingerprints.filter((known) => known !== fingerprint);
        return described(cloud, provider);
      },
    }),
    rpcAction({
      name: 'DeleteOIDCProvider',
      request: DeleteOIDCProviderRequest,
      response: DeleteOIDCProviderResponseBody,
      handle: ({ request, cloud }) => {
        oidcProviders.in(cloud.store).remove(providerNamed(cloud, request.OIDCProviderName).id);
        return {};
      },
    }),
  ],
});
