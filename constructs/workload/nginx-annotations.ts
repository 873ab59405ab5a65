/**
 * What an Ingress tells the NGINX controller, typed: names of annotations that exist, values as they are meant.
 * Source: ingress-nginx 1.12, "Annotations".
 */

/** How requests are shared out among pods. */
export type Balancing =
  | { readonly algorithm: 'round-robin' }
  /**
   * The pod that answers fastest and has least to do. The controller dropped NGINX's own `least_conn` when it took over
   * the choice of pods; peak EWMA is what it has in its place, and counts open requests as well.
   */
  | { readonly algorithm: 'least-connections' }
  /** Always the same pod for the same client, as long as the number of pods stays. */
  | { readonly algorithm: 'hash'; readonly by: 'client-address' | 'api-key' };

/** How often one address may ask, at the door. The gateway's own limits know keys and users, and hold over all pods. */
export interface IngressRateLimit {
  /** Requests a second of one address, for each pod of the controller. */
  readonly requestsPerSecond: number;
  /** How many seconds' worth may come at once. */
  readonly burstSeconds: number;
  /** Connections of one address at a time, for each pod of the controller. */
  readonly connections: number;
}

export interface IngressSettings {
  readonly balancing: Balancing;
  /** A cookie leads a client back to its pod. */
  readonly stickySessions: boolean;
  /** @default none */
  readonly rateLimit?: IngressRateLimit;
  /** Origins whose pages may ask from a browser. */
  readonly corsOrigins: readonly string[];
  /** Headers that such a page may send, and headers of an answer that it may read. */
  readonly corsHeaders: { readonly sent: readonly string[]; readonly read: readonly string[] };
  /** Largest request body, bytes. */
  readonly bodyBytes: number;
  /** Longest silence between two reads or writes, seconds. */
  readonly timeoutSeconds: number;
  /** Who makes the certificate; a Secret that exists needs nobody. @default nobody */
  readonly clusterIssuer?: string;
}

/** The variable of NGINX that requests are hashed by. */
const HASH_BY = { 'client-address': '$remote_addr', 'api-key': '$http_authorization' } as const;

const MEBIBYTE = 1_048_576;
const STICKY_SECONDS = 3_600;
const PREFIX = 'nginx.ingress.kubernetes.io/';

/** The annotations of an Ingress. */
export function nginxAnnotations(settings: IngressSettings): Record<string, string> {
  const { balancing, stickySessions, rateLimit, corsOrigins, clusterIssuer } = settings;
  const nginx: Readonly<Record<string, string>> = {
    'force-ssl-redirect': 'true',
    'backend-protocol': 'HTTP',
    'proxy-body-size': `${Math.ceil(settings.bodyBytes / MEBIBYTE)}m`,
    'proxy-connect-timeout': '5',
    'proxy-read-timeout': settings.timeoutSeconds.toString(),
    'proxy-send-timeout': settings.timeoutSeconds.toString(),
    // An event of a stream goes on at once, not when a buffer is full.
    'proxy-buffering': 'off',
    // A request that a pod has begun with is never given to another: it would be paid for twice.
    'proxy-next-upstream': 'error timeout',
    'proxy-next-upstream-tries': '2',
    ...balanced(balancing),
    ...(stickySessions && {
      affinity: 'cookie',
      'affinity-mode': 'balanced',
      'session-cookie-name': 'bailian-gateway',
      'session-cookie-max-age': STICKY_SECONDS.toString(),
      'session-cookie-samesite': 'Lax',
      'session-cookie-secure': 'true',
      'session-cookie-change-on-failure': 'true',
    }),
    ...(rateLimit !== undefined && {
      'limit-rps': rateLimit.requestsPerSecond.toString(),
      'limit-burst-multiplier': rateLimit.burstSeconds.toString(),
      'limit-connections': rateLimit.connections.toString(),
    }),
    ...(corsOrigins.length > 0 && {
      'enable-cors': 'true',
      'cors-allow-origin': corsOrigins.join(','),
      'cors-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
      'cors-allow-headers': settings.corsHeaders.sent.join(', '),
      'cors-expose-headers': settings.corsHeaders.read.join(', '),
      // Keys travel in a header that a page sets by itself, never in a cookie.
      'cors-allow-credentials': 'false',
      'cors-max-age': '7200',
    }),
  };
  return {
    ...Object.fromEntries(Object.entries(nginx).map(([key, value]) => [`${PREFIX}${key}`, value])),
    ...(clusterIssuer === undefined ? {} : { 'cert-manager.io/cluster-issuer': clusterIssuer }),
  };
}

function balanced(balancing: Balancing): Readonly<Record<string, string>> {
  switch (balancing.algorithm) {
    case 'round-robin':
      return { 'load-balance': 'round_robin' };
    case 'least-connections':
      return { 'load-balance': 'ewma' };
    case 'hash':
      return { 'upstream-hash-by': HASH_BY[balancing.by] };
  }
}
