/** CloudMonitor: alarms on metrics, and the contacts who are told. */
import { rpcProduct } from '../../rpc';
import { alarmActions } from './alarms';
import { contactActions } from './contacts';

export const cms = rpcProduct({
  name: 'Cms',
  version: '2019-01-01',
  // It answers for all regions of a kind at one of them.
  hosts: /^(cms|metrics)\./,
  actions: [...alarmActions, ...contactActions],
});
