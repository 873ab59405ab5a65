/** How a user gets into a cluster: a kubeconfig with a certificate of the cluster's own authority, valid for a while. */
import { DescribeClusterUserKubeconfigRequest } from '@alicloud/cs20151215/dist/models/DescribeClusterUserKubeconfigRequest';
import { DescribeClusterUserKubeconfigResponseBody } from '@alicloud/cs20151215/dist/models/DescribeClusterUserKubeconfigResponseBody';
import { ApiError } from '../../api-error';
import type { Cloud } from '../../cloud';
import { roaOperation } from '../../roa';
import { issue } from './certificate';
import type { Identity } from './certificate';
import { clusterOf, endpointsOf, requireReady } from './clusters';
import type { Cluster } from './clusters';
import { DAY_MS, MINUTE_MS } from '../../durations';

/** Bounds of `TemporaryDurationMinutes`; the double's own default is short, since nothing here needs a longer one. */
const MINUTES = { least: 15, most: 4320, usual: 60 } as const;

interface Credential {
  readonly config: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** Beside the records and not in them: a snapshot holds no private key. */
const AUTHORITIES = new WeakMap<Cluster, Identity>();
const CREDENTIALS = new WeakMap<Cluster, Map<string, Credential>>();

function authorityOf(cloud: Cloud, cluster: Cluster): Identity {
  let authority = AUTHORITIES.get(cluster);
  if (authority === undefined) {
    const now = cloud.now();
    authority = issue(
      { organization: 'alibabacloud', commonName: cluster.id },
      { from: now - MINUTE_MS, until: now + DAY_MS },
    );
    AUTHORITIES.set(cluster, authority);
  }
  return authority;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

function newCredential(cloud: Cloud, cluster: Cluster, server: string, minutes: number): Credential {
  const authority = authorityOf(cloud, cluster);
  const until = cloud.now() + minutes * MINUTE_MS;
  const user = issue(
    { organization: 'system:users', commonName: cloud.accountId },
    { from: cloud.now() - MINUTE_MS, until },
    authority,
  );
  const key = user.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const config = `apiVersion: v1
kind: Config
clusters:
- name: kubernetes
  cluster:
    server: ${server}
    certificate-authority-data: ${base64(authority.certificate)}
contexts:
- name: ${cloud.accountId}-${cluster.id}
  context:
    cluster: kubernetes
    user: "${cloud.accountId}"
current-context: ${cloud.accountId}-${cluster.id}
preferences: {}
users:
- name: "${cloud.accountId}"
  user:
    client-certificate-data: ${base64(user.certificate)}
    client-key-data: ${base64(key)}
`;
  return { config, until };
}

/** The one that is still valid, as the API gives it again, or a new one. */
function credentialOf(cloud: Cloud, cluster: Cluster, server: string, minutes: number): Credential {
  const known = CREDENTIALS.get(cluster) ?? new Map<string, Credential>();
  CREDENTIALS.set(cluster, known);
  const key = `${server} ${minutes}`;
  const valid = known.get(key);
  if (valid !== undefined && valid.until > cloud.now()) return valid;
  const credential = newCredential(cloud, cluster, server, minutes);
  known.set(key, credential);
  return credential;
}

export const kubeconfigOperations = [
  roaOperation({
    name: 'DescribeClusterUserKubeconfig',
    method: 'GET',
    path: '/k8s/{cluster_id}/user_config',
    request: DescribeClusterUserKubeconfigRequest,
    response: DescribeClusterUserKubeconfigResponseBody,
    handle: ({ request, cloud, path }) => {
      const cluster = clusterOf(cloud, path('cluster_id'));
      requireReady(cloud, cluster);
      const minutes = request.temporaryDurationMinutes ?? MINUTES.usual;
      if (minutes < MINUTES.least || minutes > MINUTES.most) {
        throw new ApiError(
          'InvalidParameter',
          `TemporaryDurationMinutes (${minutes}) is not from ${MINUTES.least} to ${MINUTES.most}.`,
        );
      }
      if (cloud.kubeconfig !== undefined) {
        return { config: cloud.kubeconfig, expiration: cloud.timestamp(cloud.now() + minutes * MINUTE_MS) };
      }
      const { internet, intranet } = endpointsOf(cluster);
      // A cluster without a public address answers inside its VPC, whatever was asked for.
      const server = request.privateIpAddress === true ? intranet : (internet ?? intranet);
      const { config, until } = credentialOf(cloud, cluster, server, minutes);
      return { config, expiration: cloud.timestamp(until) };
    },
  }),
];
