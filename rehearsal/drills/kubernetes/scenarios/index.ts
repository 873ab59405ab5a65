/** Every scenario, by its name. */
import type { ClusterScenario, ScenarioName } from '../scenario';
import { autoscalingCpu, autoscalingRequests } from './autoscaling';
import { deletedPod } from './deleted-pod';
import { drain } from './drain';
import { killedProcess } from './killed-process';
import { lostZone } from './lost-zone';
import { monitoring } from './monitoring';
import { probes } from './probes';
import { rollingUpdate } from './rolling-update';

export const SCENARIOS: Readonly<Record<ScenarioName, ClusterScenario>> = {
  probes,
  'rolling-update': rollingUpdate,
  drain,
  'deleted-pod': deletedPod,
  'autoscaling-requests': autoscalingRequests,
  'autoscaling-cpu': autoscalingCpu,
  'killed-process': killedProcess,
  'lost-zone': lostZone,
  monitoring,
};
