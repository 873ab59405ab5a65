/**
 * The process: starts the gateway from its environment, and ends it gracefully when told to. With more than one worker
 * this process answers nobody: it starts as many of itself, and they answer.
 */
import { availableParallelism } from 'node:os';
import closeWithGrace from 'close-with-grace';
import { madeUpAdminKey } from './admin-key';
import { systemClock } from './clock';
import type { Environment } from './config';
import { startGateway } from './gateway';
import type { Gateway } from './gateway';
import { createLog, standardOutput } from './log';
import { MODELS } from './models';
import { failWorker, forkWorker, isWorker, primaryChannel } from './processes/cluster';
import { createPrimary } from './processes/primary';
import type { Serving } from './processes/primary';
import { createWorkerProcesses } from './processes/worker';
import type { WorkerProcesses } from './processes/worker';
import { ConfigError, readConfig, workersOf } from './read-config';
import { QuotaFileError } from './quota/quota-file';
import type { Config } from './read-config';
import { ROUTES } from './routes';

/** What the process may take beyond its own drain, grace and cut-off before it is ended hard, in milliseconds. */
const MARGIN_MS = 2_000;

/** Signals that a terminal or an orchestrator sends to a whole group of processes. */
const GROUP_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** Within so many milliseconds two signals are one: a terminal and a parent that passes signals on both send it. */
const ONE_SIGNAL_MS = 200;

/** Only an orchestrator has load balancers that must notice first; who types Ctrl-C, or has failed, does not wait. */
const drainsOn = (signal: string | undefined): boolean => signal === 'SIGTERM';

const endMs = ({ shutdown }: Config): number => shutdown.drainMs + shutdown.graceMs + MARGIN_MS;

const greet = ({ url, provider }: Serving, { environment }: Config, madeUpKey: string | undefined): void => {
  if (environment !== 'development') return;
  const body = JSON.stringify({ model: MODELS[2], messages: [{ role: 'user', content: 'Hello' }] });
  const key = madeUpKey ?? '$ADMIN_API_KEY';
  const command =
    `curl ${url}${ROUTES.chatCompletions} -H "authorization: Bearer ${key}" ` +
    `-H 'content-type: application/json' -d '${body}'`;
  const note = provider === 'echo' ? ' (echo: no DASHSCOPE_API_KEY)' : '';
  process.stderr.write(`Bailian Gateway on ${url}${note}\n  ${command}\n`);
};

/** One process that answers by itself. */
const runAlone = async (env: Environment, madeUpKey: string | undefined): Promise<void> => {
  const gateway = await startGateway({ env });
  closeWithGrace({ delay: endMs(gateway.config), logger: false }, async ({ signal, err }): Promise<void> => {
    if (err !== undefined) gateway.reportFailure(err);
    await gateway.close({ drain: drainsOn(signal) });
  });
  greet(gateway, gateway.config, madeUpKey);
};

/** One of several that answer. */
const runWorker = async (env: Environment): Promise<void> => {
  const channel = primaryChannel();
  const processes = createWorkerProcesses(channel, systemClock);
  const gateway = await startGateway({ env, processes });
  endWorkerGracefully(gateway, processes);
  channel.send({ type: 'gateway:serving', url: gateway.url, provider: gateway.provider });
};

/**
 * A signal to the group reaches this process by itself and by the primary process again: the first begins the end, and
 * the second must not make it a hard one.
 */
const endWorkerGracefully = (gateway: Gateway, processes: Pick<WorkerProcesses, 'onEnd'>): void => {
  let drain: boolean | undefined;
  const options: closeWithGrace.Options = { delay: endMs(gateway.config), logger: false, skip: [...GROUP_SIGNALS] };
  const { close } = closeWithGrace(options, async ({ err }): Promise<void> => {
    if (err !== undefined) gateway.reportFailure(err);
    await gateway.close({ drain: drain ?? false });
  });
  const end = (wanted: boolean): void => {
    if (drain !== undefined) return;
    drain = wanted;
    close();
  };
  for (const signal of GROUP_SIGNALS) {
    process.on(signal, () => {
      end(drainsOn(signal));
    });
  }
  processes.onEnd(end);
};

/** The process that starts the others. */
const runPrimary = async (config: Config, workers: number, madeUpKey: string | undefined): Promise<void> => {
  const primary = createPrimary({
    workers,
    fork: forkWorker(madeUpKey === undefined ? {} : { ADMIN_API_KEY: madeUpKey }),
    clock: systemClock,
    log: createLog(config, standardOutput('shared')),
    endMs: endMs(config) + MARGIN_MS,
    onServing: (serving) => {
      greet(serving, config, madeUpKey);
    },
    onFailedStart: sayNotStarted,
  });
  let firstMs: number | undefined;
  for (const signal of GROUP_SIGNALS) {
    process.on(signal, () => {
      const nowMs = systemClock.monotonicMs();
      firstMs ??= nowMs;
      if (nowMs - firstMs > ONE_SIGNAL_MS) primary.endHard();
      else primary.end(drainsOn(signal));
    });
  }
  process.exit(await primary.ended);
};

const run = async (): Promise<void> => {
  if (isWorker()) {
    await runWorker(process.env);
    return;
  }
  const madeUpKey = madeUpAdminKey(process.env);
  const env = madeUpKey === undefined ? process.env : { ...process.env, ADMIN_API_KEY: madeUpKey };
  const config = readConfig(env);
  const workers = workersOf(config, availableParallelism());
  if (workers === 1) await runAlone(env, madeUpKey);
  else await runPrimary(config, workers, madeUpKey);
};

/** What a failed start is told as: a sentence with a way out where there is one. */
const explain = (error: unknown): string => {
  if (error instanceof ConfigError || error instanceof QuotaFileError) return error.message;
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE') {
    return `${error.message}; end what listens there, or set PORT to another (0 takes a free one)`;
  }
  return error.stack ?? error.message;
};

const sayNotStarted = (message: string): void => {
  process.stderr.write(`The gateway did not start. ${message}\n`);
};

run().catch((error: unknown) => {
  const message = explain(error);
  // The primary process says once what all its workers fail for.
  if (isWorker()) failWorker(message);
  else sayNotStarted(message);
  process.exitCode = 1;
});
