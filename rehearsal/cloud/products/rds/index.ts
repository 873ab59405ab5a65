/** Rds: MySQL instances, what is in them, and everything that can be set on them. */
import { rpcProduct } from '../../rpc';
import { accountActions } from './accounts';
import { allowListActions } from './allow-lists';
import { availabilityActions } from './availability';
import { backupPolicyActions } from './backup-policy';
import { databaseActions } from './databases';
import { dbInstanceActions } from './db-instances';
import { encryptionActions } from './encryption';
import { parameterActions } from './parameters';
import { settingActions } from './settings';
import { tagActions } from './tags';

export { dbInstances } from './db-instances';

export const rds = rpcProduct({
  name: 'Rds',
  version: '2014-08-15',
  hosts: /^rds[.-]/,
  actions: [
    ...dbInstanceActions,
    ...settingActions,
    ...availabilityActions,
    ...allowListActions,
    ...encryptionActions,
    ...parameterActions,
    ...databaseActions,
    ...accountActions,
    ...backupPolicyActions,
    ...tagActions,
  ],
});
