/** Namespaces of a registry instance. */
import { ApiError, inUse, notFound } from '../../api-error';
import type { Cloud } from '../../cloud';
import { defineModel } from '../../define-model';
import { rpcAction } from '../../rpc';
import { Kind } from '../../store';
import type { Entity } from '../../store';
import { checkedName, checkInstance, DONE, Done, VISIBILITY } from './instance';

interface Namespace extends Entity {
  /** `instance:name`, by which Terraform imports it. */
  readonly id: string;
  readonly instanceId: string;
  readonly name: string;
  readonly namespaceId: string;
  /** A push to a repository that is not there makes it. */
  autoCreate: boolean;
  visibility: string;
}

export const registryNamespaces = new Kind<Namespace>({
  noun: 'registry namespace',
  terraform: { type: 'alicloud_cr_ee_namespace' },
  removal: ({ instanceId, name }) => `aliyun cr DeleteNamespace --InstanceId ${instanceId} --NamespaceName ${name}`,
});

const namespaceId = (instance: string, name: string): string => `${instance}:${name}`;

/** @throws ApiError `NAMESPACE_NOT_EXIST` */
export function namespaceOf(cloud: Cloud, instanceId: string | undefined, name: string | undefined): Namespace {
  const id = namespaceId(checkInstance(instanceId), name ?? '');
  return registryNamespaces.in(cloud.store).get(id, () => notFound('NAMESPACE_NOT_EXIST', 'namespace', name ?? ''));
}

export const namespaceActions = [
  rpcAction({
    name: 'CreateNamespace',
    request: defineModel({
      InstanceId: 'string',
      NamespaceName: 'string',
      AutoCreateRepo: 'boolean',
      DefaultRepoType: 'string',
    }),
    response: Done,
    required: ['instanceId', 'namespaceName'],
    oneOf: { defaultRepoType: VISIBILITY },
    handle: ({ request, cloud }) => {
      const instanceId = checkInstance(request.instanceId);
      const name = checkedName('NAMESPACE_NAME', request.namespaceName, 2, 120);
      const all = registryNamespaces.in(cloud.store);
      if (all.find(namespaceId(instanceId, name)) !== undefined) {
        throw new ApiError('NAMESPACE_ALREADY_EXIST', `The namespace (${name}) exists in ${instanceId} already.`, 409);
      }
      all.insert({
        id: namespaceId(instanceId, name),
        uses: [],
        readyAt: cloud.now(),
        instanceId,
        name,
        namespaceId: cloud.newId('crn-'),
        autoCreate: request.autoCreateRepo ?? true,
        visibility: request.defaultRepoType ?? 'PRIVATE',
      });
      return DONE;
    },
  }),
  rpcAction({
    name: 'GetNamespace',
    request: defineModel({ InstanceId: 'string', NamespaceName: 'string', NamespaceId: 'string' }),
    response: defineModel({
      IsSuccess: 'boolean',
      Code: 'string',
      InstanceId: 'string',
      NamespaceId: 'string',
      NamespaceName: 'string',
      NamespaceStatus: 'string',
      AutoCreateRepo: 'boolean',
      DefaultRepoType: 'string',
    }),
    required: ['instanceId'],
    handle: ({ request, cloud }) => {
      const namespace = namespaceOf(cloud, request.instanceId, request.namespaceName);
      return {
        ...DONE,
        instanceId: namespace.instanceId,
        namespaceId: namespace.namespaceId,
        namespaceName: namespace.name,
        namespaceStatus: 'NORMAL',
        autoCreateRepo: namespace.autoCreate,
        defaultRepoType: namespace.visibility,
      };
    },
  }),
  rpcAction({
    name: 'UpdateNamespace',
    request: defineModel({
      InstanceId: 'string',
      NamespaceName: 'string',
      AutoCreateRepo: 'boolean',
      DefaultRepoType: 'string',
    }),
    response: Done,
    required: ['instanceId', 'namespaceName'],
    oneOf: { defaultRepoType: VISIBILITY },
    handle: ({ request, cloud }) => {
      const namespace = namespaceOf(cloud, request.instanceId, request.namespaceName);
      namespace.autoCreate = request.autoCreateRepo ?? namespace.autoCreate;
      namespace.visibility = request.defaultRepoType ?? namespace.visibility;
      return DONE;
    },
  }),
  rpcAction({
    name: 'DeleteNamespace',
    request: defineModel({ InstanceId: 'string', NamespaceName: 'string' }),
    response: Done,
    required: ['instanceId', 'namespaceName'],
    handle: ({ request, cloud }) => {
      const namespace = namespaceOf(cloud, request.instanceId, request.namespaceName);
      const users = cloud.store.usersOf(namespace.id);
      if (users.length > 0) throw inUse('NAMESPACE_NOT_EMPTY', 'namespace', namespace.name, users);
      registryNamespaces.in(cloud.store).remove(namespace.id);
      return DONE;
    },
  }),
];
