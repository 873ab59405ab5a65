/** JSON Schemas of what `/api/performance/*` is asked and answers. */
import { HEALTH_STATUSES } from '../health/health-check';
import { LOAD_TARGETS, SELF_LOAD } from './self-load';

const number = { type: 'number' } as const;
const integer = { type: 'integer', minimum: 0 } as const;
const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const optionalText = { type: 'string' } as const;

/** An object that has each of these members, and no other. */
const whole = <P extends Readonly<Record<string, object>>>(description: string, properties: P) =>
  ({
    description,
    type: 'object',
    required: Object.keys(properties),
    additionalProperties: false,
    properties,
  }) as const;

const LATENCIES = {
  count: integer,
  p50Ms: number,
  p90Ms: number,
  p95Ms: number,
  p99Ms: number,
  maxMs: number,
} as const;

const EVENT_LOOP = whole('Delays of the event loop in the last minute.', {
  p50Ms: number,
  p99Ms: number,
  maxMs: number,
  utilization: number,
});

const LEAK = whole('The heap that is left after full collections, over the last six hours.', {
  suspected: flag,
  samples: integer,
  spanMs: number,
  bytesPerHour: number,
  growth: number,
  fit: number,
});

export const STATS_SCHEMA = whole('How this process did in the last five minutes.', {
  traffic: whole('Requests, by route.', {
    windowSeconds: integer,
    requests: integer,
    requestsPerSecond: number,
    failed: integer,
    routes: { type: 'array', items: whole('One route.', { route: text, ...LATENCIES }) },
  }),
  activeUsers: integer,
  eventLoop: EVENT_LOOP,
  memory: whole('Bytes.', {
    rss: integer,
    heapUsed: integer,
    heapTotal: integer,
    heapLimit: integer,
    external: integer,
  }),
  collections: whole('Collections of garbage since the start.', {
    minor: integer,
    major: integer,
    totalMs: number,
    longestMs: number,
  }),
  leak: LEAK,
  process: whole('The process.', { pid: integer, uptimeSeconds: number, node: text, canCollect: flag }),
});

export const PERFORMANCE_HEALTH_SCHEMA = whole('Whether the process itself is well.', {
  status: { type: 'string', enum: HEALTH_STATUSES },
  findings: {
    type: 'array',
    items: {
      type: 'object',
      required: ['name', 'status'],
      additionalProperties: false,
      properties: { name: text, status: { type: 'string', enum: HEALTH_STATUSES }, detail: optionalText },
    },
  },
});

export const LOAD_REQUEST_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: {
    target: { type: 'string', enum: LOAD_TARGETS, description: 'live: the HTTP server alone; chat: every part.' },
    requests: { type: 'integer', minimum: 1, maximum: SELF_LOAD.requests.maximum },
    concurrency: { type: 'integer', minimum: 1, maximum: SELF_LOAD.concurrency.maximum },
  },
} as const;

export const LOAD_RESULT_SCHEMA = whole('What came of the load.', {
  target: { type: 'string', enum: LOAD_TARGETS },
  sent: integer,
  durationMs: integer,
  requestsPerSecond: number,
  statuses: { type: 'object', additionalProperties: integer },
  broken: integer,
  latency: whole('Of the answers.', LATENCIES),
  cutShort: flag,
});

export const COLLECTION_SCHEMA = whole('What a full collection freed.', {
  durationMs: number,
  heapBefore: integer,
  heapAfter: integer,
  freed: { type: 'integer', description: 'Bytes; negative when more was made meanwhile.' },
});
