/** RAM: who may do what. Roles, policies, which role has which, and their tags. */
import { rpcProduct } from '../../rpc';
import { attachmentActions } from './attachments';
import { policyActions } from './policies';
import { roleActions } from './roles';
import { tagActions } from './tags';

export { addRole, roleId, roleNamed, roles } from './roles';

export const ram = rpcProduct({
  name: 'Ram',
  version: '2015-05-01',
  hosts: /^ram\.aliyuncs\.com$/,
  actions: [...roleActions, ...policyActions, ...attachmentActions, ...tagActions],
});
