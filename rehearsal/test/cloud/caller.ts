/** A client for tests: calls products through the router as the wire would, with a clock that the test moves. */
import { Cloud } from '../../cloud/cloud';
import type { CloudOptions } from '../../cloud/cloud';
import type { Product } from '../../cloud/product';
import { Router } from '../../cloud/router';

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

interface Call {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

export class Caller {
  readonly cloud: Cloud;
  readonly router: Router;
  /** Milliseconds since the epoch. */
  now = Date.parse('2026-01-02T03:04:05Z');

  constructor(products: readonly Product[], options: Omit<CloudOptions, 'now'> = {}) {
    this.cloud = new Cloud({ ...options, now: () => this.now });
    this.router = new Router(this.cloud, products);
  }

  /** Lets everything that was begun be done. */
  settle(): void {
    this.now += 60_000;
  }

  /** An action of the RPC style; `action` is `host version name`, as in `ram.aliyuncs.com 2015-05-01 GetRole`. */
  rpc(action: string, parameters: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const [host = '', version = '', name = ''] = action.split(' ');
    return this.#send({ method: 'POST', host, path: '/', query: { Action: name, Version: version, ...parameters } });
  }

  /** An operation of the ROA style; `operation` is `METHOD /path?query`. */
  roa(host: string, operation: string, body?: unknown): Promise<Answer> {
    const [method = '', target = ''] = operation.split(' ');
    const [path = '', query = ''] = target.split('?');
    return this.#send({ method, host, path, query: Object.fromEntries(new URLSearchParams(query)), body });
  }

  async #send({ method, host, path, query, body }: Call): Promise<Answer> {
    const response = await this.router.handle({
      method,
      host,
      path,
      query: new URLSearchParams(query),
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
    });
    if (response === 'dropped') throw new Error(`${method} ${path} was dropped`);
    const parsed: unknown = JSON.parse(response.body.toString());
    // A list stands under `items`, so that every answer is read alike.
    if (Array.isArray(parsed)) return { status: response.status, body: { items: parsed } };
    return { status: response.status, body: isObject(parsed) ? parsed : {} };
  }
}

/** The field at that path of an answer, as text. */
export function textAt(answer: Answer, path: string): string {
  let value: unknown = answer.body;
  for (const name of path.split('.')) value = isObject(value) ? value[name] : undefined;
  if (typeof value !== 'string') throw new Error(`${path} is ${JSON.stringify(value)} in ${JSON.stringify(answer)}`);
  return value;
}
