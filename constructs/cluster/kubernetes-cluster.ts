/**
 * An ACK Pro cluster: the control plane is Alibaba Cloud's, the API answers inside the VPC, Secrets are encrypted by our
 * key, every change is in the audit log, and pods have identities of their own (RRSA). Nodes and further components are
 * constructs of their own.
 *
 * Not here, and why: no certificate or kubeconfig is read (`skip_set_certificate_authority`), so none is in the state.
 * Source: provider documentation and source of `alicloud_cs_managed_kubernetes` (1.285.0).
 */
import { Construct } from 'constructs';
import { Token, type ITerraformDependable } from 'cdktf';
import {
  CsManagedKubernetes,
  type CsManagedKubernetesAddons,
  type CsManagedKubernetesConfig,
} from '@cdktf/provider-alicloud/lib/cs-managed-kubernetes';
import ipaddr from 'ipaddr.js';
import type { OidcIssuer } from '../identity/service-account-role';
import type { Placement } from '../network/placement';
import { ADD_ON_NAMES, addOnSpec, type AddOnChange, type AddOnName } from './add-ons';
import { canonicalJson } from './canonical-json';
import { maintenanceWindow, MAINTENANCE, type Maintenance } from './maintenance';

export interface KubernetesClusterProps {
  /** Name, unique in the account: 1 to 63 letters, digits or hyphens. */
  readonly name: string;
  /** Version in full, e.g. `1.34.3-aliyun.1`. Raising it upgrades; it cannot be lowered. */
  readonly version: string;
  /** Where control plane, nodes and pods get their addresses. */
  readonly placement: Placement;
  /** Range of services, outside the VPC's, /16 to /24. Changing it replaces the cluster. @default 172.21.0.0/20 */
  readonly serviceCidr?: string;
  /** Security group of nodes and pods, of the enterprise type. ForceNew: another one replaces the cluster. @default one that ACK makes */
  readonly securityGroupId?: string;
  /** Key that encrypts Secrets. */
  readonly kmsKeyId: string;
  /** SLS project of the audit log and the control plane's logs. */
  readonly logProject: string;
  /** Days that the control plane's logs are kept. @default 90 */
  readonly logDays?: number;
  /** Control-plane parts whose logs are kept. @default all four */
  readonly logComponents?: readonly ControlPlaneComponent[];
  /** The API server has a public address, too. For throw-away environments. @default false */
  readonly publicApi?: boolean;
  /** When ACK may work on the cluster. @default Thursdays from 2 o'clock, three hours */
  readonly maintenance?: Maintenance;
  /** Lets ACK upgrade the cluster by this channel; the version is then ACK's, and its changes are ignored. @default false */
  readonly autoUpgrade?: 'patch' | 'stable' | 'rapid' | false;
  /** Time zone of control plane and nodes. @default Asia/Shanghai */
  readonly timezone?: string;
  /** Other versions and settings of components, as {@link AddOns} gets them. @default none */
  readonly addOnChanges?: Readonly<Partial<Record<AddOnName, AddOnChange>>>;
  /** Refuses deletion, in Terraform and in the cloud, and keeps the logs after one. @default true */
  readonly protect?: boolean;
  /** What must be there before: the SNAT entries, since nodes fetch images, and the log project; as far as they are in this stack. @default none */
  readonly after?: readonly ITerraformDependable[];
  /** The last word on the resource's own arguments. @default none */
  readonly overrides?: { readonly cluster?: Partial<CsManagedKubernetesConfig> };
}

/** In the API's order: a list in another order differs on every plan. */
export const CONTROL_PLANE_COMPONENTS = ['apiserver', 'kcm', 'scheduler', 'ccm'] as const;
export type ControlPlaneComponent = (typeof CONTROL_PLANE_COMPONENTS)[number];

/** Least and most of what the cluster takes. Source: CreateCluster of the CS API. */
export const CLUSTER_LIMITS = {
  vswitches: 5,
  servicePrefix: { min: 16, max: 24 },
  logDays: { min: 1, max: 3650 },
} as const;

