/** Turns environment variables into a {@link Config}, or says everything that is wrong with them at once. */
import type { ChoiceVariable, Environment, IntegerVariable, NamesOf, SecretVariable, VariableName } from './config';
import { VARIABLES } from './config';
import { Secret } from './secret';

/** What the variables say, checked. Durations in milliseconds. */
export interface Config {
  readonly environment: (typeof VARIABLES.NODE_ENV.enum)[number];
  readonly host: string;
  readonly port: number;
  readonly logLevel: (typeof VARIABLES.LOG_LEVEL.enum)[number];
  readonly bodyLimitBytes: number;
  readonly requestTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  readonly slowRequestMs: number;
  readonly shutdown: { readonly drainMs: number; readonly graceMs: number };
  readonly dashscope: {
    /** Absent: the echo upstream answers. */
    readonly apiKey: Secret | undefined;
    readonly baseUrl: URL;
  };
  readonly upstream: UpstreamLimits;
}

export interface UpstreamLimits {
  readonly connections: number;
  readonly connectTimeoutMs: number;
  readonly headersTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly totalTimeoutMs: number;
}

/** Thrown with every fault at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** One sentence a fault: value, bound, way out. */
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
    super([`${count} in the environment variables:`, ...faults].join('\n- '));
    this.faults = faults;
  }
}

/** Hosts to which clear text does not leave the machine. */
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * The configuration that an environment describes.
 * @throws ConfigError with every fault, when there is any
 */
export const readConfig = (env: Environment): Config => {
  const read = new Reader(env);
  const config: Config = {
    environment: read.choice('NODE_ENV', VARIABLES.NODE_ENV),
    host: read.host('HOST'),
    port: read.integer('PORT'),
    logLevel: read.choice('LOG_LEVEL', VARIABLES.LOG_LEVEL),
    bodyLimitBytes: read.integer('BODY_LIMIT_BYTES'),
    requestTimeoutMs: read.integer('REQUEST_TIMEOUT_MS'),
    keepAliveTimeoutMs: read.integer('KEEP_ALIVE_TIMEOUT_MS'),
    slowRequestMs: read.integer('SLOW_REQUEST_MS'),
    shutdown: { drainMs: read.integer('SHUTDOWN_DRAIN_MS'), graceMs: read.integer('SHUTDOWN_GRACE_MS') },
    dashscope: { apiKey: read.secret('DASHSCOPE_API_KEY'), baseUrl: read.baseUrl('DASHSCOPE_BASE_URL') },
    upstream: {
      connections: read.integer('UPSTREAM_CONNECTIONS'),
      connectTimeoutMs: read.integer('UPSTREAM_CONNECT_TIMEOUT_MS'),
      headersTimeoutMs: read.integer('UPSTREAM_HEADERS_TIMEOUT_MS'),
      idleTimeoutMs: read.integer('UPSTREAM_IDLE_TIMEOUT_MS'),
      totalTimeoutMs: read.integer('UPSTREAM_TOTAL_TIMEOUT_MS'),
    },
  };
  checkTogether(config, read);
  if (read.faults.length > 0) throw new ConfigError(read.faults);
  return config;
};

/** The bounds that lie between variables. */
const checkTogether = ({ environment, dashscope, upstream, shutdown }: Config, read: Reader): void => {
  read.rule(
    ['NODE_ENV', 'DASHSCOPE_API_KEY'],
    environment !== 'production' || dashscope.apiKey !== undefined,
    'DASHSCOPE_API_KEY (unset) must be set when NODE_ENV is production, or clients would get their own prompts back; ' +
      'set it, or NODE_ENV to development',
  );
  read.rule(
    ['NODE_ENV', 'DASHSCOPE_BASE_URL'],
    environment !== 'production' || dashscope.baseUrl.protocol === 'https:' || LOOPBACK.has(dashscope.baseUrl.hostname),
    `DASHSCOPE_BASE_URL (${dashscope.baseUrl.href}) must be https: when NODE_ENV is production, ` +
      'or the key travels in clear text; use the https: address',
  );
  const total = upstream.totalTimeoutMs;
  read.rule(
    ['UPSTREAM_TOTAL_TIMEOUT_MS', 'SHUTDOWN_GRACE_MS'],
    total <= shutdown.graceMs,
    `UPSTREAM_TOTAL_TIMEOUT_MS (${total}) must be at most SHUTDOWN_GRACE_MS (${shutdown.graceMs}), ` +
      'or a shutdown cuts the longest answers; lower it, or raise SHUTDOWN_GRACE_MS and the pod’s termination grace period',
  );
  const parts = [
    ['UPSTREAM_CONNECT_TIMEOUT_MS', upstream.connectTimeoutMs],
    ['UPSTREAM_HEADERS_TIMEOUT_MS', upstream.headersTimeoutMs],
    ['UPSTREAM_IDLE_TIMEOUT_MS', upstream.idleTimeoutMs],
  ] as const;
  for (const [name, part] of parts) {
    read.rule(
      [name, 'UPSTREAM_TOTAL_TIMEOUT_MS'],
      part <= total,
      `${name} (${part}) must be at most UPSTREAM_TOTAL_TIMEOUT_MS (${total}), or it never strikes; lower it to ${total}`,
    );
  }
};

