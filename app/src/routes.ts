/** Where the service listens and what it answers there. Probes, Ingress rules and network policies import these. */

/** The one port of the service, inside a container and out. */
export const PORT = 8080;

export const ROUTES = {
  /** The process runs its event loop. Touches nothing outside, so an outage elsewhere never restarts a pod. */
  live: '/health/live',
  /** The process wants traffic. The first thing to fail when it shuts down. */
  ready: '/health/ready',
  /** Prometheus text format. Inside the cluster only. */
  metrics: '/metrics',
  /** OpenAI's list of models. */
  models: '/v1/models',
  /** OpenAI's chat completions, as JSON or as server-sent events. */
  chatCompletions: '/v1/chat/completions',
  /** OpenAI's embeddings. */
  embeddings: '/v1/embeddings',
  /** What each component says, and how long it took to say it. Inside the cluster only. */
  detailed: '/health/detailed',
  /** The OpenAPI document of everything below `/v1` and `/api`. */
  openapi: '/openapi.json',
  /** Administration: an admin key, from an address of ADMIN_ALLOWED_CIDRS. */
  keys: '/api/keys',
  costs: '/api/costs',
  quota: '/api/quota/stats',
  cacheStats: '/api/cache/stats',
  cache: '/api/cache',
  performance: '/api/performance',
  circuitBreakers: '/api/circuit-breakers',
} as const;

/** Other addresses of the same answers, for load balancers that are set to them. */
export const ALIASES = {
  live: ['/health', '/api/health'],
  ready: ['/api/ready'],
} as const;

/** The header that carries the correlation id in, out, and on to the upstream. */
export const REQUEST_ID_HEADER = 'x-request-id';
