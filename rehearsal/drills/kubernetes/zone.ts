/** Which zone a drill takes away. */
import type { NodeLayout } from '../../kubernetes/layout';

/**
 * The nodes of the zone with most of the pods, of those by which this machine does not reach the Service.
 * @param entry the node by which it does
 * @param carriers the node of each pod
 * @throws Error when there is no other zone
 */
export function zoneToLose(
  nodes: readonly NodeLayout[],
  entry: NodeLayout,
  carriers: readonly string[],
): readonly NodeLayout[] {
  const zones = [...new Set(nodes.map(({ zone }) => zone))].filter((zone) => zone !== entry.zone);
  const of = (zone: string): readonly NodeLayout[] => nodes.filter((node) => node.zone === zone);
  const carried = (zone: string): number => {
    const names = of(zone).map(({ name }) => name);
    return carriers.filter((carrier) => names.includes(carrier)).length;
  };
  const [worst] = [...zones].sort((a, b) => carried(b) - carried(a));
  if (worst === undefined) throw new Error('there is one zone only, and a loss of it leaves nothing');
  return of(worst);
}
