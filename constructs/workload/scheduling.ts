/** Where the gateway's pods go: apart from each other, over zones first and nodes second, on the nodes meant for them. */
import type {
  DeploymentV1SpecTemplateSpecAffinity,
  DeploymentV1SpecTemplateSpecTopologySpreadConstraint,
} from '@cdktf/provider-kubernetes/lib/deployment-v1';
import { GATEWAY_SELECTOR } from './names';

/** Labels of a node that say where it is. Source: Kubernetes, well-known labels. */
export const TOPOLOGY = { zone: 'topology.kubernetes.io/zone', node: 'kubernetes.io/hostname' } as const;

const selector = () => [{ matchLabels: { ...GATEWAY_SELECTOR } }];

/**
 * No zone has more than one pod more than another, or a pod waits for a node there; nodes are as even as they can be.
 * Only pods of the same revision count, or a rollout would end as lopsided as its old pods were; nodes that nobody can
 * be put on do not count either, so a zone that is down holds no pod back.
 */
export const SPREAD: DeploymentV1SpecTemplateSpecTopologySpreadConstraint[] = (
  [
    [TOPOLOGY.zone, 'DoNotSchedule'],
    [TOPOLOGY.node, 'ScheduleAnyway'],
  ] as const
).map(([topologyKey, whenUnsatisfiable]) => ({
  maxSkew: 1,
  topologyKey,
  whenUnsatisfiable,
  labelSelector: selector(),
  matchLabelKeys: ['pod-template-hash'],
  nodeAffinityPolicy: 'Honor',
  nodeTaintsPolicy: 'Honor',
}));

/** Two pods share a node only where there is no other: there are fewer nodes than the most pods. */
export const APART: DeploymentV1SpecTemplateSpecAffinity = {
  podAntiAffinity: {
    preferredDuringSchedulingIgnoredDuringExecution: [
      { weight: 100, podAffinityTerm: { topologyKey: TOPOLOGY.node, labelSelector: selector() } },
    ],
  },
};
