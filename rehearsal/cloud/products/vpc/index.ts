/** Vpc: networks, their way out to the internet, and the record of their traffic. */
import { rpcProduct } from '../../rpc';
import { eipAssociationActions } from './eip-associations';
import { eipActions } from './eips';
import { flowLogActions } from './flow-logs';
import { natGatewayActions } from './nat-gateways';
import { routeTableActions } from './route-tables';
import { sharedAttributeActions } from './shared-attributes';
import { snatEntryActions } from './snat-entries';
import { vpcActions } from './vpcs';
import { vswitchActions } from './vswitches';

export { vpcOf, vpcs } from './vpcs';
export { requireReady, vswitchOf } from './vswitches';
export type { VSwitch } from './vswitches';

export const vpc = rpcProduct({
  name: 'Vpc',
  version: '2016-04-28',
  hosts: /^vpc[.-]/,
  actions: [
    ...vpcActions,
    ...vswitchActions,
    ...routeTableActions,
    ...natGatewayActions,
    ...eipActions,
    ...eipAssociationActions,
    ...snatEntryActions,
    ...flowLogActions,
    ...sharedAttributeActions,
  ],
});
