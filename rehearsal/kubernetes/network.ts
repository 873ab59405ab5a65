/** The bridge between the machine and the nodes, a cable to each, and the machine's routes to pods and Services. */
import ipaddr from 'ipaddr.js';
import { must, succeeds } from './command';
import { NETWORK, RANGES, type NodeLayout } from './layout';

/** What `ip -json` says of an interface's address or of a route, as far as it is read here. */
interface Route {
  readonly dst: string;
  readonly dev?: string;
}

/** Ranges of the cluster that this machine routes elsewhere already, each with how. */
export function takenRanges(): readonly string[] {
  const routes = JSON.parse(must('ip', ['-json', '-4', 'route', 'show', 'table', 'main'])) as readonly Route[];
  return routes
    .filter(({ dst, dev }) => dst !== 'default' && dev !== NETWORK.bridge)
    .flatMap(({ dst, dev = '' }) =>
      RANGES.filter((range) => overlaps(range, dst)).map((range) => `${range} (${dst} is routed to ${dev})`),
    );
}

/** Whether two IPv4 ranges share an address; one without a length is a single address. */
export function overlaps(one: string, other: string): boolean {
  const [a, b] = [one, other].map((range) => ipaddr.IPv4.parseCIDR(range.includes('/') ? range : `${range}/32`));
  if (a === undefined || b === undefined) return false;
  const length = Math.min(a[1], b[1]);
  return a[0].match(b[0], length);
}

export function makeBridge(): void {
  must('ip', ['link', 'add', NETWORK.bridge, 'type', 'bridge']);
  must('ip', ['address', 'add', `${NETWORK.host}/24`, 'dev', NETWORK.bridge]);
  must('ip', ['link', 'set', NETWORK.bridge, 'up']);
}

/**
 * Connects a node.
 * @param pid its first process, in whose network namespace the other end goes
 */
export function connect(node: NodeLayout, pid: number): void {
  must('ip', ['link', 'add', node.cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(pid)]);
  must('ip', ['link', 'set', node.cable, 'master', NETWORK.bridge, 'up']);
  must('ip', ['route', 'replace', node.pods, 'via', node.address]);
}

/** Services and load balancers are reached through any node: kube-proxy there takes them further. */
export function routeServices(via: NodeLayout): void {
  for (const range of [NETWORK.services, NETWORK.loadBalancers]) {
    must('ip', ['route', 'replace', range, 'via', via.address]);
  }
}

/** Removes the cables and the bridge, and with them the routes. @returns how many interfaces there were */
export function removeNetwork(cables: readonly string[]): number {
  const links = [...cables, NETWORK.bridge].filter((link) => succeeds('ip', ['link', 'show', link]));
  // A cable goes with its node's namespace as well, and may be gone by now.
  for (const link of links) succeeds('ip', ['link', 'delete', link]);
  return links.length;
}
