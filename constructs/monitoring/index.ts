/** CloudMonitor: who is told, of what, and when. */
export * from './alarm';
export * from './alarm-route';
export * from './contacts';
export * from './metrics';
export type { Label, MonitoringTarget, ServicePort } from './monitoring-target';
