/** What the process listens on, takes, logs, and how it ends. */
import { PORT } from '../routes';
import { DAY_MS, LONGEST_TIMER_MS } from '../durations';
import type { VariableTable } from './variable';

export const SERVICE_VARIABLES = {
  NODE_ENV: {
    type: 'string',
    enum: ['development', 'test', 'production'],
    default: 'development',
    description: 'What the process runs for. `production` refuses to start without an upstream key.',
  },
  HOST: {
    type: 'string',
    format: 'hostname',
    default: '127.0.0.1',
    description: 'Address to listen on. A container needs `0.0.0.0`.',
  },
  PORT: {
    type: 'integer',
    unit: 'port',
    default: PORT,
    minimum: 0,
    maximum: 65_535,
    description: 'Port to listen on; 0 takes a free one.',
  },
  LOG_LEVEL: {
    type: 'string',
    enum: ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
    default: 'info',
    description: 'The least severe log lines that are written.',
  },
  BODY_LIMIT_BYTES: {
    type: 'integer',
    unit: 'bytes',
    default: 10_485_760,
    minimum: 1_024,
    maximum: 104_857_600,
    description: 'Largest request body. Images travel inside it, in base64.',
  },
  REQUEST_TIMEOUT_MS: {
    type: 'integer',
    unit: 'ms',
    default: 30_000,
    minimum: 1_000,
    maximum: DAY_MS,
    description: 'Time a client has to send its whole request.',
  },
  KEEP_ALIVE_TIMEOUT_MS: {
    type: 'integer',
    unit: 'ms',
    default: 72_000,
    minimum: 1_000,
    maximum: DAY_MS,
    description:
      'How long an idle connection is kept. Above the proxy’s own (NGINX: 60 s), or the proxy sends into a closed one.',
  },
  SLOW_REQUEST_MS: {
    type: 'integer',
    unit: 'ms',
    default: 3_000,
    minimum: 1,
    maximum: LONGEST_TIMER_MS,
    description: 'A request whose time without the upstream’s is above this is logged as a warning, marked `slow`.',
  },
  SHUTDOWN_DRAIN_MS: {
    type: 'integer',
    unit: 'ms',
    default: 5_000,
    minimum: 0,
    maximum: DAY_MS,
    description:
      'After SIGTERM, how long readiness fails while requests are still taken, so that load balancers notice.',
  },
  SHUTDOWN_GRACE_MS: {
    type: 'integer',
    unit: 'ms',
    default: 52_000,
    minimum: 0,
    maximum: DAY_MS,
    description:
      'After the drain, how long running answers may go on. With the drain, below the pod’s termination grace period.',
  },
  WORKERS: {
    type: 'integer',
    unit: 'processes',
    default: 0,
    minimum: 0,
    maximum: 64,
    description:
      'Processes that answer, all on the one port. 0 takes as many as the process is given cores. ' +
      'Limits and metrics are one, however many there are.',
  },
  TRUSTED_PROXY_HOPS: {
    type: 'integer',
    unit: 'hops',
    default: 0,
    minimum: 0,
    maximum: 10,
    description:
      'Proxies in front whose entry in X-Forwarded-For is believed. 0 takes the address of the connection; ' +
      'too many let a client choose its address.',
  },
} as const satisfies VariableTable;
