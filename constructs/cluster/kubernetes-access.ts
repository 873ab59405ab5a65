/**
 * How a stack reaches the Kubernetes API of a cluster that another stack made: the kubernetes and helm providers, with a
 * certificate that the cloud makes out to whoever runs Terraform and that expires by itself.
 *
 * The certificate is asked for at each plan and is in the stack's state until the next; see docs/platform.md. What it
 * may do in the cluster is what `Access` granted to that identity. The server is the one of the kubeconfig: the public
 * address where the cluster has one, otherwise the one inside the VPC, which only a machine inside it reaches.
 * Source: provider documentation and source of `alicloud_cs_cluster_credential` (1.285.0).
 */
import {
  DataAlicloudCsClusterCredential,
  type DataAlicloudCsClusterCredentialConfig,
} from '@cdktf/provider-alicloud/lib/data-alicloud-cs-cluster-credential';
import { HelmProvider, type HelmProviderConfig } from '@cdktf/provider-helm/lib/provider';
import { KubernetesProvider, type KubernetesProviderConfig } from '@cdktf/provider-kubernetes/lib/provider';
import { Fn, TerraformLocal, Token } from 'cdktf';
import { Construct } from 'constructs';

/** Minutes that a certificate may last. Source: DescribeClusterUserKubeconfig of the CS API. */
export const CREDENTIAL_MINUTES = { min: 15, max: 4_320, default: 60 } as const;

export interface KubernetesAccessProps {
  readonly clusterId: string;
  /**
   * Minutes until the certificate expires, 15 to 4320. A plan that is applied later than that is refused by the cluster.
   * @default 60
   */
  readonly credentialMinutes?: number;
  /** The last word on the arguments of each child. @default none */
  readonly overrides?: {
    readonly credential?: Partial<DataAlicloudCsClusterCredentialConfig>;
    readonly kubernetes?: Partial<KubernetesProviderConfig>;
    readonly helm?: Partial<HelmProviderConfig>;
  };
}

export class KubernetesAccess extends Construct {
  /** Asks the cloud for the certificate. */
  readonly credential: DataAlicloudCsClusterCredential;
  readonly kubernetes: KubernetesProvider;
  readonly helm: HelmProvider;

  constructor(scope: Construct, id: string, props: KubernetesAccessProps) {
    super(scope, id);
    const { credentialMinutes = CREDENTIAL_MINUTES.default, overrides = {} } = props;
    const { min, max } = CREDENTIAL_MINUTES;
    if (!Number.isInteger(credentialMinutes) || credentialMinutes < min || credentialMinutes > max) {
      throw new Error(
        `kubernetesAccess.credentialMinutes (${credentialMinutes}) must be a whole number from ${min} to ${max}; ` +
          'leave it out for an hour',
      );
    }

    this.credential = new DataAlicloudCsClusterCredential(this, 'credential', {
      clusterId: props.clusterId,
      temporaryDurationMinutes: credentialMinutes,
      ...overrides.credential,
    });
    // Of the two attributes that carry the key, `kube_config` alone is marked sensitive.
    const kubeconfig = new TerraformLocal(this, 'kubeconfig', Fn.yamldecode(this.credential.kubeConfig));
    const part = (...path: readonly (string | number)[]): string =>
      Token.asString(Fn.lookupNested(kubeconfig.expression, [...path]));
    const pem = (...path: readonly (string | number)[]): string => Fn.base64decode(part(...path));
    const connection = {
      host: part('clusters', 0, 'cluster', 'server'),
      clusterCaCertificate: pem('clusters', 0, 'cluster', 'certificate-authority-data'),
      clientCertificate: pem('users', 0, 'user', 'client-certificate-data'),
      clientKey: pem('users', 0, 'user', 'client-key-data'),
    };
    this.kubernetes = new KubernetesProvider(this, 'kubernetes', { ...connection, ...overrides.kubernetes });
    this.helm = new HelmProvider(this, 'helm', { kubernetes: connection, ...overrides.helm });
  }
}
