/** R-kvstore: Redis instances. */
import { rpcProduct } from '../../rpc';
import { accessActions } from './access';
import { changeActions } from './changes';
import { encryptionActions } from './encryption';
import { tagActions } from './instance-tags';
import { lifecycleActions } from './lifecycle';
import { scalingActions } from './scaling';

export const rKvstore = rpcProduct({
  name: 'R-kvstore',
  version: '2015-01-01',
  hosts: /^r-kvstore[.-]/,
  actions: [
    ...lifecycleActions,
    ...changeActions,
    ...accessActions,
    ...scalingActions,
    ...encryptionActions,
    ...tagActions,
  ],
});
