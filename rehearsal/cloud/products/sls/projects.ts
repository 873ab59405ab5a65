/** Log projects: what log stores are kept in. A project's name is a host name, so it is unique among all accounts. */
import { ChangeResourceGroupRequest } from '@alicloud/sls20201230/dist/models/ChangeResourceGroupRequest';
import { CreateProjectRequest } from '@alicloud/sls20201230/dist/models/CreateProjectRequest';
import { DeleteProjectRequest } from '@alicloud/sls20201230/dist/models/DeleteProjectRequest';
import { Project } from '@alicloud/sls20201230/dist/models/Project';
import { UpdateProjectRequest } from '@alicloud/sls20201230/dist/models/UpdateProjectRequest';
import { ApiError, notFound } from '../../api-error';
import type { Cloud } from '../../cloud';
import { Empty, roaOperation } from '../../roa';
import { Kind } from '../../store';
import type { Entity } from '../../store';
import type { WireRequest } from '../../wire';
import { logIndexes, logStores } from './log-stores';

export interface LogProject extends Entity {
  /** Its name. */
  readonly id: string;
  readonly region: string;
  readonly createdAt: number;
  readonly redundancy: string;
  readonly tags: Map<string, string>;
  description: string;
  resourceGroupId: string;
  /** The policy document as it was sent; empty for none. */
  policy: string;
  updatedAt: number;
}

export const logProjects = new Kind<LogProject>({
  noun: 'log project',
  terraform: { type: 'alicloud_log_project' },
  removal: (project) => `aliyun sls DeleteProject --project ${project.id}`,
});

/** `<project>.<region>.log.aliyuncs.com`, or without a project. */
const HOST = /^(?:([a-z0-9-]+)\.)?([a-z]{2}-[a-z]+(?:-\d+)?)\.log\.aliyuncs\.com$/;

const regionOf = (wire: WireRequest): string => HOST.exec(wire.host)?.[2] ?? 'cn-hangzhou';

/** @throws ApiError `ProjectNotExist` */
export function logProjectNamed(cloud: Cloud, name: string | undefined): LogProject {
  return logProjects.in(cloud.store).get(name, (unknown) => notFound('ProjectNotExist', 'Project', unknown));
}

/** The project that the host names. @throws ApiError `ProjectNotExist` */
export function projectOf(cloud: Cloud, wire: WireRequest): LogProject {
  return logProjectNamed(cloud, HOST.exec(wire.host)?.[1]);
}

/** SLS writes instants so, in Beijing's own clock or not; only its form matters to a client. */
const written = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');

export const projectOperations = [
  roaOperation({
    name: 'CreateProject',
    method: 'POST',
    path: '/',
    request: CreateProjectRequest,
    // The reference calls the description required, and the service takes a project without one.
    required: ['projectName'],
    oneOf: { dataRedundancyType: ['LRS', 'ZRS'] },
    handle: ({ request, cloud, wire }) => {
      const { projectName = '', description = '' } = request;
      const all = logProjects.in(cloud.store);
      if (!/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(projectName)) {
        throw new ApiError(
          'ParameterInvalid',
          `projectName (${projectName}) is not 3 to 63 of a-z, 0-9 and inner hyphens.`,
        );
      }
      if (/[<>'"\\]/.test(description) || description.length > 64) {
        throw new ApiError(
          'ParameterInvalid',
          `description (${description}) has one of <>'"\\, or more than 64 characters.`,
        );
      }
      if (all.find(projectName) !== undefined) {
        throw new ApiError('ProjectAlreadyExist', `Project ${projectName} already exists.`);
      }
      if (all.all().length >= cloud.quotas.logProjects) {
        throw new ApiError('ProjectQuotaExceed', `The account has ${cloud.quotas.logProjects} projects, its most.`);
      }
      all.insert({
        id: projectName,
        uses: [],
        readyAt: cloud.now(),
        region: regionOf(wire),
        createdAt: cloud.now(),
        redundancy: request.dataRedundancyType ?? 'LRS',
        tags: new Map(),
        description,
        resourceGroupId: request.resourceGroupId ?? `rg-${cloud.accountId}`,
        policy: '',
        updatedAt: cloud.now(),
      });
      return {};
    },
  }),
  roaOperation({
    name: 'GetProject',
    method: 'GET',
    path: '/',
    request: Empty,
    response: Project,
    handle: ({ cloud, wire }) => {
      const project = projectOf(cloud, wire);
      return {
        projectName: project.id,
        description: project.description,
        region: project.region,
        owner: cloud.accountId,
        status: 'Normal',
        resourceGroupId: project.resourceGroupId,
        dataRedundancyType: project.redundancy,
        createTime: written(project.createdAt),
        lastModifyTime: written(project.updatedAt),
      };
    },
  }),
  roaOperation({
    name: 'UpdateProject',
    method: 'PUT',
    path: '/',
    request: UpdateProjectRequest,
    // Not required, whatever the reference says: an empty description takes it away.
    handle: ({ request, cloud, wire }) => {
      const project = projectOf(cloud, wire);
      project.description = request.description ?? project.description;
      project.updatedAt = cloud.now();
      return {};
    },
  }),
  roaOperation({
    name: 'DeleteProject',
    method: 'DELETE',
    path: '/',
    request: DeleteProjectRequest,
    handle: ({ cloud, wire }) => {
      const project = projectOf(cloud, wire);
      // With everything in it: the service asks no further.
      for (const kind of [logStores.in(cloud.store), logIndexes.in(cloud.store)]) {
        for (const { id } of kind.where(({ project: owner }) => owner === project.id)) kind.remove(id);
      }
      logProjects.in(cloud.store).remove(project.id);
      return {};
    },
  }),
  roaOperation({
    name: 'ChangeResourceGroup',
    method: 'PUT',
    path: '/resourcegroup',
    request: ChangeResourceGroupRequest,
    required: ['resourceGroupId', 'resourceId'],
    handle: ({ request, cloud }) => {
      const project = logProjectNamed(cloud, request.resourceId);
      project.resourceGroupId = request.resourceGroupId ?? project.resourceGroupId;
      return {};
    },
  }),
];
