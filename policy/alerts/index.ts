/** Every scenario of every alert. */
import { DATA_SCENARIOS } from './data';
import { MODEL_SCENARIOS } from './models';
import { OBJECTIVE_SCENARIOS } from './objectives';
import { RESOURCE_SCENARIOS } from './resources';
import type { Scenario } from './scenario';
import { SERVICE_SCENARIOS } from './service';
import { TRAFFIC_SCENARIOS } from './traffic';

export type { Ringing, Scenario, Seen } from './scenario';

export const SCENARIOS: readonly Scenario[] = [
  ...SERVICE_SCENARIOS,
  ...RESOURCE_SCENARIOS,
  ...DATA_SCENARIOS,
  ...TRAFFIC_SCENARIOS,
  ...MODEL_SCENARIOS,
  ...OBJECTIVE_SCENARIOS,
];
