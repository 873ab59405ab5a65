import { Registry } from 'prom-client';
import { madeUpAdminKey } from '../src/admin-key';
import type { Charge, Counters } from '../src/limits/counters';
import { createMetrics, METRICS } from '../src/metrics';
import { createPrimary } from '../src/processes/primary';
import type { Worker, WorkerEvents } from '../src/processes/primary';
import type { ToWorker } from '../src/processes/messages';
import { createWorkerProcesses } from '../src/processes/worker';
import { createLog } from '../src/log';
import { readConfig } from '../src/read-config';
import { settled, virtualClock } from './virtual-clock';

const END_MS = 60_000;
const ONE: Charge = { key: 'a', rule: { kind: 'window', limit: 3, windowMs: 60_000 } };

/** A worker as the primary process sees it, and what runs in it. */
interface Forked extends Worker {
  readonly events: WorkerEvents;
  readonly told: ToWorker[];
  killed: boolean;
  hears: ((message: ToWorker) => void) | undefined;
}

const herd = (workers = 2) => {
  const clock = virtualClock();
  const forked: Forked[] = [];
  const served: string[] = [];
  const failed: string[] = [];
  let log = '';
  const primary = createPrimary({
    workers,
    clock,
    endMs: END_MS,
    log: createLog(readConfig({ NODE_ENV: 'test' }), { write: (line) => void (log += line) }),
    fork: (events) => {
      const worker: Forked = {
        id: forked.length + 1,
        events,
        told: [],
        killed: false,
        hears: undefined,
        send: (message) => {
          worker.told.push(message);
          worker.hears?.(structuredClone(message));
        },
        kill: () => {
          worker.killed = true;
          events.exit(1);
        },
      };
      forked.push(worker);
      return worker;
    },
    onServing: ({ url }) => served.push(url),
    onFailedStart: (message) => failed.push(message),
  });
  const serve = (worker: Forked | undefined) => {
    worker?.events.message({ type: 'gateway:serving', url: 'http://gateway', provider: 'echo' });
  };
  const serveAll = () => {
    for (const worker of forked) serve(worker);
  };
  /** The worker's end of the channel. */
  const processesOf = (worker: Forked | undefined) =>
    createWorkerProcesses(
      {
        send: (message) => {
          worker?.events.message(structuredClone(message));
          return true;
        },
        onMessage: (listener) => {
          if (worker !== undefined) worker.hears = listener;
        },
      },
      clock,
    );
  return { primary, clock, forked, served, failed, serve, serveAll, processesOf, log: () => log };
};

describe('the primary process', () => {
  test('[G16] starts the workers, and says where they answer once all of them do', () => {
    const { forked, served, serve } = herd(3);
    expect(forked).toHaveLength(3);
    serve(forked[0]);
    serve(forked[1]);
    expect(served).toEqual([]);
    serve(forked[2]);
    serve(forked[2]);
    expect(served).toEqual(['http://gateway']);
  });

  test('[G16] replaces a worker that dies, the later the more die within a minute', async () => {
    const { forked, serveAll, clock, log } = herd();
    serveAll();
    for (const [deaths, delayMs] of [100, 200, 400, 800].entries()) {
      forked.at(-1)?.events.exit(1);
      await clock.advance(delayMs - 1);
      expect(forked).toHaveLength(2 + deaths);
      await clock.advance(1);
      expect(forked).toHaveLength(3 + deaths);
      serveAll();
    }
    await clock.advance(60_000);
    forked.at(-1)?.events.exit(1);
    await clock.advance(100);
    expect(forked).toHaveLength(7);
    expect(log()).toContain('a worker died, and is replaced');
  });

  test('[G16] gives up, and says why once, when the first workers cannot start', async () => {
    const { primary, forked, failed } = herd();
    for (const worker of [...forked]) worker.events.message({ type: 'gateway:failed', message: 'the port is taken' });
    expect(failed).toEqual(['the port is taken']);
    expect(forked.every(({ killed }) => killed)).toBe(true);
    expect(await primary.ended).toBe(1);
  });

  test('[G16] gives up on workers that die before they answer, without a word or again and again', async () => {
    const first = herd();
    first.forked[0]?.events.exit(7);
    expect(first.failed).toEqual(['a worker ended with 7 before it answered']);
    expect(await first.primary.ended).toBe(1);

    const { primary, forked, serveAll, clock } = herd();
    serveAll();
    forked[0]?.events.exit(1);
    for (let starts = 0; starts < 5; starts += 1) {
      await clock.advance(10_000);
      forked.at(-1)?.events.exit(1);
    }
    expect(forked).toHaveLength(7);
    expect(forked[1]?.told).toEqual([{ type: 'gateway:end', drain: true }]);
    forked[1]?.events.exit(0);
    expect(await primary.ended).toBe(1);
  });

  test.each([
    [[0, 0], 0],
    [[0, 1], 1],
  ])('[G14] tells every worker to end, and ends when all have: exits %j make %s', async (codes, expected) => {
    const { primary, forked, serveAll, clock } = herd();
    serveAll();
    primary.end(true);
    primary.end(false);
    for (const { told } of forked) expect(told).toEqual([{ type: 'gateway:end', drain: true }]);
    for (const [index, code] of codes.entries()) forked[index]?.events.exit(code);
    expect(await primary.ended).toBe(expected);
    await clock.advance(20_000);
    expect(forked).toHaveLength(2);
  });

  test('[G14] ends hard what does not end in time, and all at once when asked to', async () => {
    const slow = herd();
    slow.serveAll();
    slow.primary.end(true);
    await slow.clock.advance(END_MS);
    expect(slow.forked.every(({ killed }) => killed)).toBe(true);
    expect(await slow.primary.ended).toBe(1);
    const quick = herd();
    quick.serveAll();
    quick.primary.endHard();
    expect(await quick.primary.ended).toBe(1);
  });

  test('[G14] does not replace a worker once it ends', async () => {
    const { primary, forked, serveAll, clock } = herd();
    serveAll();
    forked[0]?.events.exit(1);
    primary.end(false);
    await clock.advance(10_000);
    expect(forked).toHaveLength(2);
    forked[1]?.events.exit(0);
    expect(await primary.ended).toBe(0);
  });

  test('[G14] is heard by a worker that was still starting', () => {
    const { primary, forked, processesOf } = herd(1);
    const processes = processesOf(forked[0]);
    primary.end(true);
    const told: boolean[] = [];
    processes.onEnd((drain) => told.push(drain));
    expect(told).toEqual([true]);
  });
});

