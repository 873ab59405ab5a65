/** The requests of the last five minutes, by route: how many, how long, how many failed. Of bounded size. */
import type { Clock } from '../clock';
import { OTHER } from '../models';
import type { Latencies } from './latency-histogram';
import { LatencyHistogram } from './latency-histogram';

export const TRAFFIC = {
  /** The window slides by one slot. */
  slotMs: 10_000,
  slots: 30,
  /** Routes that are told apart; any more are `other`. The service has fewer. */
  routes: 64,
} as const;

const WINDOW_MS = TRAFFIC.slotMs * TRAFFIC.slots;

class Slot {
  readonly byRoute = new Map<string, LatencyHistogram>();
  failed = 0;
  /** Which stretch of time it holds. */
  turn = -1;

  start(turn: number): void {
    this.turn = turn;
    this.failed = 0;
    for (const histogram of this.byRoute.values()) histogram.clear();
  }
}

export interface RouteTraffic extends Latencies {
  readonly route: string;
}

export interface TrafficSummary {
  /** What the numbers are of, in seconds: five minutes, or less while the process is younger. */
  readonly windowSeconds: number;
  readonly requests: number;
  readonly requestsPerSecond: number;
  /** Answered with 500 or above. */
  readonly failed: number;
  /** The busiest first. */
  readonly routes: readonly RouteTraffic[];
}

export interface Traffic {
  /** @param route its pattern, never the path */
  record(route: string, status: number, ms: number): void;
  summary(): TrafficSummary;
}

export const createTraffic = ({ clock }: { readonly clock: Pick<Clock, 'monotonicMs'> }): Traffic => {
  const startedAt = clock.monotonicMs();
  const slots = Array.from({ length: TRAFFIC.slots }, () => new Slot());
  const names = new Set<string>();

  const nameOf = (route: string): string => {
    if (names.has(route)) return route;
    if (names.size >= TRAFFIC.routes) return OTHER;
    names.add(route);
    return route;
  };

  const turnNow = (): number => Math.floor((clock.monotonicMs() - startedAt) / TRAFFIC.slotMs);

  return {
    record(route, status, ms) {
      const turn = turnNow();
      const slot = slots[turn % TRAFFIC.slots];
      if (slot === undefined) return;
      if (slot.turn !== turn) slot.start(turn);
      const name = nameOf(route);
      let histogram = slot.byRoute.get(name);
      if (histogram === undefined) {
        histogram = new LatencyHistogram();
        slot.byRoute.set(name, histogram);
      }
      histogram.record(ms);
      if (status >= 500) slot.failed += 1;
    },
    summary() {
      const oldest = turnNow() - TRAFFIC.slots;
      const recent = slots.filter(({ turn }) => turn > oldest && turn >= 0);
      const whole = new Map<string, LatencyHistogram>();
      for (const [route, histogram] of recent.flatMap(({ byRoute }) => [...byRoute])) {
        const sum = whole.get(route) ?? new LatencyHistogram();
        sum.add(histogram);
        whole.set(route, sum);
      }
      const routes = [...whole]
        .map(([route, histogram]) => ({ route, ...histogram.summary() }))
        .filter(({ count }) => count > 0)
        .sort((a, b) => b.count - a.count);
      const requests = routes.reduce((sum, { count }) => sum + count, 0);
      const windowSeconds = Math.max(1, Math.min(WINDOW_MS, clock.monotonicMs() - startedAt) / 1_000);
      return {
        windowSeconds: Math.round(windowSeconds),
        requests,
        requestsPerSecond: Math.round((requests / windowSeconds) * 100) / 100,
        failed: recent.reduce((sum, { failed }) => sum + failed, 0),
        routes,
      };
    },
  };
};
