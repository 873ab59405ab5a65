/** How this process does: its traffic, users, runtime and memory, watched from its start to its end. */
import { memoryUsage } from 'node:process';
import type { FastifyBaseLogger } from 'fastify';
import type { Clock } from '../clock';
import type { FeaturesConfig } from '../config/features';
import type { LogKind } from '../log';
import type { Metrics } from '../metrics';
import type { ActiveUsers } from './active-users';
import { createActiveUsers } from './active-users';
import type { LeakVerdict } from './leak-detector';
import { LeakDetector } from './leak-detector';
import type { RuntimeWatch } from './runtime-watch';
import { createRuntimeWatch } from './runtime-watch';
import type { Traffic } from './traffic';
import { createTraffic } from './traffic';

const KIND: LogKind = 'performance';

/** How often the gauges are brought up to date, in milliseconds: once between two scrapes. */
export const REFRESH_MS = 15_000;

export interface PerformanceProps {
  readonly clock: Clock;
  readonly log: FastifyBaseLogger;
  readonly features: FeaturesConfig;
  readonly metrics: Pick<Metrics, 'leakSuspected' | 'heapTrend' | 'activeUsers' | 'featureEnabled'>;
  /** Bytes of heap in use. @default V8's */
  readonly heapUsed?: () => number;
}

export interface Performance {
  readonly traffic: Traffic;
  readonly users: ActiveUsers;
  readonly runtime: Pick<RuntimeWatch, 'eventLoop' | 'collections'>;
  leak(): LeakVerdict;
  /** For tests and for whoever has just collected: what is in use now is what is left. */
  sampleHeap(): void;
  close(): void;
}

export const createPerformance = (props: PerformanceProps): Performance => {
  const { clock, log, features, metrics, heapUsed = () => memoryUsage().heapUsed } = props;
  const detector = new LeakDetector();
  let suspected = false;

  const sampleHeap = (): void => {
    detector.sample(clock.monotonicMs(), heapUsed());
    const verdict = detector.verdict();
    metrics.leakSuspected.set(verdict.suspected ? 1 : 0);
    metrics.heapTrend.set(verdict.bytesPerHour);
    if (verdict.suspected === suspected) return;
    suspected = verdict.suspected;
    if (suspected)
      log.warn({ kind: KIND, ...verdict }, 'memory leak suspected: the heap after collections keeps growing');
    else log.info({ kind: KIND, ...verdict }, 'memory leak no longer suspected');
  };

  const traffic = createTraffic({ clock });
  const users = createActiveUsers({ clock });
  const runtime = createRuntimeWatch({ clock, onMajorCollection: sampleHeap });
  metrics.leakSuspected.set(0);
  for (const [flag, on] of Object.entries(features)) metrics.featureEnabled.set({ flag }, on ? 1 : 0);

  let cancel = (): void => undefined;
  const refresh = (): void => {
    metrics.activeUsers.set(users.count());
    cancel = clock.after(REFRESH_MS, refresh);
  };
  refresh();

  return {
    traffic,
    users,
    runtime,
    leak: () => detector.verdict(),
    sampleHeap,
    close: () => {
      cancel();
      runtime.close();
    },
  };
};