export class KubernetesCluster extends Construct {
  /** The resource, for what the props do not offer. */
  readonly cluster: CsManagedKubernetes;
  readonly clusterId: string;
  readonly name: string;
  readonly version: string;
  readonly serviceCidr: string;
  /** What roles of service accounts trust. */
  readonly issuer: OidcIssuer;
  /** `https://…:6443`, inside the VPC only. */
  readonly apiEndpoint: string;
  /** Group of the nodes and of the pods' network interfaces. */
  readonly securityGroupId: string;

  constructor(scope: Construct, id: string, props: KubernetesClusterProps) {
    super(scope, id);
    const { placement, publicApi = false, protect = true, autoUpgrade = false, logDays = 90 } = props;
    const { maintenance = MAINTENANCE, logComponents = CONTROL_PLANE_COMPONENTS } = props;
    this.name = props.name;
    this.version = props.version;
    this.serviceCidr = props.serviceCidr ?? '172.21.0.0/20';
    const faults = [
      ...nameFaults(props),
      ...placementFaults(placement),
      ...serviceCidrFaults(this.serviceCidr, placement),
      ...logFaults(logDays, logComponents),
    ];
    if (faults.length > 0) throw new Error(faults.join('\n'));

    // All state of Kubernetes lives here. Another id replaces the cluster, and so does a change of service_cidr,
    // proxy_mode, cluster_domain, ip_stack, node_cidr_mask or profile.
    this.cluster = new CsManagedKubernetes(this, 'cluster', {
      name: props.name,
      clusterSpec: 'ack.pro.small',
      version: props.version,
      vswitchIds: placement.zones.map(({ vswitchId }) => vswitchId),
      podVswitchIds: placement.zones.map(({ podVswitchId }) => podVswitchId),
      serviceCidr: this.serviceCidr,
      proxyMode: 'ipvs',
      ipStack: 'ipv4',
      clusterDomain: 'cluster.local',
      timezone: props.timezone ?? 'Asia/Shanghai',
      // Both default to true: a second NAT gateway, and an API server on the internet.
      newNatGateway: false,
      slbInternetEnabled: publicApi,
      // A group of ours has its rules written down; one that ACK makes has ACK's.
      ...(props.securityGroupId === undefined
        ? { isEnterpriseSecurityGroup: true }
        : { securityGroupId: props.securityGroupId }),
      enableRrsa: true, // cannot be turned off again
      encryptionProviderKey: props.kmsKeyId,
      disableEncryption: false,
      skipSetCertificateAuthority: true,
      addons: addOnsAtCreation(props.addOnChanges),
      auditLogConfig: { enabled: true, slsProjectName: props.logProject },
      controlPlaneLogComponents: CONTROL_PLANE_COMPONENTS.filter((component) => logComponents.includes(component)),
      controlPlaneLogProject: props.logProject,
      controlPlaneLogTtl: logDays.toString(),
      maintenanceWindow: maintenanceWindow(maintenance),
      operationPolicy: {
        clusterAutoUpgrade: { enabled: autoUpgrade !== false, channel: autoUpgrade === false ? 'stable' : autoUpgrade },
      },
      deletionProtection: protect,
      deleteOptions: [
        { resourceType: 'SLB', deleteMode: 'delete' },
        { resourceType: 'ALB', deleteMode: 'delete' },
        { resourceType: 'SLS_Data', deleteMode: protect ? 'retain' : 'delete' },
        { resourceType: 'SLS_ControlPlane', deleteMode: protect ? 'retain' : 'delete' },
        { resourceType: 'PrivateZone', deleteMode: 'delete' },
      ],
      dependsOn: [...(props.after ?? [])],
      lifecycle: {
        preventDestroy: protect,
        // The list of components counts at creation only; later each has its own resource (see add-ons.ts).
        ignoreChanges: autoUpgrade === false ? ['addons'] : ['addons', 'version'],
      },
      ...props.overrides?.cluster,
    });
    this.clusterId = this.cluster.id;
    this.securityGroupId = this.cluster.securityGroupId;
    this.apiEndpoint = this.cluster.connections.lookup('api_server_intranet');
    const rrsa = this.cluster.rrsaMetadata.get(0);
    this.issuer = { providerArn: rrsa.ramOidcProviderArn, issuerUrl: rrsa.rrsaOidcIssuerUrl };
  }
}

