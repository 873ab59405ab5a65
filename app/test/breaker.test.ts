import fc from 'fast-check';
import { createLog } from '../src/log';
import { createMetrics } from '../src/metrics';
import { readConfig } from '../src/read-config';
import { createBreaker, ORDERS } from '../src/resilience/breaker';
import type { Breaker, BreakerState, Order, Outcome, Pass } from '../src/resilience/breaker';
import { virtualClock } from './virtual-clock';

const FAILURES = 3;
const OPEN_MS = 1_000;

const setUp = () => {
  const clock = virtualClock();
  const metrics = createMetrics();
  const lines: string[] = [];
  const log = createLog(readConfig({ NODE_ENV: 'test' }), { write: (line) => void lines.push(line) });
  const breaker = createBreaker({ name: 'x', failures: FAILURES, openMs: OPEN_MS, clock, log, metrics });
  const gauge = async () => (await metrics.circuitState.get()).values[0]?.value;
  return { breaker, clock, gauge, lines };
};

const passOf = (breaker: Breaker): Pass => {
  const pass = breaker.enter();
  if (pass === undefined) throw new Error('the breaker lets nobody through');
  return pass;
};

const call = (breaker: Breaker, outcome: Outcome): void => {
  passOf(breaker).end(outcome);
};

const open = (breaker: Breaker): void => {
  for (let at = 0; at < FAILURES; at++) call(breaker, 'failed');
};

describe('a circuit breaker', () => {
  test('[G7] opens after so many failures in a row, and lets nobody through', async () => {
    const { breaker, gauge } = setUp();
    call(breaker, 'failed');
    call(breaker, 'failed');
    expect(breaker.standing()).toEqual({ state: 'closed', order: 'automatic', failures: 2, retryAfterMs: 0 });
    call(breaker, 'failed');
    expect(breaker.standing()).toEqual({ state: 'open', order: 'automatic', failures: 3, retryAfterMs: OPEN_MS });
    expect(breaker.enter()).toBeUndefined();
    expect(await gauge()).toBe(2);
  });

  test('[G7] an answer breaks the row, and what says nothing about the upstream does not', () => {
    const { breaker } = setUp();
    for (const outcome of ['failed', 'failed', 'answered', 'failed', 'unknown', 'failed', 'unknown'] as const) {
      call(breaker, outcome);
    }
    expect(breaker.standing()).toMatchObject({ state: 'closed', failures: 2 });
    call(breaker, 'failed');
    expect(breaker.standing().state).toBe('open');
  });

  test('[G7] lets one through on trial after its time, and closes as soon as that one is answered', async () => {
    const { breaker, clock, gauge } = setUp();
    open(breaker);
    await clock.advance(OPEN_MS - 1);
    expect(breaker.enter()).toBeUndefined();
    await clock.advance(1);
    const trial = passOf(breaker);
    expect(breaker.enter()).toBeUndefined();
    expect(await gauge()).toBe(1);
    trial.begun();
    expect(breaker.standing()).toMatchObject({ state: 'closed', failures: 0 });
    expect(await gauge()).toBe(0);
    trial.end('failed');
    expect(breaker.standing()).toMatchObject({ state: 'closed', failures: 1 });
  });

  test('[G7] opens again for its whole time when the trial fails', async () => {
    const { breaker, clock } = setUp();
    open(breaker);
    await clock.advance(OPEN_MS + 500);
    call(breaker, 'failed');
    expect(breaker.standing()).toMatchObject({ state: 'open', retryAfterMs: OPEN_MS });
  });

  test('[G7] a trial whose client left is no trial: the next one is', async () => {
    const { breaker, clock } = setUp();
    open(breaker);
    await clock.advance(OPEN_MS);
    call(breaker, 'unknown');
    expect(breaker.standing().state).toBe('half-open');
    call(breaker, 'answered');
    expect(breaker.standing().state).toBe('closed');
  });

  test('[G7] a call that began before the last change of state says nothing any more', async () => {
    const { breaker, clock } = setUp();
    const early = passOf(breaker);
    const late = passOf(breaker);
    open(breaker);
    early.end('answered');
    expect(breaker.standing().state).toBe('open');
    await clock.advance(OPEN_MS);
    passOf(breaker).end('answered');
    late.end('failed');
    expect(breaker.standing()).toMatchObject({ state: 'closed', failures: 0 });
  });

  test('[G12] is held open, held closed and let go by order', async () => {
    const { breaker, clock } = setUp();
    breaker.order('open');
    await clock.advance(OPEN_MS * 10);
    expect(breaker.enter()).toBeUndefined();
    expect(breaker.standing()).toEqual({ state: 'open', order: 'open', failures: 0, retryAfterMs: undefined });
    breaker.order('closed');
    for (let at = 0; at < FAILURES * 2; at++) call(breaker, 'failed');
    expect(breaker.standing()).toMatchObject({ state: 'closed', order: 'closed' });
    breaker.order('automatic');
    open(breaker);
    expect(breaker.standing()).toMatchObject({ state: 'open', order: 'automatic' });
    breaker.order('automatic');
    expect(breaker.standing()).toMatchObject({ state: 'closed', failures: 0 });
  });

  test('[G4] tells each change of its state once', async () => {
    const { breaker, clock, lines } = setUp();
    open(breaker);
    for (let at = 0; at < 10; at++) breaker.enter();
    await clock.advance(OPEN_MS);
    call(breaker, 'answered');
    expect(lines.map((line) => /"to":"([\w-]+)"/.exec(line)?.[1])).toEqual(['open', 'half-open', 'closed']);
    expect(lines[0]).toContain('"level":"error"');
  });
});

