/** One HTTP exchange as the double sees it, after TLS and before any product's own reading of it. */
export interface WireRequest {
  readonly method: string;
  /** Without port, lower case: `vpc.cn-hangzhou.aliyuncs.com`. */
  readonly host: string;
  /** As it was sent, percent-encoded: `/clusters/c123`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

/** A JSON answer. */
export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): WireResponse {
  return {
    status,
    headers: { 'content-type': 'application/json;charset=utf-8', ...headers },
    body: JSON.stringify(body),
  };
}

/**
 * The host of a request that names the double itself: from clients that go through no proxy, and are told where the
 * double is instead. No real name, so that nothing else is answered in its stead.
 */
export const DIRECT_HOST = 'direct.double';
