/**
 * Nothing that is in reach enforces NetworkPolicies, so what they let through is computed from the objects as they are
 * rendered, and compared with a list that was written by hand: what is on it connects, and every other pair does not.
 */
import { NetworkPolicyV1 } from '@cdktf/provider-kubernetes/lib/network-policy-v1';
import {
  connects,
  GATEWAY_LABELS,
  gatewayFlows,
  GatewayNetworkPolicies,
  type Attempt,
  type Endpoint,
  type Flow,
  type FlowOptions,
  type RenderedPolicy,
} from '../../../constructs/workload';
import { synthesizeWorkload } from './building';

const INGRESS = { namespace: 'kube-system', podLabels: { app: 'ingress-nginx' } };
const PROMETHEUS = { namespace: 'monitoring', podLabels: { 'operator.prometheus.io/name': 'k8s' } };

const options: FlowOptions = {
  ingress: INGRESS,
  prometheus: PROMETHEUS,
  dataCidrs: ['10.30.0.0/24', '10.30.1.0/24'],
  upstreams: [new URL('https://dashscope.aliyuncs.com/compatible-mode/v1')],
};

/** A block of which it is known what it is. */
type Block = Record<string, unknown> & RenderedPolicy;

const build = (flows: readonly Flow[], overrides?: Readonly<Record<string, object>>): readonly RenderedPolicy[] =>
  synthesizeWorkload(
    (scope) =>
      new GatewayNetworkPolicies(scope, 'policies', {
        namespace: 'bailian-gateway',
        flows,
        ...(overrides === undefined ? {} : { overrides }),
      }),
  ).every(NetworkPolicyV1) as readonly Block[];

/** Everybody who might try. */
const ENDPOINTS = {
  gateway: { namespace: 'bailian-gateway', labels: GATEWAY_LABELS, address: '10.30.64.10' },
  'stray pod beside it': { namespace: 'bailian-gateway', labels: { app: 'debug' }, address: '10.30.64.11' },
  'ingress controller': {
    namespace: 'kube-system',
    labels: { app: 'ingress-nginx', pod: 'x' },
    address: '10.30.64.12',
  },
  'ingress labels elsewhere': { namespace: 'default', labels: { app: 'ingress-nginx' }, address: '10.30.64.13' },
  prometheus: { namespace: 'monitoring', labels: { 'operator.prometheus.io/name': 'k8s' }, address: '10.30.64.14' },
  grafana: { namespace: 'monitoring', labels: { 'app.kubernetes.io/name': 'grafana' }, address: '10.30.64.15' },
  dns: { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' }, address: '10.30.64.16' },
  'pod of somebody else': { namespace: 'default', labels: { app: 'other' }, address: '10.30.64.17' },
  'dns cache on the node': { address: '169.254.20.10' },
  'metadata of the node': { address: '100.100.100.200' },
  'api server': { address: '10.30.64.9' },
  'database, first zone': { address: '10.30.0.77' },
  'database, second zone': { address: '10.30.1.77' },
  'elsewhere in the vpc': { address: '10.30.9.9' },
  'another private network': { address: '192.168.1.1' },
  'model studio': { address: '39.96.213.166' },
} as const satisfies Readonly<Record<string, Endpoint>>;
type Name = keyof typeof ENDPOINTS;

const PORTS = [
  [22, 'TCP'],
  [53, 'UDP'],
  [53, 'TCP'],
  [80, 'TCP'],
  [443, 'TCP'],
  [443, 'UDP'],
  [3_306, 'TCP'],
  [6_379, 'TCP'],
  [6_443, 'TCP'],
  [8_080, 'TCP'],
  [9_090, 'TCP'],
] as const;

/** What connects, written by hand: `from → to protocol port`. */
const ALLOWED = [
  'ingress controller → gateway TCP 8080',
  'prometheus → gateway TCP 8080',
  'gateway → dns UDP 53',
  'gateway → dns TCP 53',
  'gateway → dns cache on the node UDP 53',
  'gateway → dns cache on the node TCP 53',
  'gateway → database, first zone TCP 3306',
  'gateway → database, first zone TCP 6379',
  'gateway → database, second zone TCP 3306',
  'gateway → database, second zone TCP 6379',
  'gateway → model studio TCP 443',
];

const names = Object.keys(ENDPOINTS) as readonly Name[];
const ours = (name: Name): boolean => 'namespace' in ENDPOINTS[name] && ENDPOINTS[name].namespace === 'bailian-gateway';

/** Every pair of which one is in our namespace, on every port, that connects. */
const connected = (policies: readonly RenderedPolicy[]): readonly string[] =>
  names.flatMap((from) =>
    names
      .filter((to) => ours(from) || ours(to))
      .flatMap((to) =>
        PORTS.flatMap(([port, protocol]) => {
          const attempt: Attempt = { from: ENDPOINTS[from], to: ENDPOINTS[to], port, protocol };
          return connects(policies, attempt) ? [`${from} → ${to} ${protocol} ${port}`] : [];
        }),
      ),
  );

describe('GatewayNetworkPolicies', () => {
  test('[K6] let through exactly the flows that exist, both ways, and none of the thousands of others', () => {
    expect([...connected(build(gatewayFlows(options)))].sort()).toEqual([...ALLOWED].sort());
  });

  test('[K6] deny a pod that nobody has thought of everything', () => {
    const stray = connected(build(gatewayFlows(options))).filter((pair) => pair.includes('stray'));
    expect(stray).toEqual([]);
    expect(build(gatewayFlows(options))).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ spec: { pod_selector: {}, policy_types: ['Ingress', 'Egress'] } }),
      ]),
    );
  });

  test('[K6] let clients of the load balancer in where there is one', () => {
    const with_ = connected(build(gatewayFlows({ ...options, loadBalancerClients: ['10.30.0.0/16'] })));
    const more = with_.filter((pair) => !ALLOWED.includes(pair));
    expect([...more].sort()).toEqual([
      'api server → gateway TCP 8080',
      'database, first zone → gateway TCP 8080',
      'database, second zone → gateway TCP 8080',
      // A pod's address is one of the VPC, too. Where that is too much, the load balancer's clients are named closer.
      'dns → gateway TCP 8080',
      'elsewhere in the vpc → gateway TCP 8080',
      'grafana → gateway TCP 8080',
      'ingress labels elsewhere → gateway TCP 8080',
      'pod of somebody else → gateway TCP 8080',
    ]);
  });

  test('[K6] go to the ports that the upstreams have', () => {
    const upstreams = [...options.upstreams, new URL('https://model.example.com:8443/v1')];
    const policies = build(gatewayFlows({ ...options, upstreams }));
    const to = (port: number) =>
      connects(policies, { from: ENDPOINTS.gateway, to: ENDPOINTS['model studio'], port, protocol: 'TCP' });
    expect([443, 8_443, 80].map(to)).toEqual([true, true, false]);
  });

  test('[K6] one that is taken away closes its flow, and one that is broken by an override is told at synth', () => {
    const flows = gatewayFlows(options);
    for (const { name } of flows) {
      expect(connected(build(flows.filter((flow) => flow.name !== name))).length).toBeLessThan(ALLOWED.length);
    }
    const broken = { 'to-mysql': { spec: { podSelector: {}, policyTypes: ['Egress'], egress: [] } } };
    expect(() => build(flows, broken)).toThrow(/flow to-mysql is not let through to TCP 3306/);
  });

  test.each<[string, Partial<Flow>, RegExp]>([
    ['a flow without ports', { ports: [] }, /has no port, which would allow every one/],
    ['a flow without peers', { peers: [] }, /has no peer, which would allow everybody/],
    ['a whole namespace', { peers: [{ namespace: 'default', podLabels: {} }] }, /would allow all of default/],
    ['no address', { peers: [{ cidrs: [] }] }, /names no range of addresses/],
  ])('[K6] refuse %s', (_, change, message) => {
    const [first] = gatewayFlows(options);
    if (first === undefined) throw new Error('the table is empty');
    expect(() => build([{ ...first, ...change }])).toThrow(message);
  });
});

