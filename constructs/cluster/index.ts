/** The cluster: control plane, nodes, components, and who may do what in it. */
export { KubernetesCluster, CLUSTER_LIMITS, CONTROL_PLANE_COMPONENTS } from './kubernetes-cluster';
export type { ControlPlaneComponent, KubernetesClusterProps } from './kubernetes-cluster';
export { MAINTENANCE } from './maintenance';
export type { Maintenance } from './maintenance';
export { NodeAlarms, NodePool, NODE_POOL_LIMITS, NODE_THRESHOLDS } from './node-pool';
export type { NodeAlarmsProps, NodeCount, NodeMetric, NodePoolProps, Taint } from './node-pool';
export { Autoscaling } from './autoscaling';
export type { AutoscalingProps } from './autoscaling';
export { AddOn, AddOns } from './addon';
export type { AddOnProps, AddOnsProps } from './addon';
export { ADD_ONS, ADD_ON_NAMES, INGRESS_ADD_ON } from './add-ons';
export type { AddOnChange, AddOnName, AddOnSpec } from './add-ons';
export { Access } from './access';
export type { AccessGrant, AccessProps, AccessRole } from './access';
export { CREDENTIAL_MINUTES, KubernetesAccess } from './kubernetes-access';
export type { KubernetesAccessProps } from './kubernetes-access';
export { ACK_INGRESS_CONTROLLER } from './ingress-controller';
export type { IngressController } from './ingress-controller';
