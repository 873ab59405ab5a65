/** The nodes of an instance, how they fail over, and the address by which clients reach whichever leads. */
import { DescribeDBInstanceHAConfigRequest } from '@alicloud/rds20140815/dist/models/DescribeDbinstanceHaconfigRequest';
import { DescribeDBInstanceHAConfigResponseBody } from '@alicloud/rds20140815/dist/models/DescribeDbinstanceHaconfigResponseBody';
import { DescribeDBInstanceNetInfoRequest } from '@alicloud/rds20140815/dist/models/DescribeDbinstanceNetInfoRequest';
import { DescribeDBInstanceNetInfoResponseBody } from '@alicloud/rds20140815/dist/models/DescribeDbinstanceNetInfoResponseBody';
import { DescribeHADiagnoseConfigRequest } from '@alicloud/rds20140815/dist/models/DescribeHadiagnoseConfigRequest';
import { DescribeHADiagnoseConfigResponseBody } from '@alicloud/rds20140815/dist/models/DescribeHadiagnoseConfigResponseBody';
import { DescribeHASwitchConfigRequest } from '@alicloud/rds20140815/dist/models/DescribeHaswitchConfigRequest';
import { DescribeHASwitchConfigResponseBody } from '@alicloud/rds20140815/dist/models/DescribeHaswitchConfigResponseBody';
import { ModifyHADiagnoseConfigRequest } from '@alicloud/rds20140815/dist/models/ModifyHadiagnoseConfigRequest';
import { ModifyHADiagnoseConfigResponseBody } from '@alicloud/rds20140815/dist/models/ModifyHadiagnoseConfigResponseBody';
import { ModifyHASwitchConfigRequest } from '@alicloud/rds20140815/dist/models/ModifyHaswitchConfigRequest';
import { ModifyHASwitchConfigResponseBody } from '@alicloud/rds20140815/dist/models/ModifyHaswitchConfigResponseBody';
import { ApiError } from '../../api-error';
import { rpcAction } from '../../rpc';
import { connectionString, dbInstanceOf, runningInstance } from './db-instances';

const describeDBInstanceHAConfig = rpcAction({
  name: 'DescribeDBInstanceHAConfig',
  request: DescribeDBInstanceHAConfigRequest,
  response: DescribeDBInstanceHAConfigResponseBody,
  required: ['DBInstanceId'],
  handle: ({ request, cloud }) => {
    const instance = dbInstanceOf(cloud, request.DBInstanceId);
    const [primary, standby = primary] = instance.vswitches;
    const nodes = [
      { nodeType: 'Master', vswitch: primary },
      ...(instance.category === 'Basic' ? [] : [{ nodeType: 'Slave', vswitch: standby }]),
    ];
    return {
      DBInstanceId: instance.id,
      HAMode: 'RPO',
      syncMode: 'Semi-sync',
      hostInstanceInfos: {
        nodeInfo: nodes.map(({ nodeType, vswitch }, index) => ({
          nodeId: `${instance.id}-node${String(index + 1)}`,
          nodeType,
          regionId: instance.region,
          zoneId: vswitch?.zoneId,
          syncStatus: 'Synchronized',
        })),
      },
    };
  },
});

const describeHASwitchConfig = rpcAction({
  name: 'DescribeHASwitchConfig',
  request: DescribeHASwitchConfigRequest,
  response: DescribeHASwitchConfigResponseBody,
  required: ['DBInstanceId', 'regionId'],
  handle: ({ request, cloud }) => {
    const { config, manualTime } = dbInstanceOf(cloud, request.DBInstanceId).ha;
    return { HAConfig: config, manualHATime: manualTime };
  },
});

const modifyHASwitchConfig = rpcAction({
  name: 'ModifyHASwitchConfig',
  request: ModifyHASwitchConfigRequest,
  response: ModifyHASwitchConfigResponseBody,
  required: ['DBInstanceId', 'regionId'],
  oneOf: { HAConfig: ['Auto', 'Manual'] },
  handle: ({ request, cloud }) => {
    const instance = runningInstance(cloud, request.DBInstanceId);
    if (instance.category === 'Basic') {
      throw new ApiError('IncorrectDBInstanceType', `The edition ${instance.category} has no standby to switch to.`);
    }
    const { HAConfig: config = 'Auto', manualHATime: manualTime = '' } = request;
    if (config === 'Manual' && manualTime === '') {
      throw new ApiError('MissingManualHATime', 'ManualHATime is mandatory with a HAConfig of Manual.');
    }
    instance.ha = { config, manualTime };
    return {};
  },
});

const describeHADiagnoseConfig = rpcAction({
  name: 'DescribeHADiagnoseConfig',
  request: DescribeHADiagnoseConfigRequest,
  response: DescribeHADiagnoseConfigResponseBody,
  required: ['DBInstanceId', 'regionId'],
  handle: ({ request, cloud }) => ({
    tcpConnectionType: dbInstanceOf(cloud, request.DBInstanceId).tcpConnectionType,
  }),
});

const modifyHADiagnoseConfig = rpcAction({
  name: 'ModifyHADiagnoseConfig',
  request: ModifyHADiagnoseConfigRequest,
  response: ModifyHADiagnoseConfigResponseBody,
  required: ['DBInstanceId', 'regionId'],
  oneOf: { tcpConnectionType: ['SHORT', 'LONG'] },
  handle: ({ request, cloud }) => {
    const instance = runningInstance(cloud, request.DBInstanceId);
    instance.tcpConnectionType = request.tcpConnectionType ?? instance.tcpConnectionType;
    return {};
  },
});

const describeDBInstanceNetInfo = rpcAction({
  name: 'DescribeDBInstanceNetInfo',
  request: DescribeDBInstanceNetInfoRequest,
  response: DescribeDBInstanceNetInfoResponseBody,
  required: ['DBInstanceId'],
  handle: ({ request, cloud }) => {
    const instance = dbInstanceOf(cloud, request.DBInstanceId);
    return {
      instanceNetworkType: 'VPC',
      securityIPMode: 'normal',
      DBInstanceNetInfos: {
        DBInstanceNetInfo: [
          {
            connectionString: connectionString(instance),
            connectionStringType: 'Normal',
            IPAddress: instance.address,
            IPType: 'Private',
            port: instance.port,
            VPCId: instance.vpcId,
            vSwitchId: instance.vswitches[0]?.id,
            upgradeable: 'Disabled',
            securityIPGroups: { securityIPGroup: [] },
            DBInstanceWeights: { DBInstanceWeight: [] },
          },
        ],
      },
    };
  },
});

export const availabilityActions = [
  describeDBInstanceHAConfig,
  describeHASwitchConfig,
  modifyHASwitchConfig,
  describeHADiagnoseConfig,
  modifyHADiagnoseConfig,
  describeDBInstanceNetInfo,
];
