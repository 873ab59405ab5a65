/** Who may do what in which cluster: Kubernetes roles, granted to RAM users and roles by their id. */
import { DescribeUserPermissionResponseBody } from '@alicloud/cs20151215/dist/models/DescribeUserPermissionResponse';
import { UpdateUserPermissionsRequest } from '@alicloud/cs20151215/dist/models/UpdateUserPermissionsRequest';
import { ApiError } from '../../api-error';
import type { Cloud } from '../../cloud';
import { Empty, roaOperation } from '../../roa';
import { Kind } from '../../store';
import type { Entity } from '../../store';
import { clusterOf } from './clusters';
import { belongsToCluster } from './members';

interface Grant extends Entity {
  readonly uid: string;
  /** Empty for a role in every cluster. */
  readonly clusterId: string;
  /** Empty for the whole cluster. */
  readonly namespace: string;
  readonly roleName: string;
  readonly roleType: string;
  readonly isCustom: boolean;
  readonly isRamRole: boolean;
}

export const grants = belongsToCluster(
  new Kind<Grant>({
    noun: 'cluster permission',
    // One resource holds all grants of one identity.
    terraform: { type: 'alicloud_cs_kubernetes_permissions', importId: ({ uid }) => uid },
    removal: ({ uid, clusterId }) => `aliyun cs DELETE /cluster/${clusterId}/user/${uid}/permissions`,
  }),
);

const ROLE_TYPES = ['cluster', 'namespace', 'all-clusters'] as const;
const ROLES = ['admin', 'admin-view', 'ops', 'dev', 'restricted'] as const;
const MODES = ['apply', 'delete', 'patch'] as const;

type Wanted = Omit<Grant, keyof Entity>;

function checked(cloud: Cloud, wanted: Wanted): Wanted {
  const invalid = (message: string): ApiError => new ApiError('InvalidParameter', message);
  if (!ROLE_TYPES.some((type) => type === wanted.roleType)) {
    throw invalid(`role_type (${wanted.roleType}) is none of ${ROLE_TYPES.join(', ')}.`);
  }
  if (!wanted.isCustom && !ROLES.some((role) => role === wanted.roleName)) {
    throw invalid(`role_name (${wanted.roleName}) is none of ${ROLES.join(', ')}, and is_custom is not set.`);
  }
  if (wanted.roleType === 'namespace' && wanted.namespace === '') {
    throw invalid('namespace is needed where role_type is namespace.');
  }
  if (wanted.roleType !== 'all-clusters') clusterOf(cloud, wanted.clusterId);
  return wanted;
}

const idOf = ({ uid, clusterId, namespace, roleName }: Wanted): string =>
  [uid, clusterId, namespace, roleName].join(' ');

export const permissionOperations = [
  roaOperation({
    name: 'DescribeUserPermission',
    method: 'GET',
    path: '/permissions/users/{uid}',
    request: Empty,
    response: DescribeUserPermissionResponseBody,
    handle: ({ cloud, path }) =>
      grants
        .in(cloud.store)
        .where(({ uid }) => uid === path('uid'))
        .map(({ clusterId, namespace, roleName, roleType, isRamRole }) => ({
          resourceId: namespace === '' ? clusterId : `${clusterId}/${namespace}`,
          resourceType: namespace === '' ? 'cluster' : 'namespace',
          roleName,
          roleType,
          isOwner: 0,
          isRamRole: isRamRole ? 1 : 0,
        })),
  }),
  roaOperation({
    name: 'UpdateUserPermissions',
    method: 'POST',
    path: '/permissions/users/{uid}/update',
    request: UpdateUserPermissionsRequest,
    response: Empty,
    oneOf: { mode: MODES },
    handle: ({ request, cloud, path }) => {
      const uid = path('uid');
      if (!/^\d+$/.test(uid)) throw new ApiError('InvalidParameter', `The user id (${uid}) is not one.`);
      const all = grants.in(cloud.store);
      const wanted = (request.body ?? []).map((grant) =>
        checked(cloud, {
          uid,
          clusterId: grant.cluster ?? '',
          namespace: grant.namespace ?? '',
          roleName: grant.roleName ?? '',
          roleType: grant.roleType ?? '',
          isCustom: grant.isCustom ?? false,
          isRamRole: grant.isRamRole ?? false,
        }),
      );
      // `apply` is the whole truth about the user; the others change what there is.
      if (request.mode === undefined || request.mode === 'apply') {
        for (const grant of all.where((known) => known.uid === uid)) all.remove(grant.id);
      }
      for (const grant of wanted) all.remove(idOf(grant));
      if (request.mode !== 'delete') {
        for (const grant of wanted) all.insert({ id: idOf(grant), uses: [], readyAt: cloud.now(), ...grant });
      }
      return {};
    },
  }),
];
