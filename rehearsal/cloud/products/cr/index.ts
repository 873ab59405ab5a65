/**
 * Container Registry, Enterprise Edition: namespaces and repositories of an instance. The instance itself is bought, not
 * made: every id of the right form (`cri-…`) is one that the account has.
 * The models are written from the API reference of cr 2018-12-01; no package of them is installed.
 */
import { rpcProduct } from '../../rpc';
import { namespaceActions } from './namespaces';
import { repositoryActions } from './repositories';

export const cr = rpcProduct({
  name: 'cr',
  version: '2018-12-01',
  hosts: /^cr(-vpc)?\.[a-z0-9-]+\.aliyuncs\.com$/,
  actions: [...namespaceActions, ...repositoryActions],
});
