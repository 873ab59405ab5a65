/** Who reaches an instance: lists of addresses, and security groups. */
import { DescribeDBInstanceIPArrayListRequest } from '@alicloud/rds20140815/dist/models/DescribeDbinstanceIparrayListRequest';
import { DescribeDBInstanceIPArrayListResponseBody } from '@alicloud/rds20140815/dist/models/DescribeDbinstanceIparrayListResponseBody';
import { DescribeInstanceLinkedWhitelistTemplateRequest } from '@alicloud/rds20140815/dist/models/DescribeInstanceLinkedWhitelistTemplateRequest';
import { DescribeInstanceLinkedWhitelistTemplateResponseBody } from '@alicloud/rds20140815/dist/models/DescribeInstanceLinkedWhitelistTemplateResponseBody';
import { DescribeSecurityGroupConfigurationRequest } from '@alicloud/rds20140815/dist/models/DescribeSecurityGroupConfigurationRequest';
import { DescribeSecurityGroupConfigurationResponseBody } from '@alicloud/rds20140815/dist/models/DescribeSecurityGroupConfigurationResponseBody';
import { ModifySecurityGroupConfigurationRequest } from '@alicloud/rds20140815/dist/models/ModifySecurityGroupConfigurationRequest';
import { ModifySecurityGroupConfigurationResponseBody } from '@alicloud/rds20140815/dist/models/ModifySecurityGroupConfigurationResponseBody';
import { ModifySecurityIpsRequest } from '@alicloud/rds20140815/dist/models/ModifySecurityIpsRequest';
import { ModifySecurityIpsResponseBody } from '@alicloud/rds20140815/dist/models/ModifySecurityIpsResponseBody';
import { ApiError } from '../../api-error';
import { parseCidr } from '../../cidr';
import type { Cloud } from '../../cloud';
import { rpcAction } from '../../rpc';
import { securityGroupOf } from '../ecs';
import { dbInstanceOf, runningInstance } from './db-instances';
import type { DbInstance } from './db-instances';

/** Addresses and blocks that a list may have. */
const MOST_ADDRESSES = 1000;

/**
 * Reads a list of addresses and blocks with commas between.
 * @throws ApiError `<code>.Format`, `<code>.Duplicate`, `<code>.QuotaExceeded`
 */
export function ipList(text: string, code: string): readonly string[] {
  const list = text.split(',').filter((entry) => entry !== '');
  for (const entry of list) parseCidr(entry.includes('/') ? entry : `${entry}/32`, `${code}.Format`);
  const repeated = list.find((entry, index) => list.indexOf(entry) < index);
  if (repeated !== undefined) {
    throw new ApiError(`${code}.Duplicate`, `Specified security IP list has ${repeated} twice.`);
  }
  if (list.length > MOST_ADDRESSES) {
    throw new ApiError(
      `${code}.QuotaExceeded`,
      `Specified security IP list has ${String(list.length)} entries, and may have ${String(MOST_ADDRESSES)}.`,
    );
  }
  return list;
}

/** Security groups that an instance may have. */
const MOST_GROUPS = 10;

/**
 * Reads the security groups of a request; `Empty` is none.
 * @throws ApiError
 */
function groupsOf(cloud: Cloud, vpcId: string, text: string): readonly string[] {
  const ids = text === 'Empty' ? [] : text.split(',');
  if (ids.length > MOST_GROUPS) {
    throw new ApiError(
      'SecurityGroupQuotaExceeded',
      `An instance may have ${String(MOST_GROUPS)} security groups, not ${String(ids.length)}.`,
    );
  }
  for (const id of ids) {
    const group = securityGroupOf(cloud, id);
    if (group.vpcId !== vpcId) {
      throw new ApiError('InvalidSecurityGroupId.Mismatch', `The security group (${id}) is not in ${vpcId}.`);
    }
  }
  return ids;
}

function groupRelations(instance: DbInstance) {
  return instance.securityGroupIds.map((securityGroupId) => ({
    securityGroupId,
    regionId: instance.region,
    networkType: 'vpc',
  }));
}