describe('limits without Redis', () => {
  test('[G8] are one over all workers', async () => {
    const { forked, processesOf } = herd();
    const counters = forked.map((worker) => processesOf(worker).counters);
    const takes = counters.flatMap((one) => Array.from({ length: 5 }, () => one.take([ONE])));
    expect((await Promise.all(takes)).filter(({ allowed }) => allowed)).toHaveLength(3);
    const [one, other] = counters;
    expect(await other?.standings([ONE])).toMatchObject([{ used: 3, remaining: 0 }]);
    one?.adjust([{ ...ONE, amount: -2 }]);
    await settled();
    expect(await other?.standings([ONE])).toMatchObject([{ used: 1, remaining: 2 }]);
  });

  test('[G8] ask once a turn of the event loop, however many requests there are in it', async () => {
    const { forked, processesOf } = herd(1);
    const counters = processesOf(forked[0]).counters;
    await Promise.all(Array.from({ length: 50 }, () => counters.take([ONE])));
    expect(forked[0]?.told.filter(({ type }) => type === 'gateway:counted')).toHaveLength(1);
  });

  test('[G8] are those of the worker alone while the primary process is silent, after a moment', async () => {
    const clock = virtualClock();
    const { counters } = createWorkerProcesses({ send: () => true, onMessage: () => undefined }, clock);
    const asked: Promise<Awaited<ReturnType<Counters['take']>>>[] = [];
    for (let index = 0; index < 4; index += 1) asked.push(counters.take([ONE]));
    await clock.advance(250);
    const decisions = await Promise.all(asked);
    expect(decisions.map(({ allowed }) => allowed)).toEqual([true, true, true, false]);
    const gone = createWorkerProcesses({ send: () => false, onMessage: () => undefined }, clock);
    expect((await gone.counters.take([ONE])).allowed).toBe(true);
    expect(await gone.counters.standings([ONE])).toMatchObject([{ used: 1 }]);
  });
});

describe('orders to circuit breakers', () => {
  const listening = (processes: ReturnType<typeof createWorkerProcesses>) => {
    const heard: string[] = [];
    processes.orders.onOrder((upstream, order) => heard.push(`${upstream} ${order}`));
    return { ...processes, heard };
  };

  test('[G7] [G16] reach every other process of the machine, whichever was told', () => {
    const { forked, processesOf } = herd(3);
    const [first, ...others] = forked.map((worker) => listening(processesOf(worker)));
    first?.orders.tell('dashscope', 'open');
    others[0]?.orders.tell('dashscope', 'automatic');
    expect(first?.heard).toEqual(['dashscope automatic']);
    expect(others.map(({ heard }) => heard)).toEqual([['dashscope open'], ['dashscope open', 'dashscope automatic']]);
  });

  test('[G7] [G16] are told to a process that replaces a dead one, the last of each upstream', async () => {
    const { forked, processesOf, serve, serveAll, clock } = herd();
    const [first] = forked.map((worker) => listening(processesOf(worker)));
    serveAll();
    first?.orders.tell('dashscope', 'closed');
    first?.orders.tell('dashscope', 'open');
    forked[1]?.events.exit(1);
    await clock.advance(100);
    const { heard } = listening(processesOf(forked[2]));
    serve(forked[2]);
    expect(heard).toEqual(['dashscope open']);
  });
});

