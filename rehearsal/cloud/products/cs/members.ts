/** What lives inside clusters and goes with them, known here by the one thing that their deletion needs. */
import type { Cloud } from '../../cloud';
import type { Entity, Kind } from '../../store';

interface Member extends Entity {
  readonly clusterId: string;
}

type Removal = (cloud: Cloud, clusterId: string) => void;

const REMOVALS: Removal[] = [];

/** Has the things of this kind removed with their cluster. */
export function belongsToCluster<T extends Member>(kind: Kind<T>): Kind<T> {
  REMOVALS.push((cloud, clusterId) => {
    const all = kind.in(cloud.store);
    for (const member of all.where((record) => record.clusterId === clusterId)) all.remove(member.id);
  });
  return kind;
}

export function removeMembers(cloud: Cloud, clusterId: string): void {
  for (const remove of REMOVALS) remove(cloud, clusterId);
}
