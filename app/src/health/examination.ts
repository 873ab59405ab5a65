/**
 * Asks every component how it is: on demand, but none more often than once a second however often anyone asks, and by
 * itself now and then, so that its metric is right when nobody looks. Components tell the log of their changes themselves.
 */
import { isNativeError } from 'node:util/types';
import type { Clock } from '../clock';
import { logMs } from '../log';
import type { Metrics } from '../metrics';
import type { HealthCheck, HealthFinding, HealthStatus } from './health-check';

export const EXAMINATION = {
  /** How long a finding is taken for the present state, in milliseconds. */
  maxAgeMs: 1_000,
  /** Longest wait for one component, in milliseconds: below what a probe waits. */
  timeoutMs: 800,
  /** How often all are asked when nobody else does, in milliseconds: once between two scrapes. */
  intervalMs: 15_000,
} as const;

/** What a component's gauge reads. */
const GAUGE: Readonly<Record<HealthStatus, number>> = { healthy: 1, degraded: 0.5, unhealthy: 0 };

export interface ComponentHealth extends HealthFinding {
  readonly name: string;
  readonly essential: boolean;
  /** How long it took to answer, in milliseconds. */
  readonly durationMs: number;
}

export interface HealthReport {
  /** `unhealthy` when an essential component is, else `degraded` when any is less than healthy. */
  readonly status: HealthStatus;
  readonly components: readonly ComponentHealth[];
}

export interface ExaminationProps {
  readonly checks: readonly HealthCheck[];
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'componentHealth'>;
}

export interface Examination {
  /** Of every component. */
  all(): Promise<HealthReport>;
  /** Of those alone without which the process is useless. */
  essentials(): Promise<HealthReport>;
  close(): void;
}

/** What is said of a check that threw: its name and code, as its message may quote an address with a password. */
const nameOf = (error: unknown): string => {
  if (!isNativeError(error)) return typeof error;
  return 'code' in error && typeof error.code === 'string' ? `${error.name} ${error.code}` : error.name;
};

const reportOf = (components: readonly ComponentHealth[]): HealthReport => {
  const useless = components.some(({ essential, status }) => essential && status === 'unhealthy');
  const perfect = components.every(({ status }) => status === 'healthy');
  return { status: useless ? 'unhealthy' : perfect ? 'healthy' : 'degraded', components };
};

export const createExamination = ({ checks, clock, metrics }: ExaminationProps): Examination => {
  const inTime = async (check: HealthCheck): Promise<HealthFinding> => {
    let cancel = (): void => undefined;
    const late = new Promise<HealthFinding>((resolve) => {
      const detail = `no answer within ${EXAMINATION.timeoutMs} ms`;
      cancel = clock.after(EXAMINATION.timeoutMs, () => {
        resolve({ status: 'unhealthy', detail });
      });
    });
    try {
      return await Promise.race([check.check(), late]);
    } catch (error) {
      return { status: 'unhealthy', detail: nameOf(error) };
    } finally {
      cancel();
    }
  };

  /** One component with its last finding. */
  const watch = (check: HealthCheck) => {
    const { name, essential } = check;
    let last: { readonly health: Promise<ComponentHealth>; readonly at: number } | undefined;

    const ask = async (): Promise<ComponentHealth> => {
      const startedAt = clock.monotonicMs();
      const finding = await inTime(check);
      metrics.componentHealth.set({ component: name }, GAUGE[finding.status]);
      return { name, essential, ...finding, durationMs: logMs(clock.monotonicMs() - startedAt) };
    };

    return {
      essential,
      health: (): Promise<ComponentHealth> => {
        const now = clock.monotonicMs();
        // One that is still being asked is not asked again: the timeout is shorter than the age.
        if (last === undefined || now - last.at >= EXAMINATION.maxAgeMs) last = { health: ask(), at: now };
        return last.health;
      },
    };
  };

  const watches = checks.map(watch);
  const essentials = watches.filter(({ essential }) => essential);
  const examine = async (some: typeof watches): Promise<HealthReport> =>
    reportOf(await Promise.all(some.map(({ health }) => health())));

  let cancel = (): void => undefined;
  const again = (): void => {
    cancel = clock.after(EXAMINATION.intervalMs, again);
    void examine(watches);
  };
  // Not at once: the components are opened after this.
  cancel = clock.after(EXAMINATION.intervalMs, again);

  return {
    all: () => examine(watches),
    essentials: () => examine(essentials),
    close: () => {
      cancel();
    },
  };
};
