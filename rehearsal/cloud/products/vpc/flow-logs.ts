/** Flow logs: the record of a network's traffic, written to a log store. */
import { ActiveFlowLogRequest } from '@alicloud/vpc20160428/dist/models/ActiveFlowLogRequest';
import { ActiveFlowLogResponseBody } from '@alicloud/vpc20160428/dist/models/ActiveFlowLogResponseBody';
import { CreateFlowLogRequest } from '@alicloud/vpc20160428/dist/models/CreateFlowLogRequest';
import { CreateFlowLogResponseBody } from '@alicloud/vpc20160428/dist/models/CreateFlowLogResponseBody';
import { DeactiveFlowLogRequest } from '@alicloud/vpc20160428/dist/models/DeactiveFlowLogRequest';
import { DeactiveFlowLogResponseBody } from '@alicloud/vpc20160428/dist/models/DeactiveFlowLogResponseBody';
import { DeleteFlowLogRequest } from '@alicloud/vpc20160428/dist/models/DeleteFlowLogRequest';
import { DeleteFlowLogResponseBody } from '@alicloud/vpc20160428/dist/models/DeleteFlowLogResponseBody';
import { DescribeFlowLogsRequest } from '@alicloud/vpc20160428/dist/models/DescribeFlowLogsRequest';
import { DescribeFlowLogsResponseBody } from '@alicloud/vpc20160428/dist/models/DescribeFlowLogsResponseBody';
import { ModifyFlowLogAttributeRequest } from '@alicloud/vpc20160428/dist/models/ModifyFlowLogAttributeRequest';
import { ModifyFlowLogAttributeResponseBody } from '@alicloud/vpc20160428/dist/models/ModifyFlowLogAttributeResponseBody';
import { ApiError, notFound } from '../../api-error';
import type { Cloud } from '../../cloud';
import { page } from '../../paging';
import { DEFAULT_RESOURCE_GROUP } from '../../resource-group';
import { rpcAction } from '../../rpc';
import { Kind } from '../../store';
import type { Entity } from '../../store';
import { readTags, writeTags } from '../../tags';
import type { Tags } from '../../tags';
import { logProjectNamed, logStores, storeId } from '../sls';
import { checkName, vpcs } from './vpcs';
import { vswitches } from './vswitches';

export interface FlowLog extends Entity {
  readonly region: string;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly trafficType: string;
  readonly trafficPath: readonly string[];
  readonly projectName: string;
  readonly logStoreName: string;
  readonly resourceGroupId: string;
  readonly tags: Tags;
  readonly createdAt: string;
  name: string;
  description: string;
  /** Minutes. */
  aggregationInterval: number;
  ipVersion: string;
  active: boolean;
}

export const flowLogs = new Kind<FlowLog>({
  noun: 'flow log',
  terraform: { type: 'alicloud_vpc_flow_log' },
  removal: (log) => `aliyun vpc DeleteFlowLog --RegionId ${log.region} --FlowLogId ${log.id}`,
});

/** @throws ApiError `InvalidFlowLogId.NotFound` */
export const flowLogOf = (cloud: Cloud, id: string | undefined): FlowLog =>
  flowLogs.in(cloud.store).get(id, (missing) => notFound('InvalidFlowLogId.NotFound', 'flow log', missing));

const INTERVALS = [1, 5, 10] as const;
const USUAL_INTERVAL = 10;
const IP_VERSIONS = ['IPv4', 'DualStack'];

function checkedInterval(minutes: number | undefined): number {
  const interval = minutes ?? USUAL_INTERVAL;
  if (!INTERVALS.some((allowed) => allowed === interval)) {
    throw new ApiError(
      'InvalidAggregationInterval',
      `The specified AggregationInterval (${String(interval)}) is none of ${INTERVALS.join(', ')} minutes.`,
    );
  }
  return interval;
}

function checkResource(cloud: Cloud, type: string, id: string): void {
  const exists =
    (type === 'VPC' && vpcs.in(cloud.store).find(id) !== undefined) ||
    (type === 'VSwitch' && vswitches.in(cloud.store).find(id) !== undefined);
  if (!exists) throw notFound('InvalidResourceId.NotFound', type, id);
}

/** @throws ApiError `ProjectNotExist`, `InvalidLogStore.NotFound`: a log is written from its first minute on */
function requireLogStore(cloud: Cloud, project: string, store: string): void {
  logProjectNamed(cloud, project);
  if (logStores.in(cloud.store).find(storeId(project, store)) === undefined) {
    throw notFound('InvalidLogStore.NotFound', `log store of ${project}`, store);
  }
}

