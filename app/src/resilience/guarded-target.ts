/** The upstreams, each with what is known about it: its breaker and how its last calls ended. */
import type { FastifyBaseLogger } from 'fastify';
import type { Clock } from '../clock';
import type { UpstreamMetrics } from '../metrics/upstream';
import type { Target, Targets } from '../upstream/targets';
import { createBreaker } from './breaker';
import type { Breaker } from './breaker';
import { createRecentAnswers } from './recent-answers';
import type { RecentAnswers } from './recent-answers';

export interface GuardedTarget extends Target {
  readonly breaker: Breaker;
  readonly recent: RecentAnswers;
}

export type GuardedTargets = readonly [GuardedTarget, ...GuardedTarget[]];

export interface GuardProps {
  readonly targets: Targets;
  readonly config: { readonly failures: number; readonly openMs: number };
  readonly clock: Clock;
  readonly log: FastifyBaseLogger;
  readonly metrics: Pick<UpstreamMetrics, 'circuitState'>;
}

export const guardTargets = ({ targets, config, clock, log, metrics }: GuardProps): GuardedTargets => {
  const guard = (target: Target): GuardedTarget => ({
    ...target,
    breaker: createBreaker({ name: target.name, ...config, clock, log, metrics }),
    recent: createRecentAnswers(clock),
  });
  const [first, ...others] = targets;
  return [guard(first), ...others.map(guard)];
};
