/** Requests at a steady pace, from before something happens to a service until after it. */

export interface Asked {
  readonly status: number;
}

export interface SteadyLoad {
  /** What was answered so far. */
  readonly answers: readonly Asked[];
  /** Waits for as many more answers to requests that are sent from now on. */
  more(count: number): Promise<void>;
  /** Ends it. @returns every answer */
  stop(): Promise<readonly Asked[]>;
}

/** Sends a request each `everyMs` milliseconds, whether or not the one before was answered. */
export const steadyLoad = (ask: () => Promise<{ readonly status: number }>, everyMs = 20): SteadyLoad => {
  const answers: Asked[] = [];
  const running = new Set<Promise<void>>();
  let sent = 0;
  const send = (): void => {
    sent += 1;
    const one = ask()
      .then(({ status }) => void answers.push({ status }))
      // A connection that broke: no answer, which no status stands for.
      .catch(() => void answers.push({ status: 0 }))
      .finally(() => running.delete(one));
    running.add(one);
  };
  const timer = setInterval(send, everyMs);
  return {
    answers,
    more: async (count) => {
      const wanted = sent + count;
      while (answers.length < wanted) await new Promise((resolve) => setTimeout(resolve, everyMs));
    },
    stop: async () => {
      clearInterval(timer);
      await Promise.all(running);
      return answers;
    },
  };
};

/** How often each status was answered. */
export const statusesOf = (answers: readonly Asked[]): Readonly<Record<number, number>> => {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};