describe('the metrics of several processes', () => {
  const scraping = (workers = 2) => {
    const running = herd(workers);
    running.serveAll();
    const join = (worker: Forked | undefined) => {
      const metrics = createMetrics();
      let refreshes = 0;
      const collect = running.processesOf(worker).joinMetrics(metrics.registry, () => {
        refreshes += 1;
        return Promise.resolve();
      });
      return { metrics, collect, refreshes: () => refreshes };
    };
    return { ...running, join, workers: running.forked.map(join) };
  };
  const valueIn = (text: string, series: string) =>
    Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`${series} `))
        ?.slice(series.length + 1),
    );

  test('[G3] are one: sums, least and most by the metric’s own rule, whoever answers, and never double', async () => {
    const { workers } = scraping();
    for (const [index, { metrics }] of workers.entries()) {
      metrics.inputTokens.inc({ gen_ai_operation_name: 'chat' }, 10 + index);
      metrics.overhead.observe(0.003);
      metrics.processes.set(1);
      metrics.ready.set(1 - index);
      metrics.eventLoopLag.set(0.1 * (index + 1));
    }
    for (const { collect } of [...workers, ...workers]) {
      const text = await collect();
      expect(valueIn(text, 'gen_ai_client_inference_usage_input_tokens_total{gen_ai_operation_name="chat"}')).toBe(21);
      expect(valueIn(text, 'gateway_overhead_seconds_bucket{le="0.005"}')).toBe(2);
      expect(valueIn(text, 'gateway_overhead_seconds_count')).toBe(2);
      expect(valueIn(text, 'gateway_processes')).toBe(2);
      expect(valueIn(text, 'gateway_ready')).toBe(0);
      expect(valueIn(text, 'nodejs_eventloop_lag_p99_seconds')).toBe(0.2);
    }
    expect(workers.map(({ refreshes }) => refreshes())).toEqual([4, 4]);
  });

  test('[G3] [T2] are those of the list, each once', async () => {
    const text = await scraping().workers[0]?.collect();
    const names = [...(text ?? '').matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
    expect(names.sort()).toEqual(
      Object.values(METRICS)
        .map(({ name }) => name)
        .sort(),
    );
  });

  test('[G3] keep what a dead worker has counted, so that no counter falls, and forget how it was', async () => {
    const { workers, forked, join, clock, serveAll } = scraping();
    for (const { metrics } of workers) {
      metrics.ledgerWritten.inc(100);
      metrics.residentMemory.set(50);
    }
    expect(valueIn((await workers[1]?.collect()) ?? '', 'gateway_ledger_written_total')).toBe(200);
    forked[0]?.events.exit(1);
    expect(valueIn((await workers[1]?.collect()) ?? '', 'gateway_ledger_written_total')).toBe(200);
    await clock.advance(100);
    join(forked[2]).metrics.ledgerWritten.inc(1);
    serveAll();
    const text = (await workers[1]?.collect()) ?? '';
    expect(valueIn(text, 'gateway_ledger_written_total')).toBe(201);
    expect(valueIn(text, 'process_resident_memory_bytes')).toBe(50);
    expect(valueIn(text, 'gateway_process_restarts_total')).toBe(1);
  });

  test('[G3] take the last numbers of a worker that does not say its own in time', async () => {
    const { workers, forked, clock } = scraping();
    for (const { metrics } of workers) metrics.ledgerWritten.inc(5);
    await workers[1]?.collect();
    const [stuck] = forked;
    if (stuck !== undefined) stuck.hears = undefined;
    workers[1]?.metrics.ledgerWritten.inc(1);
    const collected = workers[1]?.collect();
    await clock.advance(1_000);
    expect(valueIn((await collected) ?? '', 'gateway_ledger_written_total')).toBe(11);
  });

  test('[G3] are refused when the primary process does not answer: one process’s numbers would look like a new start', async () => {
    const clock = virtualClock();
    const processes = createWorkerProcesses({ send: () => true, onMessage: () => undefined }, clock);
    const collected = processes.joinMetrics(new Registry(), () => Promise.resolve())();
    const outcome = expect(collected).rejects.toThrow('the primary process did not say');
    await clock.advance(3_000);
    await outcome;
  });
});

test('[G10] an admin key is made up where none is set and none is needed, and is another each time', () => {
  expect(madeUpAdminKey({})).toMatch(/^bgk-[\w-]{32}$/);
  expect(madeUpAdminKey({ ADMIN_API_KEY: '' })).not.toBe(madeUpAdminKey({}));
  expect(madeUpAdminKey({ ADMIN_API_KEY: 'mine' })).toBeUndefined();
  expect(madeUpAdminKey({ NODE_ENV: 'production' })).toBeUndefined();
});
