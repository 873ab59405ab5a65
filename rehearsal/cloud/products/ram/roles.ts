/** RAM roles: who may take them on, and for how long. */
import { CreateRoleRequest } from '@alicloud/ram20150501/dist/models/CreateRoleRequest';
import { CreateRoleResponseBody } from '@alicloud/ram20150501/dist/models/CreateRoleResponseBody';
import { DeleteRoleRequest } from '@alicloud/ram20150501/dist/models/DeleteRoleRequest';
import { DeleteRoleResponseBody } from '@alicloud/ram20150501/dist/models/DeleteRoleResponseBody';
import { GetRoleRequest } from '@alicloud/ram20150501/dist/models/GetRoleRequest';
import { GetRoleResponseBody } from '@alicloud/ram20150501/dist/models/GetRoleResponseBody';
import { UpdateRoleRequest } from '@alicloud/ram20150501/dist/models/UpdateRoleRequest';
import { UpdateRoleResponseBody } from '@alicloud/ram20150501/dist/models/UpdateRoleResponseBody';
import { ApiError, notFound } from '../../api-error';
import type { Cloud } from '../../cloud';
import { rpcAction } from '../../rpc';
import { Kind } from '../../store';
import type { Entity } from '../../store';
import { checkedDocument } from './documents';

export interface Role extends Entity {
  /** {@link roleId} of its name: a policy may have the same name. */
  readonly id: string;
  readonly roleName: string;
  /** Digits that the cloud gives; a role made anew under an old name has others. */
  readonly roleId: string;
  readonly createdAt: number;
  readonly tags: Map<string, string>;
  trust: string;
  description: string;
  /** Seconds. */
  maxSessionDuration: number;
  updatedAt: number;
}

export const roles = new Kind<Role>({
  noun: 'RAM role',
  terraform: { type: 'alicloud_ram_role', importId: (role) => role.roleName },
  removal: (role) => `aliyun ram DeleteRole --RoleName ${role.roleName}`,
});

export const roleId = (name: string): string => `role/${name}`;

/** @throws ApiError `EntityNotExist.Role` */
export function roleNamed(cloud: Cloud, name: string | undefined): Role {
  return roles.in(cloud.store).get(roleId(name ?? ''), () => notFound('EntityNotExist.Role', 'role', name ?? ''));
}

/** Lower case, as RAM writes it whatever the name's case. */
export const arnOf = (cloud: Cloud, role: Role): string =>
  `acs:ram::${cloud.accountId}:role/${role.roleName.toLowerCase()}`;

const SESSION = { least: 3600, most: 43_200, usual: 3600 } as const;

function checkedSession(parameter: string, seconds: number | undefined, usual: number): number {
  const duration = seconds ?? usual;
  if (duration < SESSION.least || duration > SESSION.most) {
    throw new ApiError(
      `InvalidParameter.${parameter}`,
      `The parameter - "${parameter}" (${duration}) is not from ${SESSION.least} to ${SESSION.most}.`,
    );
  }
  return duration;
}

export interface NewRole {
  readonly roleName: string;
  readonly trust: string;
  readonly description?: string | undefined;
  readonly maxSessionDuration?: number | undefined;
  readonly tags?: Iterable<readonly [string, string]>;
  /** What the cloud makes it for. @default a user made it */
  readonly ownedBy?: string;
}

/** @throws ApiError `EntityAlreadyExists.Role`, `LimitExceeded.Role` */
export function addRole(cloud: Cloud, role: NewRole): Role {
  const all = roles.in(cloud.store);
  if (all.find(roleId(role.roleName)) !== undefined) {
    throw new ApiError('EntityAlreadyExists.Role', `The role (${role.roleName}) already exists.`, 409);
  }
  if (all.all().length >= cloud.quotas.roles) {
    throw new ApiError('LimitExceeded.Role', `The number of roles is beyond ${cloud.quotas.roles}.`, 409);
  }
  return all.insert({
    id: roleId(role.roleName),
    uses: [],
    readyAt: cloud.now(),
    roleName: role.roleName,
    roleId: `3${String(parseInt(cloud.newId('').slice(0, 12), 16))
      .padStart(17, '0')
      .slice(-17)}`,
    createdAt: cloud.now(),
    updatedAt: cloud.now(),
    tags: new Map(role.tags ?? []),
    trust: role.trust,
    description: role.description ?? '',
    maxSessionDuration: role.maxSessionDuration ?? SESSION.usual,
    ...(role.ownedBy !== undefined && { ownedBy: role.ownedBy }),
  });
}

const described = (cloud: Cloud, role: Role) => ({
  arn: arnOf(cloud, role),
  assumeRolePolicyDocument: role.trust,
  createDate: cloud.timestamp(role.createdAt),
  description: role.description,
  maxSessionDuration: role.maxSessionDuration,
  roleId: role.roleId,
  roleName: role.roleName,
});

export const roleActions = [
  rpcAction({
    name: 'CreateRole',
    request: CreateRoleRequest,
    response: CreateRoleResponseBody,
    handle: ({ request, cloud }) => {
      const { roleName = '' } = request;
      if (!/^[A-Za-z0-9.-]{1,64}$/.test(roleName)) {
        throw new ApiError(
          'InvalidParameter.RoleName.InvalidChars',
          `The parameter - "RoleName" (${roleName}) is not 1 to 64 letters, digits, "." and "-".`,
        );
      }
      const role = addRole(cloud, {
        roleName,
        trust: checkedDocument('AssumeRolePolicyDocument', request.assumeRolePolicyDocument),
        description: request.description,
        maxSessionDuration: checkedSession('MaxSessionDuration', request.maxSessionDuration, SESSION.usual),
        tags: (request.tag ?? []).map(({ key = '', value = '' }) => [key, value] as const),
      });
      return { role: described(cloud, role) };
    },
  }),
  rpcAction({
    name: 'GetRole',
    request: GetRoleRequest,
    response: GetRoleResponseBody,
    handle: ({ request, cloud }) => {
      const role = roleNamed(cloud, request.roleName);
      return { role: { ...described(cloud, role), updateDate: cloud.timestamp(role.updatedAt) } };
    },
  }),
  rpcAction({
    name: 'UpdateRole',
    request: UpdateRoleRequest,
    response: UpdateRoleResponseBody,
    handle: ({ request, cloud }) => {
      const role = roleNamed(cloud, request.roleName);
      const { newAssumeRolePolicyDocument, newDescription, newMaxSessionDuration } = request;
      const seconds = checkedSession('NewMaxSessionDuration', newMaxSessionDuration, role.maxSessionDuration);
      if (newAssumeRolePolicyDocument !== undefined) {
        role.trust = checkedDocument('AssumeRolePolicyDocument', newAssumeRolePolicyDocument);
      }
      role.maxSessionDuration = seconds;
      role.description = newDescription ?? role.description;
      role.updatedAt = cloud.now();
      return { role: { ...described(cloud, role), updateDate: cloud.timestamp(role.updatedAt) } };
    },
  }),
  rpcAction({
    name: 'DeleteRole',
    request: DeleteRoleRequest,
    response: DeleteRoleResponseBody,
    handle: ({ request, cloud }) => {
      const role = roleNamed(cloud, request.roleName);
      const users = cloud.store.usersOf(role.id);
      if (users.length > 0) {
        throw new ApiError(
          'DeleteConflict.Role.Policy',
          `The role (${role.roleName}) cannot be deleted: ${users.join(', ')} still use it.`,
          409,
        );
      }
      roles.in(cloud.store).remove(role.id);
      return {};
    },
  }),
];