/**
 * What the cluster installs by itself. The ingress controller is held back: ACK's own would stand on a public load
 * balancer, and before there is a node; the resource that installs it later asks for a private one.
 */
function addOnsAtCreation(changes: KubernetesClusterProps['addOnChanges'] = {}): CsManagedKubernetesAddons[] {
  const first = ADD_ON_NAMES.flatMap((name) => {
    const { version, config, withCluster } = addOnSpec(name, changes[name]);
    if (!withCluster) return [];
    return [{ name, version, ...(Object.keys(config).length === 0 ? {} : { config: canonicalJson(config) }) }];
  });
  const ingress: AddOnName = 'nginx-ingress-controller';
  return [...first, { name: ingress, disabled: true }];
}

function nameFaults({ name, version }: KubernetesClusterProps): string[] {
  const faults: string[] = [];
  if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/.test(name)) {
    faults.push(`cluster.name (${name}) must be 1 to 63 letters, digits or hyphens, not begun by one; respell it`);
  }
  if (!/^\d+\.\d+\.\d+-aliyun\.\d+$/.test(version)) {
    faults.push(`cluster.version (${version}) must be in full, or ACK chooses; write it as 1.34.3-aliyun.1`);
  }
  return faults;
}

function placementFaults({ zones }: Placement): string[] {
  if (zones.length <= CLUSTER_LIMITS.vswitches) return [];
  return [`cluster.placement has ${zones.length} zones and ${CLUSTER_LIMITS.vswitches} is the most; leave some out`];
}

function serviceCidrFaults(serviceCidr: string, placement: Placement): string[] {
  const { min, max } = CLUSTER_LIMITS.servicePrefix;
  if (!ipaddr.IPv4.isValidCIDR(serviceCidr))
    return [`cluster.serviceCidr (${serviceCidr}) is not an IPv4 range; write it as 172.21.0.0/20`];
  const [address, prefix] = ipaddr.IPv4.parseCIDR(serviceCidr);
  const faults: string[] = [];
  if (prefix < min || prefix > max) {
    faults.push(
      `cluster.serviceCidr (${serviceCidr}) must be /${min} to /${max}; take 172.21.0.0/20 for 4,096 services`,
    );
  }
  const network = `${ipaddr.IPv4.networkAddressFromCIDR(serviceCidr).toString()}/${prefix}`;
  if (network !== serviceCidr) {
    faults.push(`cluster.serviceCidr (${serviceCidr}) is an address inside ${network}; write the network`);
  }
  if (!Token.isUnresolved(placement.cidr)) {
    const [vpc, vpcPrefix] = ipaddr.IPv4.parseCIDR(placement.cidr);
    const shorter = Math.min(prefix, vpcPrefix);
    if (address.match(vpc, shorter)) {
      faults.push(
        `cluster.serviceCidr (${serviceCidr}) overlaps the VPC (${placement.cidr}); take a private range outside it`,
      );
    }
  }
  return faults;
}

function logFaults(logDays: number, components: readonly ControlPlaneComponent[]): string[] {
  const { min, max } = CLUSTER_LIMITS.logDays;
  const faults: string[] = [];
  if (!Number.isInteger(logDays) || logDays < min || logDays > max) {
    faults.push(`cluster.logDays (${logDays}) must be ${min} to ${max}; correct it`);
  }
  if (!components.includes('apiserver')) {
    faults.push(`cluster.logComponents (${components.join(', ')}) leaves out apiserver, which the audit needs; add it`);
  }
  return faults;
}
