/** The cluster's own certificate authority, and what each of its parts shows to the others. */
import { generateKeyPairSync, webcrypto } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
// The certificate library finds its parts by decorators, and needs this loaded first.
import 'reflect-metadata';

import * as x509 from '@peculiar/x509';
import { CLUSTER_NAME, NETWORK, PORTS, type ClusterFolder, type NodeLayout } from './layout';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
/** A cluster lives for a rehearsal; what an image is made to trust lives as long as the image is kept. */
const VALID_DAYS = 3_650;

/** Who a certificate is for: to Kubernetes the organization is a group and the common name a user. */
interface Subject {
  readonly file: string;
  readonly commonName: string;
  readonly organization?: string;
  /** What it serves as. @default nothing, it is a client only */
  readonly names?: readonly x509.JsonGeneralName[];
}

const dns = (value: string): x509.JsonGeneralName => ({ type: 'dns', value });
const ip = (value: string): x509.JsonGeneralName => ({ type: 'ip', value });

/** Users with a kubeconfig of their own, nodes apart. */
const USERS = [
  { file: 'admin', commonName: 'admin', organization: 'system:masters' },
  { file: 'controller-manager', commonName: 'system:kube-controller-manager' },
  { file: 'scheduler', commonName: 'system:kube-scheduler' },
  { file: 'proxy', commonName: 'system:kube-proxy' },
] as const satisfies readonly Subject[];

const SERVERS_AND_CLIENTS: readonly Subject[] = [
  {
    file: 'apiserver',
    commonName: 'kube-apiserver',
    names: [
      ...['127.0.0.1', NETWORK.host, NETWORK.apiService].map(ip),
      ...['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc'].map(dns),
      dns('kubernetes.default.svc.cluster.local'),
    ],
  },
  { file: 'kubelet-client', commonName: 'kube-apiserver-kubelet-client', organization: 'system:masters' },
  { file: 'front-proxy', commonName: 'front-proxy-client' },
];

const ofNode = ({ name, address }: NodeLayout): Subject => ({
  file: name,
  commonName: `system:node:${name}`,
  organization: 'system:nodes',
  names: [ip(address), dns(name)],
});

/** A server that is not the cluster's, and who vouches for it; all in PEM. */
export interface ServerIdentity {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

/** @param names of the server; `*.` stands for one label */
export async function issueServerIdentity(names: readonly string[]): Promise<ServerIdentity> {
  const authority = await Authority.create();
  const issued = await authority.issue({ file: '', commonName: 'rehearsal', names: names.map(dns) });
  return { authority: authority.certificate, ...issued };
}

/** Writes every certificate, key and kubeconfig into the cluster's folder. */
export async function writeCertificates(folder: ClusterFolder, nodes: readonly NodeLayout[]): Promise<void> {
  mkdirSync(folder.certificates, { recursive: true, mode: 0o700 });
  const authority = await Authority.create();
  const write = (name: string, content: string): void => {
    writeFileSync(join(folder.certificates, name), content, { mode: 0o600 });
  };
  write('ca.crt', authority.certificate);
  write('ca.key', authority.key);
  const accounts = generateKeyPairSync('rsa', { modulusLength: 2048 });
  write('accounts.key', accounts.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  write('accounts.pub', accounts.publicKey.export({ type: 'spki', format: 'pem' }).toString());

  const withKubeconfig: readonly Subject[] = [...USERS, ...nodes.map(ofNode)];
  for (const subject of [...SERVERS_AND_CLIENTS, ...withKubeconfig]) {
    const { certificate, key } = await authority.issue(subject);
    write(`${subject.file}.crt`, certificate);
    write(`${subject.file}.key`, key);
    if (!withKubeconfig.includes(subject)) continue;
    write(`${subject.file}.kubeconfig`, kubeconfig(subject.file, authority.certificate, certificate, key));
    if (subject.file === 'admin') {
      writeFileSync(folder.kubeconfig, kubeconfig('admin', authority.certificate, certificate, key), { mode: 0o600 });
    }
  }
}

/** A kubeconfig that needs no file beside it. JSON is YAML. */
function kubeconfig(user: string, authority: string, certificate: string, key: string): string {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const cluster = {
    server: `https://${NETWORK.host}:${PORTS.api}`,
    'certificate-authority-data': base64(authority),
  };
  const credentials = { 'client-certificate-data': base64(certificate), 'client-key-data': base64(key) };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: CLUSTER_NAME, cluster }],
    users: [{ name: user, user: credentials }],
    contexts: [{ name: CLUSTER_NAME, context: { cluster: CLUSTER_NAME, user } }],
    'current-context': CLUSTER_NAME,
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

class Authority {
  private constructor(
    private readonly keys: webcrypto.CryptoKeyPair,
    private readonly self: x509.X509Certificate,
    /** PEM. */
    readonly key: string,
  ) {}

  static async create(): Promise<Authority> {
    x509.cryptoProvider.set(webcrypto);
    const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
    const self = await x509.X509CertificateGenerator.createSelfSigned({
      name: `CN=${CLUSTER_NAME}`,
      ...validity(),
      keys,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(
          x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign | x509.KeyUsageFlags.digitalSignature,
          true,
        ),
      ],
    });
    return new Authority(keys, self, await pemOf(keys.privateKey));
  }

  /** PEM. */
  get certificate(): string {
    return this.self.toString('pem');
  }

  async issue({ commonName, organization, names = [] }: Subject): Promise<{ certificate: string; key: string }> {
    const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
    const certificate = await x509.X509CertificateGenerator.create({
      subject: [...(organization === undefined ? [] : [{ O: [organization] }]), { CN: [commonName] }],
      issuer: this.self.subject,
      ...validity(),
      publicKey: keys.publicKey,
      signingKey: this.keys.privateKey,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
        ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension([...names])] : []),
      ],
    });
    return { certificate: certificate.toString('pem'), key: await pemOf(keys.privateKey) };
  }
}

const validity = (): { notBefore: Date; notAfter: Date } => ({
  notBefore: new Date(Date.now() - 60_000),
  notAfter: new Date(Date.now() + VALID_DAYS * DAY_MS),
});

const pemOf = async (key: webcrypto.CryptoKey): Promise<string> =>
  x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
