/** How much of each quota is used: for the metric, read at a scrape, and for people who ask. */
import type { Counters } from '../limits/counters';
import type { Metrics } from '../metrics';
import type { WindowName } from './model-quotas';
import type { Quotas } from './quotas';

/** One window of one model. */
export interface WindowStanding {
  readonly window: WindowName;
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** Milliseconds until nothing that is counted now counts any more. */
  readonly resetMs: number;
  /** Used part of the limit. Above 1 when calls used more than they were expected to. */
  readonly ratio: number;
}

export interface ModelStanding {
  /** `other`: all that have no quota of their own. */
  readonly model: string;
  readonly windows: readonly WindowStanding[];
}

export interface QuotaStandings {
  read(): Promise<readonly ModelStanding[]>;
  /** Sets the metric; for a scrape to wait for. */
  refresh(): Promise<void>;
}

export interface QuotaStandingsProps {
  readonly counters: Pick<Counters, 'standings'>;
  readonly quotas: Pick<Quotas, 'all'>;
  readonly metrics: Pick<Metrics, 'quotaUsedRatio'>;
}

export const createQuotaStandings = ({ counters, quotas, metrics }: QuotaStandingsProps): QuotaStandings => {
  const read = async (): Promise<readonly ModelStanding[]> => {
    const all = quotas.all();
    // One question for all of them: with Redis it is one round trip.
    const standings = await counters.standings(
      all.flatMap(({ windows }) => windows.map(({ key, rule }) => ({ key, rule }))),
    );
    let next = 0;
    return all.map(({ model, windows }) => ({
      model,
      windows: windows.map(({ name, limit }): WindowStanding => {
        const { used, remaining, resetMs } = standings[next++] ?? { used: 0, remaining: limit, resetMs: 0 };
        return { window: name, limit, used, remaining, resetMs: Math.ceil(resetMs), ratio: used / limit };
      }),
    }));
  };
  return {
    read,
    refresh: async () => {
      const models = await read();
      // A model that QUOTA_FILE no longer names must not stay at its last value.
      metrics.quotaUsedRatio.reset();
      for (const { model, windows } of models) {
        for (const { window, ratio } of windows) metrics.quotaUsedRatio.set({ model, window }, ratio);
      }
    },
  };
};
