/** Aliases: other names of keys. */
import {
  CreateAliasRequest,
  CreateAliasResponse,
  DeleteAliasRequest,
  DeleteAliasResponse,
  ListAliasesRequest,
  ListAliasesResponse,
  UpdateAliasRequest,
  UpdateAliasResponse,
} from '@alicloud/kms20160120';
import { ApiError, notFound } from '../../api-error';
import type { Cloud } from '../../cloud';
import { rpcAction } from '../../rpc';
import { Kind } from '../../store';
import type { Entity } from '../../store';
import { keyWithId } from './keys';

interface Alias extends Entity {
  /** With its `alias/`. */
  readonly id: string;
  keyId: string;
}

export const aliases = new Kind<Alias>({
  noun: 'KMS alias',
  terraform: { type: 'alicloud_kms_alias' },
  removal: (alias) => `aliyun kms DeleteAlias --AliasName ${alias.id}`,
});

function aliasNamed(cloud: Cloud, name: string | undefined): Alias {
  return aliases.in(cloud.store).get(name, (unknown) => notFound('Forbidden.AliasNotFound', 'Alias', unknown));
}

export const aliasActions = [
  rpcAction({
    name: 'CreateAlias',
    request: CreateAliasRequest,
    response: CreateAliasResponse,
    required: ['keyId', 'aliasName'],
    handle: ({ request, cloud }) => {
      const { aliasName = '' } = request;
      if (!/^alias\/(?!acs\/)[\w/-]{1,255}$/.test(aliasName)) {
        throw new ApiError(
          'InvalidParameter',
          `AliasName (${aliasName}) is not alias/ and 1 to 255 letters, digits, _, - and /.`,
        );
      }
      if (aliases.in(cloud.store).find(aliasName) !== undefined) {
        throw new ApiError('Rejected.AlreadyExists', `The alias (${aliasName}) already exists.`, 409);
      }
      const key = keyWithId(cloud, request.keyId);
      aliases.in(cloud.store).insert({ id: aliasName, uses: [], readyAt: cloud.now(), keyId: key.id });
      return {};
    },
  }),
  rpcAction({
    name: 'UpdateAlias',
    request: UpdateAliasRequest,
    response: UpdateAliasResponse,
    required: ['keyId', 'aliasName'],
    handle: ({ request, cloud }) => {
      aliasNamed(cloud, request.aliasName).keyId = keyWithId(cloud, request.keyId).id;
      return {};
    },
  }),
  rpcAction({
    name: 'DeleteAlias',
    request: DeleteAliasRequest,
    response: DeleteAliasResponse,
    required: ['aliasName'],
    handle: ({ request, cloud }) => {
      aliases.in(cloud.store).remove(aliasNamed(cloud, request.aliasName).id);
      return {};
    },
  }),
  rpcAction({
    name: 'ListAliases',
    request: ListAliasesRequest,
    response: ListAliasesResponse,
    handle: ({ request, cloud, region }) => {
      const { pageNumber = 1, pageSize = 10 } = request;
      const all = aliases.in(cloud.store).all();
      return {
        pageNumber,
        pageSize,
        totalCount: all.length,
        aliases: {
          alias: all.slice((pageNumber - 1) * pageSize, pageNumber * pageSize).map(({ id, keyId }) => ({
            aliasName: id,
            keyId,
            aliasArn: `acs:kms:${region}:${cloud.accountId}:${id}`,
          })),
        },
      };
    },
  }),
];
