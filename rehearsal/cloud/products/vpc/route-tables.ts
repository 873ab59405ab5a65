/** The system route table that every VPC has; the cloud makes and removes it with the VPC. */
import { DescribeRouteTableListRequest } from '@alicloud/vpc20160428/dist/models/DescribeRouteTableListRequest';
import { DescribeRouteTableListResponseBody } from '@alicloud/vpc20160428/dist/models/DescribeRouteTableListResponseBody';
import { ModifyRouteTableAttributesRequest } from '@alicloud/vpc20160428/dist/models/ModifyRouteTableAttributesRequest';
import { ModifyRouteTableAttributesResponseBody } from '@alicloud/vpc20160428/dist/models/ModifyRouteTableAttributesResponseBody';
import { notFound } from '../../api-error';
import { page } from '../../paging';
import { rpcAction } from '../../rpc';
import { vpcs } from './vpcs';
import { vswitches } from './vswitches';

const describeRouteTableList = rpcAction({
  name: 'DescribeRouteTableList',
  request: DescribeRouteTableListRequest,
  response: DescribeRouteTableListResponseBody,
  required: ['regionId'],
  handle: ({ request, cloud }) => {
    const found = vpcs
      .in(cloud.store)
      .where(
        (vpc) =>
          (request.vpcId ?? vpc.id) === vpc.id &&
          (request.routerId ?? vpc.routerId) === vpc.routerId &&
          (request.routeTableId ?? vpc.routeTable.id) === vpc.routeTable.id,
      );
    const { items, ...counts } = page(found, request);
    return {
      ...counts,
      routerTableList: {
        routerTableListType: items.map((vpc) => ({
          routeTableId: vpc.routeTable.id,
          routeTableName: vpc.routeTable.name,
          description: vpc.routeTable.description,
          routePropagationEnable: vpc.routeTable.routePropagation,
          routeTableType: 'System',
          routerId: vpc.routerId,
          routerType: 'VRouter',
          associateType: 'VSwitch',
          status: 'Available',
          creationTime: vpc.createdAt,
          ownerId: Number(cloud.accountId),
          resourceGroupId: vpc.resourceGroupId,
          vpcId: vpc.id,
          vSwitchIds: {
            vSwitchId: vswitches
              .in(cloud.store)
              .where((vswitch) => vswitch.vpcId === vpc.id)
              .map((vswitch) => vswitch.id),
          },
        })),
      },
    };
  },
});

const modifyRouteTableAttributes = rpcAction({
  name: 'ModifyRouteTableAttributes',
  request: ModifyRouteTableAttributesRequest,
  response: ModifyRouteTableAttributesResponseBody,
  required: ['regionId', 'routeTableId'],
  handle: ({ request, cloud }) => {
    const { routeTableId = '' } = request;
    const table = vpcs
      .in(cloud.store)
      .where((vpc) => vpc.routeTable.id === routeTableId)
      .at(0)?.routeTable;
    if (table === undefined) throw notFound('InvalidRouteTableId.NotFound', 'route table', routeTableId);
    table.name = request.routeTableName ?? table.name;
    table.description = request.description ?? table.description;
    table.routePropagation = request.routePropagationEnable ?? table.routePropagation;
    return {};
  },
});

export const routeTableActions = [describeRouteTableList, modifyRouteTableAttributes];
