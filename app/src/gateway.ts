/** The whole service, started and stopped: for the process entry, for `npm start`, and for tests. */
import type { FastifyInstance } from 'fastify';
import type { DestinationStream } from 'pino';
import type { Clock, NewId } from './clock';
import { randomId, systemClock } from './clock';
import { openTogether } from './close-stack';
import type { Environment } from './config';
import { Lifecycle } from './lifecycle';
import type { LogKind } from './log';
import { createLog, standardOutput } from './log';
import { createMetrics } from './metrics';
import { createSingleProcess } from './processes/processes';
import type { Processes } from './processes/processes';
import type { Config } from './read-config';
import { readConfig } from './read-config';
import { createServer } from './server';
import { createServices } from './services';
import { createTracing } from './tracing';
import type { Upstream } from './upstream/upstream';

const KIND: LogKind = 'lifecycle';

export interface GatewayProps {
  /** The environment variables; see `VARIABLES` in `config.ts`. */
  readonly env: Environment;
  /** @default the machine's */
  readonly clock?: Clock;
  /** @default random UUIDs */
  readonly newId?: NewId;
  /** From 0 to 1. @default Math.random */
  readonly random?: () => number;
  /** The other processes that answer on the same port. @default there are none */
  readonly processes?: Processes;
  /** Where the log goes. @default standard output, buffered */
  readonly logTo?: DestinationStream;
}

export interface Gateway {
  /** Where it answers, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly config: Config;
  /** Which upstream answers. */
  readonly provider: Upstream['provider'];
  /** Writes to the service's log that the process is failing. */
  readonly reportFailure: (error: Error) => void;
  /**
   * Ends it gracefully: readiness fails for SHUTDOWN_DRAIN_MS, then no request is taken and running answers have
   * SHUTDOWN_GRACE_MS, then they are cut off with an error that their clients can read.
   */
  readonly close: (options?: CloseOptions) => Promise<void>;
}

export interface CloseOptions {
  /** Whether to wait for load balancers to notice. @default true */
  readonly drain?: boolean;
}

/** After the cut-off, how long clients have to take their last bytes, in milliseconds. */
const CUT_OFF_MS = 1_000;

/**
 * Starts the service.
 * @throws ConfigError with every fault of the environment
 * @throws Error by the operating system when the address cannot be listened on
 */
export const startGateway = async (props: GatewayProps): Promise<Gateway> => {
  const { env, clock = systemClock, newId = randomId, random = Math.random, logTo } = props;
  const config = readConfig(env);
  const log = createLog(config, logTo ?? standardOutput(props.processes === undefined ? 'alone' : 'shared'));
  const metrics = createMetrics();
  const lifecycle = new Lifecycle(metrics);
  const processes = props.processes ?? createSingleProcess(clock);
  const { services, tracing, server, url } = await openTogether(async (opened) => {
    const base = { config, clock, newId, log, metrics, processes };
    const tracing = opened.add(await createTracing({ features: config.features, config: config.tracing, log }));
    const services = opened.add(await createServices({ ...base, random }));
    const server = opened.add(createServer({ ...base, lifecycle, services, tracing }));
    await services.start();
    return { services, tracing, server, url: await listen(server, config) };
  });
  const [{ upstream }] = services.targets;
  if (upstream.provider === 'echo') {
    const message =
      'NO UPSTREAM: DASHSCOPE_API_KEY is not set, so every prompt is echoed back; set it for real answers';
    log.warn({ kind: KIND }, message);
  }
  log.info({ kind: KIND, url, upstream: upstream.provider, environment: config.environment }, 'serving');

  const close = async ({ drain = true }: CloseOptions = {}): Promise<void> => {
    lifecycle.drain();
    const drainMs = drain ? config.shutdown.drainMs : 0;
    log.info({ kind: KIND, drainMs, running: lifecycle.running }, 'draining: readiness fails');
    if (drainMs > 0) await new Promise<void>((resolve) => void clock.after(drainMs, resolve));
    lifecycle.refuse();
    log.info({ kind: KIND, running: lifecycle.running }, 'closing: running answers finish');
    const closed = server.close();
    const cancels = [
      clock.after(config.shutdown.graceMs, () => {
        log.warn({ kind: KIND, running: lifecycle.running }, 'grace period over: running answers are cut off');
        lifecycle.cutOff();
      }),
      clock.after(config.shutdown.graceMs + CUT_OFF_MS, () => {
        server.server.closeAllConnections();
      }),
    ];
    await closed;
    for (const cancel of cancels) cancel();
    await services.close();
    await tracing.close();
    log.info({ kind: KIND }, 'closed');
  };

  let closing: Promise<void> | undefined;
  return {
    url,
    config,
    provider: upstream.provider,
    reportFailure: (error) => {
      log.fatal({ kind: KIND, err: error }, 'the process failed');
    },
    close: (options) => (closing ??= close(options)),
  };
};

/** The address for a client on this machine: one that means every interface is named as the loopback one. */
const listen = async (server: FastifyInstance, { host, port }: Config): Promise<string> => {
  const bound = new URL(await server.listen({ host, port, listenTextResolver: () => 'listening' }));
  if (host === '0.0.0.0' || host === '::') bound.hostname = '127.0.0.1';
  return bound.origin;
};
