/**
 * Every environment variable that the service reads, as one table; `read-config.ts` checks an environment against it.
 * Infrastructure imports {@link VARIABLES} to render a ConfigMap and a Secret, so a variable that is not here cannot be set.
 */
import { PORT } from './routes';

interface Described {
  readonly description: string;
}

/** A whole number within bounds. The keywords of these types are those of JSON Schema. */
export interface IntegerVariable extends Described {
  readonly type: 'integer';
  readonly unit: 'ms' | 'bytes' | 'connections' | 'port';
  readonly default: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** One of a few words. */
export interface ChoiceVariable<C extends string = string> extends Described {
  readonly type: 'string';
  readonly enum: readonly C[];
  readonly default: C;
}

/** A text with a form. */
export interface TextVariable extends Described {
  readonly type: 'string';
  readonly format: 'uri' | 'hostname';
  readonly default: string;
}

/** A secret: never in a ConfigMap, never printed, and without a default. */
export interface SecretVariable extends Described {
  readonly type: 'string';
  readonly secret: true;
}

export type Variable = IntegerVariable | ChoiceVariable | TextVariable | SecretVariable;

/** The longest time that `setTimeout` keeps. Source: Node.js, Timers. */
const LONGEST_TIMER_MS = 2_147_483_647;
const DAY_MS = 86_400_000;

export const VARIABLES = {
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
  DASHSCOPE_API_KEY: {
    type: 'string',
    secret: true,
    description: 'Key of Model Studio. Without it an embedded upstream echoes the prompt; refused in production.',
  },
  DASHSCOPE_BASE_URL: {
    type: 'string',
    format: 'uri',
    default: 'https://dashscope.aliyuncs.com/compatible-mode/v1',
    description:
      'Model Studio’s OpenAI-compatible endpoint. A key belongs to one region, and the endpoint must be of the same.',
  },
  UPSTREAM_CONNECTIONS: {
    type: 'integer',
    unit: 'connections',
    default: 256,
    minimum: 1,
    maximum: 65_535,
    description: 'Most connections to the upstream at once, so most answers at once; more wait for one.',
  },
  UPSTREAM_CONNECT_TIMEOUT_MS: {
    type: 'integer',
    unit: 'ms',
    default: 5_000,
    minimum: 1,
    maximum: LONGEST_TIMER_MS,
    description: 'Time for a connection to the upstream to open, with TLS.',
  },
  UPSTREAM_HEADERS_TIMEOUT_MS: {
    type: 'integer',
    unit: 'ms',
    default: 20_000,
    minimum: 1,
    maximum: LONGEST_TIMER_MS,
    description:
      'Time for the upstream to begin a stream, to within a second. A JSON answer begins when it is complete, so only the total bounds it.',
  },
  UPSTREAM_IDLE_TIMEOUT_MS: {
    type: 'integer',
    unit: 'ms',
    default: 15_000,
    minimum: 1,
    maximum: LONGEST_TIMER_MS,
    description: 'Longest silence of the upstream within an answer, to within a second.',
  },
  UPSTREAM_TOTAL_TIMEOUT_MS: {
    type: 'integer',
    unit: 'ms',
    default: 50_000,
    minimum: 1,
    maximum: DAY_MS,
    description: 'Longest answer, from the request’s dispatch to its last byte. A proxy in front must wait longer.',
  },
} as const satisfies Readonly<Record<string, Variable>>;

export type VariableName = keyof typeof VARIABLES;

/** The names of the variables of one kind. */
export type NamesOf<V extends Variable> = {
  [N in VariableName]: (typeof VARIABLES)[N] extends V ? N : never;
}[VariableName];

/** A process's environment. An empty variable counts as absent. */
export type Environment = Readonly<Record<string, string | undefined>>;
