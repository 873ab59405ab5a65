/**
 * Counters of another process on this machine, which keeps them for all: what one turn of the event loop asks travels
 * together.
 */
import type { Charge, Counters, Decision, Standing } from './counters';
import type { LocalCounters } from './local-counters';

/** What is asked at once. Adjustments count before what is taken, and that before what is looked at. */
export interface HubBatch {
  readonly adjusts: readonly Charge[];
  readonly takes: readonly (readonly Charge[])[];
  readonly looks: readonly (readonly Charge[])[];
}

/** In the order of what was asked. */
export interface HubAnswer {
  readonly decisions: readonly Decision[];
  readonly standings: readonly (readonly Standing[])[];
}

export interface HubCountersProps {
  /** Carries a batch there and the answer back; `undefined` when none comes. */
  readonly ask: (batch: HubBatch) => Promise<HubAnswer | undefined>;
  /** Count when none comes. */
  readonly local: Counters;
}

/** What the process does that keeps the counts. */
export const answerBatch = (counters: LocalCounters, { adjusts, takes, looks }: HubBatch): HubAnswer => {
  counters.adjust(adjusts);
  return {
    decisions: takes.map((charges) => counters.decide(charges)),
    standings: looks.map((charges) => counters.look(charges)),
  };
};

interface Waiting<T> {
  readonly charges: readonly Charge[];
  readonly resolve: (answer: T | undefined) => void;
}

export const createHubCounters = ({ ask, local }: HubCountersProps): Counters => {
  let adjusts: Charge[] = [];
  let takes: Waiting<Decision>[] = [];
  let looks: Waiting<readonly Standing[]>[] = [];
  let scheduled = false;

  const send = async (): Promise<void> => {
    const asked = { adjusts, takes, looks };
    [adjusts, takes, looks, scheduled] = [[], [], [], false];
    const answer = await ask({
      adjusts: asked.adjusts,
      takes: asked.takes.map(({ charges }) => charges),
      looks: asked.looks.map(({ charges }) => charges),
    });
    for (const [index, { resolve }] of asked.takes.entries()) resolve(answer?.decisions[index]);
    for (const [index, { resolve }] of asked.looks.entries()) resolve(answer?.standings[index]);
  };
  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(() => void send());
  };

  return {
    take: async (charges) => {
      const decision = await new Promise<Decision | undefined>((resolve) => {
        takes.push({ charges, resolve });
        schedule();
      });
      return decision ?? (await local.take(charges));
    },
    standings: async (charges) => {
      const standings = await new Promise<readonly Standing[] | undefined>((resolve) => {
        looks.push({ charges, resolve });
        schedule();
      });
      return standings ?? (await local.standings(charges));
    },
    adjust: (charges) => {
      adjusts.push(...charges);
      schedule();
    },
  };
};
