/**
 * How well the upstreams answer, read from their breakers and last calls. Only one that nobody has asked for a while, or
 * may ask, is asked for something free, when somebody wants to know, and at most every {@link PROBE_MS}.
 */
import type { Clock } from '../clock';
import { UpstreamTimeoutError } from '../errors';
import type { HealthFinding, HealthStatus } from '../health/health-check';
import type { GuardedTarget, GuardedTargets } from './guarded-target';

/** How old the last call, and the last probe, must be for another probe, in milliseconds. */
export const PROBE_MS = 30_000;
/** How long one is waited for, in milliseconds. */
const PROBE_TIMEOUT_MS = 2_000;

/** Failures among the last calls from which on something is wrong though the circuit is closed. */
const DEGRADED_RATIO = 0.5;
const DEGRADED_CALLS = 4;

export interface UpstreamHealth {
  /** The worst of the first upstream, unless another one can stand in for it: then at worst `degraded`. */
  check(): Promise<HealthFinding>;
}

export interface UpstreamHealthProps {
  readonly targets: GuardedTargets;
  readonly clock: Clock;
}

interface Probe {
  readonly at: number;
  readonly reachable: Promise<boolean>;
}

export const createUpstreamHealth = ({ targets, clock }: UpstreamHealthProps): UpstreamHealth => {
  const probes = new Map<GuardedTarget, Probe>();

  const reach = async ({ upstream }: GuardedTarget): Promise<boolean> => {
    const timeout = new AbortController();
    const cancel = clock.after(PROBE_TIMEOUT_MS, () => {
      timeout.abort(new UpstreamTimeoutError(`no answer within ${PROBE_TIMEOUT_MS} ms`));
    });
    try {
      await upstream.probe(timeout.signal);
      return true;
    } catch {
      return false;
    } finally {
      cancel();
    }
  };

  /** Whether something answered; `undefined` while real calls say enough. */
  const reachable = (target: GuardedTarget): Promise<boolean> | undefined => {
    const { sinceCallMs } = target.recent.standing();
    const busy = sinceCallMs !== undefined && sinceCallMs < PROBE_MS;
    if (busy && target.breaker.standing().state === 'closed') return undefined;
    const now = clock.monotonicMs();
    const last = probes.get(target);
    if (last !== undefined && now - last.at < PROBE_MS) return last.reachable;
    const next = { at: now, reachable: reach(target) };
    probes.set(target, next);
    return next.reachable;
  };

  const findingOf = async (
    target: GuardedTarget,
  ): Promise<{ readonly status: HealthStatus; readonly words: string }> => {
    const { state, order } = target.breaker.standing();
    const { calls, failures, lastError } = target.recent.standing();
    const answers = await reachable(target);
    const failing = calls >= DEGRADED_CALLS && failures / calls >= DEGRADED_RATIO;
    const words = [
      `${target.name} ${state}`,
      order === 'automatic' ? '' : 'by order',
      calls === 0 ? '' : `${failures} of ${calls} calls failed`,
      failures === 0 || lastError === undefined ? '' : lastError,
      answers === undefined ? '' : answers ? 'reachable' : 'unreachable',
    ];
    return { status: statusOf(state, failing || answers === false), words: words.filter(Boolean).join(', ') };
  };

  return {
    check: async () => {
      const findings = await Promise.all(targets.map(findingOf));
      const detail = findings.map(({ words }) => words).join('; ');
      const [first, ...others] = findings.map(({ status }) => status);
      if (first === 'healthy' || first === undefined) return { status: 'healthy', detail };
      return { status: others.some((status) => status !== 'unhealthy') ? 'degraded' : first, detail };
    },
  };
};

const statusOf = (state: 'closed' | 'half-open' | 'open', suspect: boolean): HealthStatus => {
  if (state === 'open') return 'unhealthy';
  return state === 'half-open' || suspect ? 'degraded' : 'healthy';
};
