/**
 * Answers Prometheus with the numbers of all processes. What describes the process itself is read here, when it is asked
 * for.
 */
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../clock';
import type { Metrics } from '../metrics';
import type { RuntimeWatch } from '../performance/runtime-watch';
import { createSingleProcess } from '../processes/processes';
import type { Processes } from '../processes/processes';
import { ROUTES } from '../routes';

export interface ScrapeProps {
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** What the event loop's delay is read from. */
  readonly runtime: Pick<RuntimeWatch, 'eventLoop'>;
  /** @default this one alone */
  readonly processes?: Processes;
  /** Brings what is read only for a scrape up to date. @default nothing */
  readonly refresh?: () => Promise<void>;
}

const MILLISECONDS = 1e3;
const MICROSECONDS = 1e6;

export const scrape = (server: FastifyInstance, props: ScrapeProps): void => {
  const { metrics, clock, runtime, processes = createSingleProcess(clock), refresh } = props;
  metrics.processes.set(1);
  metrics.startTime.set(clock.epochMs() / 1_000 - process.uptime());

  let cpuSeconds = 0;
  const readProcess = (): void => {
    const { user, system } = process.cpuUsage();
    const nowSeconds = (user + system) / MICROSECONDS;
    metrics.cpuSeconds.inc(nowSeconds - cpuSeconds);
    cpuSeconds = nowSeconds;
    const { rss, heapUsed, heapTotal } = process.memoryUsage();
    metrics.residentMemory.set(rss);
    metrics.heapUsed.set(heapUsed);
    metrics.heapTotal.set(heapTotal);
    metrics.eventLoopLag.set(runtime.eventLoop().p99Ms / MILLISECONDS);
  };

  const connections = (): Promise<number> =>
    new Promise((resolve, reject) => {
      server.server.getConnections((error, count) => {
        if (error === null) resolve(count);
        else reject(error);
      });
    });

  const collectMetrics = processes.joinMetrics(metrics.registry, async () => {
    readProcess();
    metrics.openConnections.set(await connections());
    await refresh?.();
  });

  server.get(ROUTES.metrics, { config: { probe: true } }, async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await collectMetrics()),
  );
};
