/** Repositories of a registry instance, each in a namespace. */
import { ApiError, notFound } from '../../api-error';
import type { Cloud } from '../../cloud';
import { defineModel } from '../../define-model';
import { rpcAction } from '../../rpc';
import { Kind } from '../../store';
import type { Entity } from '../../store';
import { checkedName, checkInstance, DONE, Done, VISIBILITY } from './instance';
import { namespaceOf } from './namespaces';

interface Repository extends Entity {
  /** `instance:namespace:name`. */
  readonly id: string;
  readonly instanceId: string;
  readonly namespace: string;
  readonly name: string;
  readonly repoId: string;
  readonly createdAt: number;
  visibility: string;
  summary: string;
  detail: string;
  tagImmutability: boolean;
  modifiedAt: number;
}

export const registryRepositories = new Kind<Repository>({
  noun: 'registry repository',
  terraform: { type: 'alicloud_cr_ee_repo' },
  removal: ({ instanceId, repoId }) => `aliyun cr DeleteRepository --InstanceId ${instanceId} --RepoId ${repoId}`,
});

const MOST = { summary: 100, detail: 9000 } as const;

function repositoryOf(
  cloud: Cloud,
  wanted: {
    readonly instanceId?: string | undefined;
    readonly repoId?: string | undefined;
    readonly repoNamespaceName?: string | undefined;
    readonly repoName?: string | undefined;
  },
): Repository {
  const instanceId = checkInstance(wanted.instanceId);
  const [found] = registryRepositories
    .in(cloud.store)
    .where(
      (repository) =>
        repository.instanceId === instanceId &&
        (wanted.repoId === undefined
          ? repository.namespace === wanted.repoNamespaceName && repository.name === wanted.repoName
          : repository.repoId === wanted.repoId),
    );
  if (found === undefined) throw notFound('REPO_NOT_EXIST', 'repository', wanted.repoId ?? wanted.repoName ?? '');
  return found;
}

function checkTexts({
  summary = '',
  detail = '',
}: {
  summary?: string | undefined;
  detail?: string | undefined;
}): void {
  if (summary === '' || summary.length > MOST.summary) {
    throw new ApiError('INVALID_REPO_SUMMARY', `The summary is not 1 to ${MOST.summary} characters.`);
  }
  if (detail.length > MOST.detail) {
    throw new ApiError('INVALID_REPO_DETAIL', `The detail is longer than ${MOST.detail} characters.`);
  }
}

export const repositoryActions = [
  rpcAction({
    name: 'CreateRepository',
    request: defineModel({
      InstanceId: 'string',
      RepoNamespaceName: 'string',
      RepoName: 'string',
      RepoType: 'string',
      Summary: 'string',
      Detail: 'string',
      TagImmutability: 'boolean',
    }),
    response: defineModel({ IsSuccess: 'boolean', Code: 'string', RepoId: 'string' }),
    required: ['instanceId', 'repoName', 'repoNamespaceName', 'repoType', 'summary'],
    oneOf: { repoType: VISIBILITY },
    handle: ({ request, cloud }) => {
      const namespace = namespaceOf(cloud, request.instanceId, request.repoNamespaceName);
      const name = checkedName('REPO_NAME', request.repoName, 2, 64);
      checkTexts(request);
      const id = `${namespace.id}:${name}`;
      const all = registryRepositories.in(cloud.store);
      if (all.find(id) !== undefined) {
        throw new ApiError('REPO_ALREADY_EXIST', `The repository (${name}) exists in ${namespace.name} already.`, 409);
      }
      const { repoId } = all.insert({
        id,
        uses: [namespace.id],
        readyAt: cloud.now(),
        instanceId: namespace.instanceId,
        namespace: namespace.name,
        name,
        repoId: cloud.newId('crr-'),
        createdAt: cloud.now(),
        modifiedAt: cloud.now(),
        visibility: request.repoType ?? namespace.visibility,
        summary: request.summary ?? '',
        detail: request.detail ?? '',
        tagImmutability: request.tagImmutability ?? false,
      });
      return { ...DONE, repoId };
    },
  }),
  rpcAction({
    name: 'GetRepository',
    request: defineModel({
      InstanceId: 'string',
      RepoId: 'string',
      RepoNamespaceName: 'string',
      RepoName: 'string',
    }),
    response: defineModel({
      IsSuccess: 'boolean',
      Code: 'string',
      InstanceId: 'string',
      RepoId: 'string',
      RepoNamespaceName: 'string',
      RepoName: 'string',
      RepoStatus: 'string',
      RepoType: 'string',
      RepoBuildType: 'string',
      Summary: 'string',
      Detail: 'string',
      TagImmutability: 'boolean',
      CreateTime: 'number',
      ModifiedTime: 'number',
    }),
    required: ['instanceId'],
    handle: ({ request, cloud }) => {
      const repository = repositoryOf(cloud, request);
      return {
        ...DONE,
        instanceId: repository.instanceId,
        repoId: repository.repoId,
        repoNamespaceName: repository.namespace,
        repoName: repository.name,
        repoStatus: 'NORMAL',
        repoType: repository.visibility,
        repoBuildType: 'MANUAL',
        summary: repository.summary,
        detail: repository.detail,
        tagImmutability: repository.tagImmutability,
        createTime: repository.createdAt,
        modifiedTime: repository.modifiedAt,
      };
    },
  }),
  rpcAction({
    name: 'UpdateRepository',
    request: defineModel({
      InstanceId: 'string',
      RepoId: 'string',
      RepoType: 'string',
      Summary: 'string',
      Detail: 'string',
      TagImmutability: 'boolean',
    }),
    response: Done,
    required: ['instanceId', 'repoId'],
    oneOf: { repoType: VISIBILITY },
    handle: ({ request, cloud }) => {
      const repository = repositoryOf(cloud, request);
      const { summary = repository.summary, detail = repository.detail } = request;
      checkTexts({ summary, detail });
      repository.summary = summary;
      repository.detail = detail;
      repository.visibility = request.repoType ?? repository.visibility;
      repository.tagImmutability = request.tagImmutability ?? repository.tagImmutability;
      repository.modifiedAt = cloud.now();
      return DONE;
    },
  }),
  rpcAction({
    name: 'DeleteRepository',
    request: defineModel({ InstanceId: 'string', RepoId: 'string' }),
    response: Done,
    required: ['instanceId', 'repoId'],
    handle: ({ request, cloud }) => {
      registryRepositories.in(cloud.store).remove(repositoryOf(cloud, request).id);
      return DONE;
    },
  }),
];