describe('What policies let through', () => {
  const policy = (spec: RenderedPolicy['spec']): RenderedPolicy => ({ metadata: { namespace: 'a' }, spec });
  const from: Endpoint = { namespace: 'b', labels: { app: 'client' } };
  const to: Endpoint = { namespace: 'a', labels: { app: 'server' } };
  const attempt: Attempt = { from, to, port: 80, protocol: 'TCP' };
  const peer = { namespace_selector: { match_labels: { 'kubernetes.io/metadata.name': 'b' } } };

  test.each<[string, readonly RenderedPolicy[], boolean]>([
    ['is everything where there is none', [], true],
    [
      'is everything where one selects only others',
      [policy({ pod_selector: { match_labels: { app: 'x' } }, policy_types: ['Ingress'] })],
      true,
    ],
    [
      'is nothing where one selects and allows nothing',
      [policy({ pod_selector: {}, policy_types: ['Ingress'] })],
      false,
    ],
    [
      'is what it was where one is for the other direction',
      [policy({ pod_selector: {}, policy_types: ['Egress'] })],
      true,
    ],
    [
      'is what any of them allows',
      [
        policy({ pod_selector: {}, policy_types: ['Ingress'] }),
        policy({ pod_selector: {}, policy_types: ['Ingress'], ingress: [{ from: [peer] }] }),
      ],
      true,
    ],
    [
      'is every port where a rule names none, and everybody where it names nobody',
      [policy({ pod_selector: {}, policy_types: ['Ingress'], ingress: [{}] })],
      true,
    ],
    [
      'is no other port than those of a rule',
      [
        policy({
          pod_selector: {},
          policy_types: ['Ingress'],
          ingress: [{ from: [peer], ports: [{ port: '81', protocol: 'TCP' }] }],
        }),
      ],
      false,
    ],
    [
      'is no other pods than those of the own namespace where a rule names no namespace',
      [policy({ pod_selector: {}, policy_types: ['Ingress'], ingress: [{ from: [{ pod_selector: {} }] }] })],
      false,
    ],
    [
      'is no pod whose address is not known',
      [
        policy({
          pod_selector: {},
          policy_types: ['Ingress'],
          ingress: [{ from: [{ ip_block: { cidr: '0.0.0.0/0' } }] }],
        }),
      ],
      false,
    ],
  ])('[K6] %s', (_, policies, expected) => {
    expect(connects(policies, attempt)).toBe(expected);
  });
});