const createFlowLog = rpcAction({
  name: 'CreateFlowLog',
  request: CreateFlowLogRequest,
  response: CreateFlowLogResponseBody,
  required: ['regionId', 'resourceId', 'resourceType', 'trafficType'],
  oneOf: {
    resourceType: ['NetworkInterface', 'VSwitch', 'VPC'],
    trafficType: ['All', 'Allow', 'Drop'],
    ipVersion: IP_VERSIONS,
  },
  handle: ({ request, cloud, region }) => {
    const all = flowLogs.in(cloud.store);
    const { resourceType = '', resourceId = '', projectName = '', logStoreName = '', trafficType = '' } = request;
    const aggregationInterval = checkedInterval(request.aggregationInterval);
    checkResource(cloud, resourceType, resourceId);
    requireLogStore(cloud, projectName, logStoreName);
    if (all.where((log) => log.resourceId === resourceId && log.trafficType === trafficType).length > 0) {
      throw new ApiError('FlowLogAlreadyExist', `${resourceId} has a flow log of ${trafficType} traffic already.`);
    }
    const log = all.insert({
      id: cloud.newId('fl-bp1'),
      uses: [],
      readyAt: cloud.readyAt('flow log'),
      region,
      resourceType,
      resourceId,
      trafficType,
      trafficPath: request.trafficPath ?? ['all'],
      projectName,
      logStoreName,
      resourceGroupId: request.resourceGroupId ?? DEFAULT_RESOURCE_GROUP,
      tags: readTags(request.tag),
      createdAt: cloud.timestamp(),
      name: checkName('FlowLogName', request.flowLogName),
      description: checkName('Description', request.description, 256),
      aggregationInterval,
      ipVersion: request.ipVersion ?? 'IPv4',
      active: true,
    });
    return { flowLogId: log.id, resourceGroupId: log.resourceGroupId, success: 'true' };
  },
});

function statusOf(cloud: Cloud, log: FlowLog): string {
  if (!cloud.isReady('flow log', log)) return 'Activating';
  return log.active ? 'Active' : 'Inactive';
}

const describeFlowLogs = rpcAction({
  name: 'DescribeFlowLogs',
  request: DescribeFlowLogsRequest,
  response: DescribeFlowLogsResponseBody,
  required: ['regionId'],
  handle: ({ request, cloud }) => {
    const found = flowLogs
      .in(cloud.store)
      .where(
        (log) =>
          (request.flowLogId ?? log.id) === log.id &&
          (request.resourceId ?? log.resourceId) === log.resourceId &&
          (request.projectName ?? log.projectName) === log.projectName,
      );
    const { items, pageNumber, pageSize, totalCount } = page(found, request);
    return {
      success: 'true',
      pageNumber: String(pageNumber),
      pageSize: String(pageSize),
      totalCount: String(totalCount),
      flowLogs: {
        flowLog: items.map((log) => ({
          flowLogId: log.id,
          flowLogName: log.name,
          description: log.description,
          regionId: log.region,
          resourceType: log.resourceType,
          resourceId: log.resourceId,
          trafficType: log.trafficType,
          trafficPath: { trafficPathList: [...log.trafficPath] },
          projectName: log.projectName,
          logStoreName: log.logStoreName,
          resourceGroupId: log.resourceGroupId,
          aggregationInterval: log.aggregationInterval,
          ipVersion: log.ipVersion,
          creationTime: log.createdAt,
          businessStatus: 'Normal',
          status: statusOf(cloud, log),
          tags: { tag: writeTags(log.tags) },
        })),
      },
    };
  },
});

/** @throws ApiError `IncorrectStatus.flowlog` */
function requireSettled(cloud: Cloud, log: FlowLog): void {
  if (!cloud.isReady('flow log', log)) {
    throw new ApiError('IncorrectStatus.flowlog', `The flow log (${log.id}) is Activating.`);
  }
}

const modifyFlowLogAttribute = rpcAction({
  name: 'ModifyFlowLogAttribute',
  request: ModifyFlowLogAttributeRequest,
  response: ModifyFlowLogAttributeResponseBody,
  required: ['flowLogId', 'regionId'],
  oneOf: { ipVersion: IP_VERSIONS },
  handle: ({ request, cloud }) => {
    const log = flowLogOf(cloud, request.flowLogId);
    requireSettled(cloud, log);
    if (request.flowLogName !== undefined) log.name = checkName('FlowLogName', request.flowLogName);
    if (request.description !== undefined) log.description = checkName('Description', request.description, 256);
    if (request.aggregationInterval !== undefined) {
      log.aggregationInterval = checkedInterval(request.aggregationInterval);
    }
    log.ipVersion = request.ipVersion ?? log.ipVersion;
    return { success: 'true' };
  },
});

const activeFlowLog = rpcAction({
  name: 'ActiveFlowLog',
  request: ActiveFlowLogRequest,
  response: ActiveFlowLogResponseBody,
  required: ['flowLogId', 'regionId'],
  handle: ({ request, cloud }) => {
    flowLogOf(cloud, request.flowLogId).active = true;
    return { success: 'true' };
  },
});

const deactiveFlowLog = rpcAction({
  name: 'DeactiveFlowLog',
  request: DeactiveFlowLogRequest,
  response: DeactiveFlowLogResponseBody,
  required: ['flowLogId', 'regionId'],
  handle: ({ request, cloud }) => {
    flowLogOf(cloud, request.flowLogId).active = false;
    return { success: 'true' };
  },
});

const deleteFlowLog = rpcAction({
  name: 'DeleteFlowLog',
  request: DeleteFlowLogRequest,
  response: DeleteFlowLogResponseBody,
  required: ['flowLogId', 'regionId'],
  handle: ({ request, cloud }) => {
    const log = flowLogOf(cloud, request.flowLogId);
    requireSettled(cloud, log);
    flowLogs.in(cloud.store).remove(log.id);
    return { success: 'true' };
  },
});

export const flowLogActions = [
  createFlowLog,
  describeFlowLogs,
  modifyFlowLogAttribute,
  activeFlowLog,
  deactiveFlowLog,
  deleteFlowLog,
];
