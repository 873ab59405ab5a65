/** Error budgets: spent fast, spent slowly, not spent any more. */
import type { Samples, Scenario, Seen } from './scenario';
import { added, answered } from './service';

const OF_DAYS = { interval: '2m', pace: '10m' } as const;

/** Samples of three days: what went well for so long makes the long windows say little. */
const GOOD_DAYS = 2_160;

/** A counter that gains `before` until the good days are over, and `then` from there on. */
const turning = (before: number, then: number): Samples =>
  `0+${before}x${GOOD_DAYS} ${before * GOOD_DAYS + then}+${then}x${GOOD_DAYS}`;

const answers = (good: Samples, bad: Samples): Seen => ({ ...answered('200', good), ...answered('500', bad) });

const overhead = (bound: string, within: Samples, all: Samples): Seen => added({ [bound]: within, '+Inf': all });

export const OBJECTIVE_SCENARIOS: readonly Scenario[] = [
  {
    alert: 'AvailabilityBudgetBurn',
    title: 'two in a hundred fail for an hour after good days',
    ...OF_DAYS,
    seen: answers(turning(1_000, 980), turning(0, 20)),
    at: '73h',
    rings: [
      {
        severity: 'critical',
        labels: { slo: 'availability', window: '1h' },
        description:
          '2% of the requests of 1h missed an objective of 99.9 %, and of 5m as well: its error budget is spent more than 14.4 times as fast as it lasts.',
      },
    ],
  },
  {
    alert: 'AvailabilityBudgetBurn',
    title: 'one in a hundred fails for half a working day after good days',
    ...OF_DAYS,
    seen: answers(turning(1_000, 990), turning(0, 10)),
    at: '77h30m',
    rings: [
      {
        severity: 'critical',
        labels: { slo: 'availability', window: '6h' },
        description:
          '0.9167% of the requests of 6h missed an objective of 99.9 %, and of 30m as well: its error budget is spent more than 6 times as fast as it lasts.',
      },
    ],
  },
  {
    alert: 'AvailabilityBudgetBurn',
    title: 'five in a thousand fail from noon to the morning after good days',
    ...OF_DAYS,
    seen: answers(turning(1_000, 995), turning(0, 5)),
    at: '88h',
    rings: [
      {
        severity: 'warning',
        labels: { slo: 'availability', window: '1d' },
        description:
          '0.3333% of the requests of 1d missed an objective of 99.9 %, and of 2h as well: its error budget is spent more than 3 times as fast as it lasts.',
      },
    ],
  },
  {
    alert: 'AvailabilityBudgetBurn',
    title: 'two in a thousand fail for days',
    ...OF_DAYS,
    seen: answers('0+998x2500', '0+2x2500'),
    at: '78h',
    rings: [
      {
        severity: 'warning',
        labels: { slo: 'availability', window: '3d' },
        description:
          '0.2% of the requests of 3d missed an objective of 99.9 %, and of 6h as well: its error budget is spent more than 1 times as fast as it lasts.',
      },
    ],
  },
  {
    alert: 'AvailabilityBudgetBurn',
    title: 'half of what may fail fails',
    ...OF_DAYS,
    seen: answers('0+9995x2500', '0+5x2500'),
    at: '78h',
    rings: [],
  },
  {
    alert: 'AvailabilityBudgetBurn',
    title: 'what failed for an hour has been good for ten minutes',
    ...OF_DAYS,
    seen: answers('0+1000x2160 2160980+980x29 2190380+1000x60', '0x2160 20+20x29 600x60'),
    at: '73h10m',
    rings: [],
  },
  {
    alert: 'AvailabilityBudgetBurn',
    title: 'one request in five minutes, and each fails',
    ...OF_DAYS,
    seen: answers('0x2500', '0+0.4x2500'),
    at: '78h',
    rings: [],
  },
  {
    alert: 'OverheadP95BudgetBurn',
    title: 'every request waits longer than 200 ms for an hour after good days',
    ...OF_DAYS,
    seen: overhead('0.2', turning(100, 0), turning(100, 100)),
    at: '73h',
    rings: [
      {
        severity: 'critical',
        labels: { slo: 'overhead-p95', window: '1h' },
        description:
          '100% of the requests of 1h missed an objective of 95 %, and of 5m as well: its error budget is spent more than 14.4 times as fast as it lasts.',
      },
    ],
  },
  {
    alert: 'OverheadP95BudgetBurn',
    title: 'three requests in a hundred wait longer',
    ...OF_DAYS,
    seen: overhead('0.2', '0+97x2500', '0+100x2500'),
    at: '78h',
    rings: [],
  },
  ...['1', '1.0'].map(
    (bound) =>
      ({
        alert: 'OverheadP99BudgetBurn',
        title: `one request in five waits longer than a second for an hour after good days (le="${bound}")`,
        ...OF_DAYS,
        seen: overhead(bound, turning(100, 80), turning(100, 100)),
        at: '73h',
        rings: [
          {
            severity: 'critical',
            labels: { slo: 'overhead-p99', window: '1h' },
            description:
              '20% of the requests of 1h missed an objective of 99 %, and of 5m as well: its error budget is spent more than 14.4 times as fast as it lasts.',
          },
        ],
      }) as const,
  ),
  {
    alert: 'OverheadP99BudgetBurn',
    title: 'one request in two hundred waits longer',
    ...OF_DAYS,
    seen: overhead('1', '0+199x2500', '0+200x2500'),
    at: '78h',
    rings: [],
  },
  {
    alert: 'OverheadP95BudgetBurn',
    title: 'six requests in a hundred wait longer for days',
    ...OF_DAYS,
    seen: overhead('0.2', '0+94x2500', '0+100x2500'),
    at: '78h',
    rings: [
      {
        severity: 'warning',
        labels: { slo: 'overhead-p95', window: '3d' },
        description:
          '6% of the requests of 3d missed an objective of 95 %, and of 6h as well: its error budget is spent more than 1 times as fast as it lasts.',
      },
    ],
  },
  {
    alert: 'OverheadP99BudgetBurn',
    title: 'two requests in a hundred wait longer for days',
    ...OF_DAYS,
    seen: overhead('1', '0+98x2500', '0+100x2500'),
    at: '78h',
    rings: [
      {
        severity: 'warning',
        labels: { slo: 'overhead-p99', window: '3d' },
        description:
          '2% of the requests of 3d missed an objective of 99 %, and of 6h as well: its error budget is spent more than 1 times as fast as it lasts.',
      },
    ],
  },
];
