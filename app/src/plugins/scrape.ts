/** Answers Prometheus. What describes the process itself is read here, once a scrape. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../clock';
import type { Metrics } from '../metrics';
import { ROUTES } from '../routes';

const NANOSECONDS = 1e9;
const MICROSECONDS = 1e6;

export const scrape = (server: FastifyInstance, { metrics, clock }: { metrics: Metrics; clock: Clock }): void => {
  const lag = monitorEventLoopDelay();
  lag.enable();
  server.addHook('onClose', (_instance, done) => {
    lag.disable();
    done();
  });
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
    metrics.eventLoopLag.set(lag.percentile(99) / NANOSECONDS);
    lag.reset();
  };

  const connections = (): Promise<number> =>
    new Promise((resolve, reject) => {
      server.server.getConnections((error, count) => {
        if (error === null) resolve(count);
        else reject(error);
      });
    });

  server.get(ROUTES.metrics, { config: { probe: true } }, async (_request, reply) => {
    readProcess();
    metrics.openConnections.set(await connections());
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
};
