/** Tablestore: instances through the account's API, tables and rows through each instance's own. */
import { roaProduct } from '../../roa';
import { instanceOperations } from './instances';

export { tablestoreData } from './data';

export const tablestore = roaProduct({
  name: 'Tablestore',
  hosts: /^(tablestore|ots)\.[a-z0-9-]+\.aliyuncs\.com$/,
  operations: instanceOperations,
});