/** What the breaker should do, written the other way round: by when it opened and which call is the trial. */
class Model {
  state: BreakerState = 'closed';
  order: Order = 'automatic';
  failures = 0;
  openedAt = 0;
  trial: number | undefined;
  now = 0;
  epoch = 0;
  readonly calls: { epoch: number; ended: boolean }[] = [];

  move(state: BreakerState): void {
    this.state = state;
    this.epoch++;
    this.trial = undefined;
    if (state === 'open') this.openedAt = this.now;
  }

  enter(): boolean {
    if (this.order === 'open') return false;
    if (this.order === 'automatic') {
      if (this.state === 'open' && this.now - this.openedAt >= OPEN_MS) this.move('half-open');
      if (this.state === 'open' || (this.state === 'half-open' && this.trial !== undefined)) return false;
    }
    this.calls.push({ epoch: this.epoch, ended: false });
    if (this.state === 'half-open') this.trial = this.calls.length - 1;
    return true;
  }

  begun(index: number): void {
    if (this.trial !== index || this.calls[index]?.ended !== false) return;
    this.failures = 0;
    this.move('closed');
    this.calls[index].epoch = this.epoch;
  }

  end(index: number, outcome: Outcome): void {
    const call = this.calls[index];
    if (call === undefined || call.ended) return;
    call.ended = true;
    if (call.epoch !== this.epoch) return;
    if (this.trial === index) {
      this.trial = undefined;
      if (outcome === 'failed') this.move('open');
      if (outcome === 'answered') {
        this.failures = 0;
        this.move('closed');
      }
      return;
    }
    if (outcome === 'answered') this.failures = 0;
    if (outcome !== 'failed') return;
    this.failures++;
    if (this.order === 'automatic' && this.failures >= FAILURES) this.move('open');
  }

  give(order: Order): void {
    if (order === this.order && order !== 'automatic') return;
    this.order = order;
    this.failures = 0;
    this.move(order === 'open' ? 'open' : 'closed');
  }
}

test('[G7] a breaker does, whatever happens in whatever order, what its model does', async () => {
  const steps = fc.oneof(
    { weight: 6, arbitrary: fc.constant({ kind: 'enter' } as const) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('begun' as const), back: fc.nat(4) }) },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('end' as const),
        back: fc.nat(4),
        outcome: fc.constantFrom<Outcome>('failed', 'failed', 'answered', 'unknown'),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(1, 500, OPEN_MS) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('order' as const), order: fc.constantFrom(...ORDERS) }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { maxLength: 60 }), async (sequence) => {
      const { breaker, clock } = setUp();
      const model = new Model();
      const passes: Pass[] = [];
      for (const step of sequence) {
        const index = 'back' in step ? passes.length - 1 - step.back : -1;
        if (step.kind === 'enter') {
          const pass = breaker.enter();
          expect(pass !== undefined).toBe(model.enter());
          if (pass !== undefined) passes.push(pass);
        } else if (step.kind === 'begun') {
          passes[index]?.begun();
          model.begun(index);
        } else if (step.kind === 'end') {
          passes[index]?.end(step.outcome);
          model.end(index, step.outcome);
        } else if (step.kind === 'wait') {
          model.now += step.ms;
          await clock.advance(step.ms);
        } else {
          breaker.order(step.order);
          model.give(step.order);
        }
        const { state, order, failures } = breaker.standing();
        expect({ state, order, failures }).toEqual({
          state: model.state,
          order: model.order,
          failures: model.failures,
        });
      }
    }),
    { numRuns: 200 },
  );
});
