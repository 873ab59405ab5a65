/**
 * What a stage tells whoever plays on it: where an environment's deployment stands on this machine, and how it is reached.
 * It is a file, so that one stage serves many drills, each a process of its own.
 */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GATEWAY_SERVICE_ACCOUNT } from '../../../stacks/names';
import { REHEARSAL_ADMIN_KEY } from '../../kubernetes/environment-cluster';
import type { KubernetesApi, KubernetesObject } from '../../kubernetes/api';

/** A stage that stands. Everything here is reached from this machine alone. */
export interface StageDescription {
  /** The environment's name. */
  readonly environment: string;
  /** Number of the process that holds it; it goes with that. */
  readonly process: number;
  /** Folder of the local cluster. */
  readonly cluster: string;
  /** File. */
  readonly kubeconfig: string;
  /** Folder with the synthesized stacks, their states and their logs. */
  readonly workspace: string;
  /** The gateway's namespace. */
  readonly namespace: string;
  /** Its Service: `http://10.96.1.2:8080`. */
  readonly gateway: string;
  readonly adminKey: string;
  /** A key for inference without limits of its own, for load. */
  readonly inferenceKey: string;
  /** The Service of Prometheus. */
  readonly prometheus: string;
  /** The Service of Alertmanager. */
  readonly alertmanager: string;
}

interface Service extends KubernetesObject {
  readonly spec: {
    readonly clusterIP: string;
    readonly selector?: Readonly<Record<string, string>>;
    readonly ports: readonly { readonly port: number }[];
  };
}

/** Looks up what is reached where. @throws Error when something is not there */
export async function addressesOf(
  api: KubernetesApi,
): Promise<Pick<StageDescription, 'namespace' | 'gateway' | 'prometheus' | 'alertmanager'>> {
  const services = await api.list<Service>('/api/v1/services');
  const { namespace, name } = GATEWAY_SERVICE_ACCOUNT;
  const url = (what: string, is: (service: Service) => boolean): string => {
    const found = services.find((service) => service.spec.clusterIP !== 'None' && is(service));
    const port = found?.spec.ports[0]?.port;
    if (found === undefined || port === undefined) throw new Error(`no Service of ${what} has an address`);
    return `http://${found.spec.clusterIP}:${port}`;
  };
  const selects = (app: string) => (service: Service) => service.spec.selector?.['app.kubernetes.io/name'] === app;
  return {
    namespace,
    gateway: url('the gateway', ({ metadata }) => metadata.name === name && metadata.namespace === namespace),
    prometheus: url('Prometheus', selects('prometheus')),
    alertmanager: url('Alertmanager', selects('alertmanager')),
  };
}

/** Makes a key that asks as often as it likes. @param gateway the Service's address */
export async function makeInferenceKey(gateway: string): Promise<string> {
  const response = await fetch(`${gateway}/api/keys`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${REHEARSAL_ADMIN_KEY}` },
    body: JSON.stringify({
      name: 'drill',
      permissions: ['inference'],
      limits: { perMinute: 0, perHour: 0, perDay: 0 },
    }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`the gateway made no key: ${response.status} ${text.slice(0, 300)}`);
  return (JSON.parse(text) as { readonly key: string }).key;
}

/** Writes it for other processes. Keys are in it, so nobody else may read it. @returns its path */
export function writeDescription(description: StageDescription): string {
  const file = join(description.workspace, 'stage.json');
  writeFileSync(file, `${JSON.stringify(description, null, 2)}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
  return file;
}

/** @throws Error when the stage is another environment's, or does not stand any more */
export function readDescription(file: string, environment: string): StageDescription {
  const description = JSON.parse(readFileSync(file, 'utf8')) as StageDescription;
  if (description.environment !== environment) {
    throw new Error(`the stage of ${file} is ${description.environment}, and not ${environment}`);
  }
  try {
    process.kill(description.process, 0);
  } catch {
    throw new Error(`the stage of ${file} is gone: process ${description.process}, which held it, has ended`);
  }
  return description;
}
