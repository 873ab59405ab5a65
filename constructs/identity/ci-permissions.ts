/**
 * What CI may do: the API actions that `plan`, `apply` and `destroy` of the environment's stacks call, each by its name.
 * `bootstrap` is not among them, and neither is anything that could change CI's own rights.
 *
 * Source: the provider's code of the resources in use, and the RAM action tables of each product's API reference.
 */

/** Names that the permissions are bound to. */
export interface PermissionScope {
  /** The account's sixteen digits. */
  readonly accountId: string;
  readonly region: string;
  /** Bucket of the state, and the folder in it that is this environment's. */
  readonly stateBucket: string;
  readonly statePrefix: string;
  /** Tablestore instance and table of the lock. */
  readonly lockInstance: string;
  readonly lockTable: string;
  /** Registry instance and namespace that CI pushes to. */
  readonly registryInstanceId: string;
  readonly registryNamespace: string;
  /** Log project of the environment. */
  readonly logProject: string;
  /** First part of the names of roles and policies that CI may make for workloads; CI's own must not start with it. */
  readonly workloadPrefix: string;
}

/** Actions on resources. */
export interface Permission {
  /** `product:Action`, in full: a wildcard is refused. */
  readonly actions: readonly string[];
  /** What they may be done to, as ARNs; or why the API cannot be bound to anything narrower than the account. */
  readonly resources: readonly string[] | { readonly unscoped: string };
}

/** Policies by name; several, because one document may have 6,144 bytes. */
export type Permissions = Readonly<Record<string, readonly Permission[]>>;

/** Actions of one product, in words. */
const of = (product: string, ...words: readonly string[]): readonly string[] =>
  words.flatMap((line) => line.split(' ').map((action) => `${product}:${action}`));

