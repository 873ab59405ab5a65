/** Numbers of the gateway's gauges that stand for states. */
import type { State } from './definition';

/** 1 while it is there. */
export const UP_STATES: readonly State[] = [
  { value: 1, text: 'up', color: 'green' },
  { value: 0, text: 'down', color: 'red' },
];

/** As `gateway_component_health` has it. */
export const HEALTH_STATES: readonly State[] = [
  { value: 1, text: 'healthy', color: 'green' },
  { value: 0.5, text: 'degraded', color: 'orange' },
  { value: 0, text: 'unhealthy', color: 'red' },
];

/** As `gateway_circuit_state` has it. */
export const CIRCUIT_STATES: readonly State[] = [
  { value: 0, text: 'closed', color: 'green' },
  { value: 1, text: 'half-open', color: 'orange' },
  { value: 2, text: 'open', color: 'red' },
];

/** As `gateway_feature_enabled` has it: what is off is off on purpose, mostly. */
export const FEATURE_STATES: readonly State[] = [
  { value: 1, text: 'on', color: 'green' },
  { value: 0, text: 'off', color: 'orange' },
];

/** As `gateway_memory_leak_suspected` has it. */
export const LEAK_STATES: readonly State[] = [
  { value: 0, text: 'no', color: 'green' },
  { value: 1, text: 'suspected', color: 'orange' },
];
