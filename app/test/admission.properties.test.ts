import fc from 'fast-check';
import type { Priority } from '../src/quota/priority';
import { PRIORITIES } from '../src/quota/priority';
import { settled } from './virtual-clock';
import type { AdmissionUnderTest, Asked } from './waiting-calls';
import { admissionUnderTest } from './waiting-calls';

const LIMITS = { requestsPerMinute: 8, tokensPerMinute: 1_000, requestsPerDay: 40, tokensPerDay: 6_000 } as const;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** What may happen next. */
type Step =
  | { readonly kind: 'ask'; readonly model: 'm' | 'n'; readonly priority: Priority; readonly tokens: number }
  /** An entered call ends, having used this part of its estimate; `null`: it never reached the upstream. */
  | { readonly kind: 'settle'; readonly pick: number; readonly part: number | null }
  | { readonly kind: 'abort'; readonly pick: number }
  | { readonly kind: 'penalize'; readonly ms: number }
  | { readonly kind: 'advance'; readonly ms: number };

const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('ask' as const),
        model: fc.constantFrom('m' as const, 'n' as const),
        priority: fc.constantFrom(...PRIORITIES),
        tokens: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 1_100 })),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('settle' as const),
        pick: fc.nat(),
        part: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('abort' as const), pick: fc.nat() }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('penalize' as const), ms: fc.integer({ min: 0, max: 40_000 }) }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('advance' as const),
        ms: fc.oneof(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 0, max: 90_000 })),
      }),
    },
  ),
  { minLength: 5, maxLength: 80 },
);

/** What an entered call counts for, by a book of the test's own. */
interface Entry {
  readonly model: string;
  readonly at: number;
  requests: number;
  tokens: number;
}

class Book {
  readonly asked: Asked[] = [];
  readonly #entries = new Map<Asked, Entry>();
  readonly #settled = new Set<Asked>();

  constructor(private readonly world: AdmissionUnderTest) {}

  /** Notes who has entered since, and looks at every window. */
  note(): void {
    for (const call of this.world.entered) {
      if (this.#entries.has(call)) continue;
      const { model, estimatedTokens } = call.call;
      const at = call.enteredAt ?? 0;
      this.#entries.set(call, { model, at, requests: 1, tokens: estimatedTokens });
      this.#look(model, at);
    }
  }

  settle(pick: number, part: number | null): void {
    const open = [...this.#entries].filter(([call]) => !this.#settled.has(call));
    const [call, entry] = open[pick % Math.max(1, open.length)] ?? [];
    if (call === undefined || entry === undefined) return;
    this.#settled.add(call);
    const used = part === null ? 0 : Math.floor(part * entry.tokens);
    call.ticket?.settle(part === null ? undefined : { inputTokens: used, outputTokens: 0 });
    entry.tokens = used;
    if (part === null) entry.requests = 0;
  }

  #look(model: string, now: number): void {
    const sum = (windowMs: number, what: 'requests' | 'tokens') =>
      [...this.#entries.values()]
        .filter((entry) => entry.model === model && entry.at > now - windowMs)
        .reduce((total, entry) => total + entry[what], 0);
    expect(sum(MINUTE_MS, 'requests')).toBeLessThanOrEqual(LIMITS.requestsPerMinute);
    expect(sum(MINUTE_MS, 'tokens')).toBeLessThanOrEqual(LIMITS.tokensPerMinute);
    expect(sum(DAY_MS, 'requests')).toBeLessThanOrEqual(LIMITS.requestsPerDay);
    expect(sum(DAY_MS, 'tokens')).toBeLessThanOrEqual(LIMITS.tokensPerDay);
  }
}

const run = async (world: AdmissionUnderTest, book: Book, step: Step): Promise<void> => {
  const { asked } = book;
  if (step.kind === 'ask') {
    asked.push(world.ask({ model: step.model, priority: step.priority, estimatedTokens: step.tokens }));
  } else if (step.kind === 'settle') {
    book.settle(step.pick, step.part);
  } else if (step.kind === 'abort') {
    asked[step.pick % Math.max(1, asked.length)]?.abort(new Error('gone'));
  } else if (step.kind === 'penalize') {
    world.admission.penalize('m', step.ms);
  } else {
    await world.clock.advance(step.ms);
  }
  // A turn of the event loop after every second step or so, so that calls also come while others are being counted.
  if (asked.length % 2 === 0) await settled();
  book.note();
};

const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((a, b) => a + b, 0);

describe('whatever comes, leaves and ends', () => {
  test('[G9] no window is ever exceeded, and every call enters or is refused exactly once and leaves nothing behind', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 0, max: 12 }), async (sequence, places) => {
        const world = admissionUnderTest({ limits: LIMITS, places });
        const book = new Book(world);
        for (const step of sequence) {
          await run(world, book, step);
          expect(sum(world.admission.line().waiting)).toBeLessThanOrEqual(places);
        }
        await world.clock.advance(31_000);
        book.note();
        const { waiting, rejected } = world.admission.line();
        expect(sum(waiting)).toBe(0);
        expect(world.clock.pending).toBe(0);
        const refused = book.asked.filter(({ state }) => state === 'refused');
        expect(sum(rejected)).toBe(refused.length);
        expect(world.entered.length + refused.length).toBe(book.asked.length);
        expect(new Set(world.entered).size).toBe(world.entered.length);
      }),
      { numRuns: 50 },
    );
  }, 60_000);

  test('[G9] of one model and priority, those that enter do so in the order in which they came', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const world = admissionUnderTest({ limits: LIMITS, timeoutMs: 300_000 });
        const book = new Book(world);
        for (const step of sequence) await run(world, book, step);
        await world.clock.advance(301_000);
        book.note();
        for (const model of ['m', 'n']) {
          for (const priority of PRIORITIES) {
            const numbers = world.entered
              .filter(({ call }) => call.model === model && call.priority === priority)
              .map((call) => book.asked.indexOf(call));
            expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
          }
        }
      }),
      { numRuns: 50 },
    );
  }, 60_000);

  test('[G9] whoever is at the head has its turn within a window, however little those behind it need', async () => {
    const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 700, max: 1_000 })), {
      minLength: 2,
      maxLength: 25,
    });
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 0, max: 5_000 }), async (tokens, gapMs) => {
        const limits = { tokensPerMinute: LIMITS.tokensPerMinute };
        const world = admissionUnderTest({ limits, timeoutMs: 3_600_000 });
        const calls: Asked[] = [];
        for (const estimatedTokens of tokens) {
          calls.push(world.ask({ estimatedTokens }));
          await world.clock.advance(gapMs);
        }
        // Its minute, the part of it that counts as one, and the second after which it is tried again at the latest.
        const turnMs = MINUTE_MS + 1_000 + 1_000;
        await world.clock.advance(turnMs * tokens.length);
        for (const [index, { askedAt, enteredAt }] of calls.entries()) {
          const headSince = Math.max(askedAt, calls[index - 1]?.enteredAt ?? 0);
          expect((enteredAt ?? Infinity) - headSince).toBeLessThanOrEqual(turnMs);
        }
      }),
      { numRuns: 50 },
    );
  }, 60_000);
});
