/** Ecs: security groups and their rules. Servers are made by node pools, in the cluster's product. */
import { rpcProduct } from '../../rpc';
import { securityGroupRuleActions } from './rule-actions';
import { securityGroupActions } from './security-groups';
import { tagActions } from './tags';

export { securityGroupOf, securityGroups } from './security-groups';

export const ecs = rpcProduct({
  name: 'Ecs',
  version: '2014-05-26',
  hosts: /^ecs[.-]/,
  actions: [...securityGroupActions, ...securityGroupRuleActions, ...tagActions],
});
