/** All checks, in the order in which their faults are listed. */
import { accounts, identities } from './accounts';
import { alarms, logs } from './alarms';
import { alerts } from './alerts';
import { connections, nodes, profile } from './capacity';
import { cluster } from './cluster';
import { database, redis } from './data';
import type { Check } from './fault';
import { ingress } from './ingress';
import { monitoring } from './monitoring';
import { names } from './names';
import { ranges, rangeSizes, zones } from './network';
import { platform } from './platform';
import { secrets } from './secrets';
import { tier } from './tier';
import { disruption, pods, settings, timeouts } from './workload';

export { neighbours } from './neighbours';
export type { Check, Fault } from './fault';

export const CHECKS: readonly Check[] = [
  names,
  accounts,
  identities,
  zones,
  ranges,
  rangeSizes,
  profile,
  nodes,
  connections,
  pods,
  settings,
  disruption,
  timeouts,
  ingress,
  secrets,
  database,
  redis,
  cluster,
  logs,
  alarms,
  monitoring,
  platform,
  alerts,
  tier,
];