/** Reads single variables and collects what is wrong with them. After a fault it goes on with the default. */
class Reader {
  readonly faults: string[] = [];
  readonly #faulty = new Set<VariableName>();

  constructor(private readonly env: Environment) {}

  integer(name: NamesOf<IntegerVariable>): number {
    const { minimum, maximum, unit, default: fallback } = VARIABLES[name];
    const raw = this.raw(name);
    if (raw === undefined) return fallback;
    const value = /^-?\d+$/.test(raw) ? Number(raw) : NaN;
    if (value >= minimum && value <= maximum) return value;
    const bound = `a whole number from ${minimum} to ${maximum}${unit === 'port' ? '' : ` ${unit}`}`;
    this.fault(name, `(${raw}) must be ${bound}; correct it, or unset it for ${fallback}`);
    return fallback;
  }

  choice<C extends string>(name: VariableName, { enum: choices, default: fallback }: ChoiceVariable<C>): C {
    const raw = this.raw(name);
    if (raw === undefined) return fallback;
    const chosen = choices.find((choice) => choice === raw);
    if (chosen !== undefined) return chosen;
    this.fault(name, `(${raw}) must be one of ${choices.join(', ')}; correct it, or unset it for ${fallback}`);
    return fallback;
  }

  host(name: 'HOST'): string {
    const fallback = VARIABLES[name].default;
    const raw = this.raw(name);
    if (raw === undefined || /^[\w.:-]+$/.test(raw)) return raw ?? fallback;
    this.fault(name, `(${raw}) must be one address or host name; correct it, or unset it for ${fallback}`);
    return fallback;
  }

  baseUrl(name: 'DASHSCOPE_BASE_URL'): URL {
    const fallback = new URL(VARIABLES[name].default);
    const raw = this.raw(name);
    if (raw === undefined) return fallback;
    const wayOut = `write the endpoint alone, like ${fallback.href}`;
    // What is refused here may be a password in the wrong place, so it is not repeated.
    if (!URL.canParse(raw)) {
      this.fault(name, `(${raw.length} characters) must be a URL; ${wayOut}`);
      return fallback;
    }
    const url = new URL(raw);
    if (url.protocol !== 'https:' && url.protocol !== 'http:') {
      this.fault(name, `(${url.protocol}) must be https: or http:; ${wayOut}`);
      return fallback;
    }
    if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
      const bound = 'must have no user, password, query or fragment';
      this.fault(name, `(host ${url.host}) ${bound}; ${wayOut}, and put the key into DASHSCOPE_API_KEY`);
      return fallback;
    }
    return url;
  }

  secret(name: NamesOf<SecretVariable>): Secret | undefined {
    const raw = this.raw(name);
    if (raw === undefined) return undefined;
    if (/^[\x21-\x7e]+$/.test(raw)) return new Secret(raw);
    const bound = 'must be printable ASCII without spaces, as it becomes an HTTP header';
    this.fault(name, `(${raw.length} characters) ${bound}; look for a line break that was copied with it`);
    return undefined;
  }

  /** A bound between variables. Not judged when one of them is at fault by itself, as its value is not known then. */
  rule(names: readonly VariableName[], holds: boolean, message: string): void {
    if (!holds && !names.some((name) => this.#faulty.has(name))) this.faults.push(message);
  }

  private fault(name: VariableName, message: string): void {
    this.#faulty.add(name);
    this.faults.push(`${name} ${message}`);
  }

  private raw(name: VariableName): string | undefined {
    const value = this.env[name];
    return value === '' ? undefined : value;
  }
}