const describeDBInstanceIPArrayList = rpcAction({
  name: 'DescribeDBInstanceIPArrayList',
  request: DescribeDBInstanceIPArrayListRequest,
  response: DescribeDBInstanceIPArrayListResponseBody,
  required: ['DBInstanceId'],
  handle: ({ request, cloud }) => ({
    items: {
      DBInstanceIPArray: [...dbInstanceOf(cloud, request.DBInstanceId).allowLists].map(([name, list]) => ({
        DBInstanceIPArrayName: name,
        DBInstanceIPArrayAttribute: '',
        securityIPList: list.join(','),
        securityIPType: 'IPv4',
      })),
    },
  }),
});

/** What a list becomes, by the mode of the request. */
const MODIFY: Readonly<Record<string, (known: readonly string[], sent: readonly string[]) => readonly string[]>> = {
  Cover: (_, sent) => sent,
  Append: (known, sent) => [...new Set([...known, ...sent])],
  Delete: (known, sent) => known.filter((entry) => !sent.includes(entry)),
};

const modifySecurityIps = rpcAction({
  name: 'ModifySecurityIps',
  request: ModifySecurityIpsRequest,
  response: ModifySecurityIpsResponseBody,
  required: ['DBInstanceId', 'securityIps'],
  oneOf: { modifyMode: Object.keys(MODIFY) },
  handle: ({ request, cloud }) => {
    const instance = runningInstance(cloud, request.DBInstanceId);
    const { DBInstanceIPArrayName: name = 'default', modifyMode = 'Cover' } = request;
    const sent = ipList(request.securityIps ?? '', 'InvalidSecurityIPList');
    const known = instance.allowLists.get(name) ?? [];
    instance.allowLists.set(name, MODIFY[modifyMode]?.(known, sent) ?? sent);
    return {};
  },
});

const describeInstanceLinkedWhitelistTemplate = rpcAction({
  name: 'DescribeInstanceLinkedWhitelistTemplate',
  request: DescribeInstanceLinkedWhitelistTemplateRequest,
  response: DescribeInstanceLinkedWhitelistTemplateResponseBody,
  required: ['insName'],
  handle: ({ request, cloud }) => {
    const instance = dbInstanceOf(cloud, request.insName);
    // Templates of addresses that instances share: nothing that the double serves makes one.
    return { success: true, httpStatusCode: 200, data: { insName: instance.id, templates: [] } };
  },
});

const describeSecurityGroupConfiguration = rpcAction({
  name: 'DescribeSecurityGroupConfiguration',
  request: DescribeSecurityGroupConfigurationRequest,
  response: DescribeSecurityGroupConfigurationResponseBody,
  required: ['DBInstanceId'],
  handle: ({ request, cloud }) => ({
    items: { ecsSecurityGroupRelation: groupRelations(dbInstanceOf(cloud, request.DBInstanceId)) },
  }),
});

const modifySecurityGroupConfiguration = rpcAction({
  name: 'ModifySecurityGroupConfiguration',
  request: ModifySecurityGroupConfigurationRequest,
  response: ModifySecurityGroupConfigurationResponseBody,
  required: ['DBInstanceId', 'securityGroupId'],
  handle: ({ request, cloud }) => {
    const instance = runningInstance(cloud, request.DBInstanceId);
    instance.securityGroupIds = groupsOf(cloud, instance.vpcId, request.securityGroupId ?? '');
    instance.uses = [instance.vpcId, ...instance.vswitches.map((vswitch) => vswitch.id), ...instance.securityGroupIds];
    return { DBInstanceName: instance.id, items: { ecsSecurityGroupRelation: groupRelations(instance) } };
  },
});

export const allowListActions = [
  describeDBInstanceIPArrayList,
  modifySecurityIps,
  describeInstanceLinkedWhitelistTemplate,
  describeSecurityGroupConfiguration,
  modifySecurityGroupConfiguration,
];
