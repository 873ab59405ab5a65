/**
 * Answers the nodes' drivers which files a pod is given: what its SecretProviderClass lists, out of a store of secrets.
 * Who may read what is not enforced here: on ACK that is the role of the pod's service account.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { parse } from 'yaml';
import type { KubernetesApi, KubernetesObject } from './api';
import { NETWORK, PORTS } from './layout';

/** The value of a secret by its name; undefined when there is none. */
export type SecretSource = (name: string) => Promise<string | undefined>;

interface SecretProviderClass extends KubernetesObject {
  readonly spec: { readonly provider: string; readonly parameters: { readonly objects: string } };
}

/** An entry of `objects`. Source: README of secrets-store-csi-driver-provider-alibaba-cloud. */
interface WantedSecret {
  readonly objectName: string;
  /** The file's name. @default the secret's */
  readonly objectAlias?: string;
}

export class SecretStore {
  private constructor(private readonly server: Server) {}

  static async start(api: KubernetesApi, secrets: SecretSource): Promise<SecretStore> {
    const server = createServer((request, response) => {
      answer(api, secrets, request).then(
        (files) => response.end(JSON.stringify(files)),
        (fault: unknown) => {
          response.statusCode = 404;
          response.end(fault instanceof Error ? fault.message : String(fault));
        },
      );
    });
    await new Promise<void>((listening, failed) => {
      server.once('error', failed).listen(PORTS.secretStore, NETWORK.host, listening);
    });
    return new SecretStore(server);
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((closed) => {
      this.server.close(() => {
        closed();
      });
    });
  }
}

async function answer(
  api: KubernetesApi,
  secrets: SecretSource,
  request: IncomingMessage,
): Promise<Readonly<Record<string, string>>> {
  const attributes = JSON.parse(await text(request)) as Readonly<Record<string, string>>;
  const { secretProviderClass: name = '', 'csi.storage.k8s.io/pod.namespace': namespace = '' } = attributes;
  if (name === '' || namespace === '')
    throw new Error('the volume names no SecretProviderClass, or its pod no namespace');
  const path = `/apis/secrets-store.csi.x-k8s.io/v1/namespaces/${namespace}/secretproviderclasses/${name}`;
  const group = await api.get<SecretProviderClass>(path);
  if (group === undefined) throw new Error(`there is no SecretProviderClass ${name} in ${namespace}`);
  return filesOf(group.spec.parameters.objects, secrets);
}

/**
 * The files, their content in base64.
 * @param objects the list, in YAML
 * @throws Error that names every secret that there is not
 */
export async function filesOf(objects: string, secrets: SecretSource): Promise<Readonly<Record<string, string>>> {
  const wanted = parse(objects) as readonly WantedSecret[];
  const found = await Promise.all(
    wanted.map(async ({ objectName: name, objectAlias: file = name }) => ({ name, file, value: await secrets(name) })),
  );
  const missing = found.filter(({ value }) => value === undefined).map(({ name }) => name);
  if (missing.length > 0) throw new Error(`the store has no secret ${missing.join(', ')}`);
  return Object.fromEntries(found.map(({ file, value = '' }) => [file, Buffer.from(value).toString('base64')]));
}
