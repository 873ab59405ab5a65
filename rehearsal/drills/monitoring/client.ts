/** Who asks a replica of the gateway: many people from many addresses, each within its limits. */
import { ROUTES } from '../../../app/src/routes';
import { ADMIN_KEY } from './pod';

export interface Asking {
  readonly method?: 'GET' | 'POST';
  readonly body?: object | string;
  /** @default the client's own */
  readonly key?: string;
  /** @default an address that nobody else has had for a while */
  readonly address?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Goes away after the first bytes of the answer. @default false */
  readonly leaves?: boolean;
}

/** What a key is made with; see the gateway's `POST /api/keys`. */
export interface KeySettings {
  readonly name: string;
  readonly permissions?: readonly string[];
  readonly limits?: { readonly perMinute?: number; readonly perHour?: number; readonly perDay?: number };
}

/** No limit at all. */
export const UNLIMITED = { perMinute: 0, perHour: 0, perDay: 0 } as const;

/** Longer than any answer that a gateway gives. */
const TIMEOUT_MS = 70_000;

let addresses = 0;

/** An address of the private network; each is given again after 16,384 others, so that no limit of one address is met. */
function nextAddress(): string {
  addresses = (addresses + 1) % 16_384;
  return `10.40.${Math.floor(addresses / 256)}.${addresses % 256}`;
}

export class Client {
  /** @param origin of the replica */
  constructor(
    readonly origin: string,
    private readonly key: string = ADMIN_KEY,
  ) {}

  /** @returns the status; 0 when there was no answer */
  async ask(path: string, asking: Asking = {}): Promise<number> {
    const response = await this.#send(path, asking).catch(() => undefined);
    if (response === undefined) return 0;
    if (asking.leaves === true) {
      await response.body?.cancel();
      return response.status;
    }
    await response.arrayBuffer().catch(() => undefined);
    return response.status;
  }

  /** A client with a key of its own, which this one must be allowed to make. @throws Error when none is made */
  async withKey(settings: KeySettings): Promise<Client> {
    const response = await this.#send(ROUTES.keys, { method: 'POST', body: settings });
    const made = (await response.json()) as { readonly key?: string };
    if (made.key === undefined) throw new Error(`no key was made: ${response.status} ${JSON.stringify(made)}`);
    return new Client(this.origin, made.key);
  }

  #send(path: string, { method, body, key = this.key, address = nextAddress(), headers }: Asking): Promise<Response> {
    return fetch(`${this.origin}${path}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        ...(key !== '' && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        'x-forwarded-for': address,
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  }
}

let prompts = 0;

/** A chat that nobody has asked before. */
export function newPrompt(more: object = {}): object {
  prompts += 1;
  return chat(`What is ${prompts} times ${process.pid}?`, more);
}

/** A chat whose answer may be kept. */
export function samePrompt(number: number): object {
  return chat(`What is the capital of country ${number}?`, { temperature: 0 });
}

function chat(content: string, more: object): object {
  return { model: 'qwen-plus', messages: [{ role: 'user', content }], ...more };
}
