/** The Kubernetes API, as far as the rehearsal asks it: by the certificate of a kubeconfig, over one connection. */
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { parse } from 'yaml';

/** What every object has. */
export interface KubernetesObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
    readonly finalizers?: readonly string[];
  };
}

interface Kubeconfig {
  readonly 'current-context': string;
  readonly contexts: readonly { readonly name: string; readonly context: { cluster: string; user: string } }[];
  readonly clusters: readonly {
    readonly name: string;
    readonly cluster: { readonly server: string; readonly 'certificate-authority-data'?: string };
  }[];
  readonly users: readonly {
    readonly name: string;
    readonly user: {
      readonly 'client-certificate-data'?: string;
      readonly 'client-key-data'?: string;
      readonly token?: string;
    };
  }[];
}

/** How a body changes an object. Source: Kubernetes API conventions, patch types. */
const CONTENT = {
  merge: 'application/merge-patch+json',
  apply: 'application/apply-patch+yaml',
  whole: 'application/json',
} as const;

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** The API refused. */
export class KubernetesRefusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export class KubernetesApi {
  readonly #agent: Agent;
  readonly #token: string | undefined;

  private constructor(
    readonly server: string,
    agent: Agent,
    token: string | undefined,
  ) {
    this.#agent = agent;
    this.#token = token;
  }

  /** @throws Error when the kubeconfig's current context has no certificate and no token in it */
  static ofKubeconfig(file: string): KubernetesApi {
    const config = parse(readFileSync(file, 'utf8')) as Kubeconfig;
    const context = config.contexts.find(({ name }) => name === config['current-context'])?.context;
    const cluster = config.clusters.find(({ name }) => name === context?.cluster)?.cluster;
    const user = config.users.find(({ name }) => name === context?.user)?.user;
    if (cluster === undefined || user === undefined) throw new Error(`${file} names no cluster and user to use`);
    const { token, 'client-certificate-data': certificate, 'client-key-data': key } = user;
    if (token === undefined && certificate === undefined) {
      throw new Error(`${file} logs in by a program; give one with a certificate or a token in it`);
    }
    const text = (base64: string): string => Buffer.from(base64, 'base64').toString();
    const authority = cluster['certificate-authority-data'];
    const agent = new Agent({
      keepAlive: true,
      ...(authority !== undefined && { ca: text(authority) }),
      ...(certificate !== undefined && { cert: text(certificate) }),
      ...(key !== undefined && { key: text(key) }),
    });
    return new KubernetesApi(cluster.server, agent, token);
  }

  /** @throws Error when the server does not answer at all */
  ask(method: string, path: string, body?: object, content: keyof typeof CONTENT = 'whole'): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sent = request(
        `${this.server}${path}`,
        {
          method,
          agent: this.#agent,
          timeout: 30_000,
          headers: {
            accept: 'application/json',
            ...(this.#token !== undefined && { authorization: `Bearer ${this.#token}` }),
            ...(body !== undefined && { 'content-type': CONTENT[content] }),
          },
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk: string) => {
            text += chunk;
          });
          response.once('end', () => {
            resolve({ status: response.statusCode ?? 0, body: text });
          });
        },
      );
      sent.once('timeout', () => sent.destroy(new Error(`${method} ${path}: no answer`)));
      sent.once('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** @throws KubernetesRefusal with the server's own words */
  async must(method: string, path: string, body?: object, content: keyof typeof CONTENT = 'whole'): Promise<string> {
    const { status, body: text } = await this.ask(method, path, body, content);
    if (status >= 200 && status < 300) return text;
    throw new KubernetesRefusal(status, `${method} ${path} was answered ${status}: ${messageOf(text)}`);
  }

  /** An object, or undefined where there is none. */
  async get<T extends KubernetesObject>(path: string): Promise<T | undefined> {
    const { status, body } = await this.ask('GET', path);
    if (status === 404) return undefined;
    if (status !== 200) throw new KubernetesRefusal(status, `GET ${path} was answered ${status}: ${messageOf(body)}`);
    return JSON.parse(body) as T;
  }

  /** Every object of a collection. */
  async list<T extends KubernetesObject>(path: string): Promise<readonly T[]> {
    const { items } = JSON.parse(await this.must('GET', path)) as { readonly items: readonly T[] };
    return items;
  }

  /** Whether it is up and all that it does at its start is done. */
  async isReady(): Promise<boolean> {
    try {
      return (await this.ask('GET', '/readyz')).status === 200;
    } catch {
      return false;
    }
  }

  close(): void {
    this.#agent.destroy();
  }
}

function messageOf(body: string): string {
  try {
    const { message } = JSON.parse(body) as { readonly message?: string };
    return message ?? body;
  } catch {
    return body;
  }
}
