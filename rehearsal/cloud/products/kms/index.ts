/** KMS: keys, their aliases, and the secrets that they encrypt. */
import { rpcProduct } from '../../rpc';
import { aliasActions } from './aliases';
import { keyActions } from './key-actions';
import { secretActions } from './secret-actions';
import { tagActions } from './tags';

export { requireKey, keys, keyWithId } from './keys';

export const kms = rpcProduct({
  name: 'Kms',
  version: '2016-01-20',
  hosts: /^kms[.-]/,
  actions: [...keyActions, ...aliasActions, ...secretActions, ...tagActions],
  throttling: { code: 'Rejected.Throttling', status: 429 },
});
