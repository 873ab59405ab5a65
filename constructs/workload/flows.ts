/**
 * Who speaks with whom: every connection that the gateway's pods take or make, as one table. NetworkPolicies are made of
 * it, and what these let through together is compared with it again.
 */
import { PORT } from '../../app/src/routes';

/** The other end of a flow. */
export type Peer =
  /** Pods by their labels, in a namespace by its name. */
  | { readonly namespace: string; readonly podLabels: Readonly<Record<string, string>> }
  /** Addresses, some of which may be left out again. */
  | { readonly cidrs: readonly string[]; readonly except?: readonly string[] };

/** A port that a flow goes to. */
export interface FlowPort {
  readonly number: number;
  readonly protocol: 'TCP' | 'UDP';
}

/** One kind of connection. */
export interface Flow {
  /** Name of its policy, after `gateway-`. */
  readonly name: string;
  /** What it is for. */
  readonly why: string;
  /** Whether the gateway's pods take it or make it. */
  readonly direction: 'in' | 'out';
  /** Each of them is the other end. */
  readonly peers: readonly Peer[];
  readonly ports: readonly FlowPort[];
}

const tcp = (number: number): FlowPort => ({ number, protocol: 'TCP' });
const udp = (number: number): FlowPort => ({ number, protocol: 'UDP' });

/** Where MySQL and Redis listen. Source: RDS and Tair, connection of an instance. */
export const DATA_PORTS = { mysql: 3_306, redis: 6_379 } as const;

const DNS_PORT = 53;
const HTTPS_PORT = 443;

/** The cache of names on each node. Source: Kubernetes, NodeLocal DNSCache. */
export const NODE_LOCAL_DNS = '169.254.20.10/32';

/**
 * Addresses that no public service has: private networks, the cloud's own services and metadata, this machine.
 * Source: RFC 6890.
 */
export const NOT_PUBLIC = [
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
] as const;

export interface FlowOptions {
  /** Pods of the ingress controller. */
  readonly ingress: Peer;
  /** Pods of Prometheus. */
  readonly prometheus: Peer;
  /** Addresses that reach the load balancer, where there is one. @default none: there is none */
  readonly loadBalancerClients?: readonly string[];
  /** Ranges in which the database and the cache stand. */
  readonly dataCidrs: readonly string[];
  /** Endpoints of Model Studio. */
  readonly upstreams: readonly URL[];
}

/** The table, for one environment. */
export function gatewayFlows(options: FlowOptions): readonly Flow[] {
  const { ingress, prometheus, loadBalancerClients = [], dataCidrs, upstreams } = options;
  const data: readonly Peer[] = [{ cidrs: dataCidrs }];
  const upstreamPorts = [...new Set(upstreams.map(portOf))].sort((one, other) => one - other);
  return [
    { name: 'from-ingress', why: 'Requests of clients', direction: 'in', peers: [ingress], ports: [tcp(PORT)] },
    { name: 'from-prometheus', why: 'Scrapes', direction: 'in', peers: [prometheus], ports: [tcp(PORT)] },
    ...(loadBalancerClients.length === 0
      ? []
      : [
          {
            name: 'from-load-balancer',
            why: 'Requests past the ingress, with the addresses of clients',
            direction: 'in',
            peers: [{ cidrs: loadBalancerClients }],
            ports: [tcp(PORT)],
          } as const,
        ]),
    {
      name: 'to-dns',
      why: 'Names, from the cluster and the cache on the node',
      direction: 'out',
      peers: [{ namespace: 'kube-system', podLabels: { 'k8s-app': 'kube-dns' } }, { cidrs: [NODE_LOCAL_DNS] }],
      ports: [udp(DNS_PORT), tcp(DNS_PORT)],
    },
    { name: 'to-mysql', why: 'Keys and books', direction: 'out', peers: data, ports: [tcp(DATA_PORTS.mysql)] },
    {
      name: 'to-redis',
      why: 'Limits, quota and cache of all pods',
      direction: 'out',
      peers: data,
      ports: [tcp(DATA_PORTS.redis)],
    },
    {
      name: 'to-model-studio',
      why: 'Model Studio, whose addresses are public and not fixed',
      direction: 'out',
      peers: [{ cidrs: ['0.0.0.0/0'], except: NOT_PUBLIC }],
      ports: upstreamPorts.map(tcp),
    },
  ];
}

const portOf = ({ port }: URL): number => (port === '' ? HTTPS_PORT : Number(port));
