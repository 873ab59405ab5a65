/** SLS: log projects, their stores and indexes. The project is in the host's name. */
import type { Product } from '../../product';
import { roaProduct } from '../../roa';
import { json } from '../../wire';
import { indexOperations } from './indexes';
import { projectOperations } from './projects';
import { recognisePolicy } from './project-policy';
import { storeOperations } from './store-operations';
import { tagOperations } from './tags';

export { logStores, storeId } from './log-stores';
export { logProjectNamed } from './projects';
export { addLogStore } from './store-operations';

const operations = roaProduct({
  name: 'Sls',
  hosts: /\.log\.aliyuncs\.com$/,
  operations: [...projectOperations, ...tagOperations, ...storeOperations, ...indexOperations],
  throttling: { code: 'ReadQuotaExceed', status: 403 },
  refuse: (error, requestId) =>
    json(
      error.status,
      { errorCode: error.code, errorMessage: error.message },
      { 'x-log-requestid': requestId.replaceAll('-', '') },
    ),
});

export const sls: Product = {
  ...operations,
  recognise: (request) => recognisePolicy(request) ?? operations.recognise(request),
};