/** The table, for one environment. */
export function ciPermissions(scope: PermissionScope): Permissions {
  const { accountId, region } = scope;
  const arn = (product: string, resource: string, where = region): string =>
    `acs:${product}:${where}:${accountId}:${resource}`;
  const account = (product: string): readonly string[] => [arn(product, '*')];
  const role = arn('ram', `role/${scope.workloadPrefix}*`, '');
  const policy = arn('ram', `policy/${scope.workloadPrefix}*`, '');
  return {
    delivery: [
      { actions: of('oss', 'ListObjects GetBucketInfo'), resources: [arn('oss', scope.stateBucket, '*')] },
      {
        actions: of('oss', 'GetObject PutObject DeleteObject GetObjectAcl PutObjectAcl'),
        resources: [arn('oss', `${scope.stateBucket}/${scope.statePrefix}/*`, '*')],
      },
      {
        actions: of('ots', 'DescribeTable GetRow PutRow UpdateRow DeleteRow'),
        resources: [arn('ots', `instance/${scope.lockInstance}/table/${scope.lockTable}`)],
      },
      {
        actions: of('cr', 'GetAuthorizationToken'),
        resources: [arn('cr', `instance/${scope.registryInstanceId}`)],
      },
      {
        actions: of('cr', 'PullRepository PushRepository GetRepository ListRepositoryTag GetRepositoryManifest'),
        resources: [arn('cr', `repository/${scope.registryInstanceId}/${scope.registryNamespace}/*`)],
      },
    ],
    foundation: [
      {
        actions: of(
          'kms',
          'CreateKey DescribeKey GetKeyPolicy SetKeyPolicy UpdateKeyDescription UpdateRotationPolicy',
          'SetDeletionProtection EnableKey DisableKey ScheduleKeyDeletion CancelKeyDeletion CreateAlias',
          'UpdateAlias DeleteAlias ListAliases ListAliasesByKeyId TagResource TagResources',
          'UntagResource UntagResources ListResourceTags ListTagResources',
        ),
        resources: account('kms'),
      },
      {
        actions: of(
          'log',
          'CreateProject GetProject UpdateProject DeleteProject GetProjectPolicy CreateLogStore',
          'GetLogStore UpdateLogStore DeleteLogStore ListLogStores GetLogStoreMeteringMode',
          'UpdateLogStoreMeteringMode ListShards SplitShard CreateIndex GetIndex UpdateIndex',
          'DeleteIndex TagResources UntagResources ListTagResources',
        ),
        resources: [arn('log', `project/${scope.logProject}`), arn('log', `project/${scope.logProject}/*`)],
      },
      {
        actions: of(
          'cms',
          'PutContact DescribeContactList DeleteContact PutContactGroup DescribeContactGroupList',
          'DeleteContactGroup PutResourceMetricRule DescribeMetricRuleList EnableMetricRules',
          'DisableMetricRules DeleteMetricRules',
        ),
        resources: { unscoped: 'CloudMonitor authorizes by account alone' },
      },
    ],
    network: [
      {
        actions: of(
          'vpc',
          'CreateVpc DescribeVpcs DescribeVpcAttribute ModifyVpcAttribute DeleteVpc',
          'DescribeRouteTableList CreateVSwitch DescribeVSwitches DescribeVSwitchAttributes',
          'ModifyVSwitchAttribute DeleteVSwitch CreateNatGateway DescribeNatGateways',
          'ModifyNatGatewayAttribute ModifyNatGatewaySpec DeleteNatGateway DeletionProtection',
          'AllocateEipAddress DescribeEipAddresses ModifyEipAddressAttribute ReleaseEipAddress',
          'DescribeHighDefinitionMonitorLogAttribute AssociateEipAddress UnassociateEipAddress',
          'CreateSnatEntry DescribeSnatTableEntries ModifySnatEntry DeleteSnatEntry CreateFlowLog',
          'DescribeFlowLogs ModifyFlowLogAttribute ActiveFlowLog DeactiveFlowLog DeleteFlowLog',
          'TagResources UnTagResources ListTagResources',
        ),
        resources: account('vpc'),
      },
      {
        actions: of(
          'ecs',
          'CreateSecurityGroup DescribeSecurityGroups DescribeSecurityGroupAttribute',
          'ModifySecurityGroupAttribute ModifySecurityGroupPolicy ModifySecurityGroupRule',
          'ModifySecurityGroupEgressRule DeleteSecurityGroup AuthorizeSecurityGroup',
          'AuthorizeSecurityGroupEgress RevokeSecurityGroup RevokeSecurityGroupEgress TagResources',
          'UntagResources ListTagResources DescribeTags',
        ),
        resources: account('ecs'),
      },
    ],
    data: [
      {
        actions: of(
          'rds',
          'CreateDBInstance DescribeDBInstances DescribeDBInstanceAttribute DescribeDBInstanceNetInfo',
          'DescribeDBInstanceIPArrayList DescribeDBInstanceMonitor DescribeDBInstanceHAConfig',
          'DescribeDBInstanceSSL DescribeDBInstanceTDE DescribeSQLCollectorPolicy',
          'DescribeSQLCollectorRetention DescribeParameters DescribeSecurityGroupConfiguration',
          'DescribeHASwitchConfig DescribeHADiagnoseConfig DescribeTags',
          'DescribeInstanceLinkedWhitelistTemplate DescribeDBInstanceEncryptionKey DescribeTasks',
          'ModifyDBInstanceSSL ModifyDBInstanceTDE ModifyDBInstanceDeletionProtection',
          'ModifyDBInstanceMaintainTime ModifyDBInstanceAutoUpgradeMinorVersion ModifyDBInstanceMonitor',
          'ModifyDBInstanceSpec ModifyParameter ModifyDBInstanceDescription ModifyDBInstanceHAConfig',
          'ModifyHADiagnoseConfig ModifyHASwitchConfig ModifySQLCollectorPolicy',
          'ModifySQLCollectorRetention ModifySecurityIps ModifySecurityGroupConfiguration',
          'ModifyDasInstanceConfig DeleteDBInstance DescribeBackupPolicy ModifyBackupPolicy',
          'CreateAccount DeleteAccount CreateDatabase DeleteDatabase DescribeAccounts',
          'ResetAccountPassword ModifyAccountDescription GrantAccountPrivilege RevokeAccountPrivilege',
          'DescribeDatabases ModifyDBDescription TagResources UntagResources ListTagResources',
        ),
        resources: account('rds'),
      },
      {
        actions: of(
          'kvstore',
          'CreateInstance DescribeInstances DescribeInstanceAttribute DescribeDBInstanceNetInfo',
          'DeleteInstance DescribeBackupPolicy DescribeSecurityGroupConfiguration DescribeInstanceSSL',
          'DescribeSecurityIps DescribeEngineVersion DescribeInstanceTDEStatus DescribeEncryptionKey',
          'ModifyInstanceConfig ModifySecurityIps ModifyBackupPolicy ModifyInstanceMaintainTime',
          'ModifyInstanceAttribute ModifyInstanceSpec ModifyInstanceSSL ModifyInstanceVpcAuthMode',
          'ModifySecurityGroupConfiguration AddShardingNode DeleteShardingNode TagResources',
          'UntagResources ListTagResources',
        ),
        resources: account('kvstore'),
      },
      {
        actions: of(
          'kms',
          'CreateSecret DescribeSecret GetSecretValue PutSecretValue UpdateSecret DeleteSecret',
          'RestoreSecret GetSecretPolicy SetSecretPolicy UpdateSecretRotationPolicy GenerateDataKey',
          'Decrypt',
        ),
        resources: account('kms'),
      },
      {
        actions: of(
          'oos',
          'CreateParameter GetParameter UpdateParameter DeleteParameter ListTagResources TagResources',
        ),
        resources: account('oos'),
      },
    ],
    cluster: [
      {
        actions: of(
          'cs',
          'CreateCluster DescribeClusterDetail DescribeClusterResources ModifyCluster UpgradeCluster',
          'DeleteCluster DescribeClusterUserKubeconfig DescribeTaskInfo CheckControlPlaneLogEnable',
          'UpdateControlPlaneLog GetClusterAuditProject UpdateClusterAuditLogConfig UpdateKMSEncryption',
          'CreateAutoscalingConfig CreateClusterNodePool DescribeClusterNodePools',
          'DescribeClusterNodePoolDetail ModifyClusterNodePool ModifyNodePoolNodeConfig',
          'ScaleClusterNodePool RemoveNodePoolNodes DeleteClusterNodepool DescribeAddon ListAddons',
          'GetClusterAddonInstance ListClusterAddonInstances InstallClusterAddons ModifyClusterAddon',
          'UpgradeClusterAddons UnInstallClusterAddons DescribeUserPermission GrantPermissions',
          'TagResources UntagResources ListTagResources',
        ),
        resources: account('cs'),
      },
      {
        actions: of('ram', 'CreateRole GetRole UpdateRole DeleteRole ListPoliciesForRole TagResources UntagResources'),
        resources: [role],
      },
      {
        actions: of(
          'ram',
          'CreatePolicy GetPolicy CreatePolicyVersion GetPolicyVersion ListPolicyVersions',
          'DeletePolicyVersion SetDefaultPolicyVersion DeletePolicy ListEntitiesForPolicy',
        ),
        resources: [policy],
      },
      // Both ends are bound: a policy of the account's own names to a role of these names, so that CI cannot hand one of
      // the cloud's ready-made policies (AdministratorAccess) to a role that it may make.
      { actions: of('ram', 'AttachPolicyToRole DetachPolicyFromRole'), resources: [role, policy] },
      { actions: of('ram', 'PassRole'), resources: [role] },
    ],
  };
}
