/**
 * Gets an answer from whichever upstream has one: calls the first, again when that helps, and then those that stand in
 * for it, past those whose circuit is open. Nothing is done twice once the client could have seen a byte of it.
 */
import type { FastifyBaseLogger } from 'fastify';
import type { Clock } from '../clock';
import type { FallbackModels } from '../config/upstream';
import type { GatewayError } from '../errors';
import { asGatewayError, UpstreamUnavailableError } from '../errors';
import type { LogKind } from '../log';
import type { UpstreamMetrics } from '../metrics/upstream';
import type { TargetName } from '../upstream/targets';
import type { Upstream, UpstreamAnswer, UpstreamCall } from '../upstream/upstream';
import { isAccountFault, isTransient } from '../upstream/upstream-error';
import { attempt } from './attempt';
import type { AttemptObserver } from './attempt';
import type { Pass } from './breaker';
import { stepsOf } from './fallback';
import type { Step } from './fallback';
import type { GuardedTargets } from './guarded-target';
import type { RetryConfig } from './retry';
import { pause, waitBefore } from './retry';

const KIND: LogKind = 'business';

/** How often the same fault of the account is told, in milliseconds. */
const ACCOUNT_FAULT_MS = 60_000;

/** One call of an upstream, as it begins. */
export interface AttemptStart {
  /** From 1, over all upstreams and models of a request. */
  readonly number: number;
  readonly upstream: TargetName;
  readonly provider: Upstream['provider'];
  /** That is asked for in this call. */
  readonly model: string;
}

export interface DispatchProps {
  readonly call: UpstreamCall;
  /** The models that the caller may use; absent: every one. */
  readonly allowedModels?: ReadonlySet<string> | undefined;
  /**
   * Called before another model is asked in place of the one that was. Those that it refuses are passed over; the one that
   * was asked for is admitted already. @default every one may be asked
   */
  readonly admit?: ((model: string) => Promise<boolean>) | undefined;
  /** Called as each call begins. What it returns sees the call: `Operation` does. */
  readonly observe: (start: AttemptStart) => AttemptObserver;
}

export interface Dispatched {
  /** A stream has begun: its first frame with content is there. */
  readonly answer: UpstreamAnswer;
  /** That answers. */
  readonly model: string;
  readonly upstream: TargetName;
  /** Calls that were made for it. */
  readonly attempts: number;
}

export interface Dispatcher {
  /**
   * @throws GatewayError of the first upstream that was asked, when none answers
   * @throws the reason of the call's signal, as soon as it is aborted
   */
  send(props: DispatchProps): Promise<Dispatched>;
}

export interface DispatcherProps {
  readonly targets: GuardedTargets;
  readonly retry: RetryConfig;
  readonly fallbackModels: FallbackModels;
  /** ENABLE_RETRY. Without it there is one call, of the first upstream. */
  readonly enabled: boolean;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly log: FastifyBaseLogger;
  readonly metrics: Pick<UpstreamMetrics, 'upstreamRetries' | 'upstreamFallbacks'>;
}

export const createDispatcher = (props: DispatcherProps): Dispatcher => {
  const { targets, fallbackModels, enabled, clock, random, log, metrics } = props;
  const retry: RetryConfig = enabled ? props.retry : { ...props.retry, attempts: 1 };
  /** When each fault of an account was told last; bounded by the upstreams and the few codes of such faults. */
  const toldAt = new Map<string, number>();

  /** Somebody has to pay a bill or change a key: told to be acted upon, and not with every request. */
  const tellAccountFault = (upstream: TargetName, error: GatewayError): void => {
    const name = `${upstream} ${error.code}`;
    const now = clock.monotonicMs();
    const last = toldAt.get(name);
    if (last !== undefined && now - last < ACCOUNT_FAULT_MS) return;
    toldAt.set(name, now);
    log.error({ kind: KIND, upstream, code: error.code }, 'the account of the upstream needs its operator');
  };

  const send = async ({ call, allowedModels, admit, observe }: DispatchProps): Promise<Dispatched> => {
    const { operation, model, signal } = call;
    const steps = stepsOf({ targets, fallbackModels, operation, model, allowedModels });
    let attempts = 0;

    /** Calls one upstream for one model, as often as it helps. */
    const tryStep = async ({ target, model }: Step, pass: Pass): Promise<UpstreamAnswer | GatewayError> => {
      for (let tries = 1, leave: Pass | undefined = pass; ; tries++) {
        attempts++;
        const { name, upstream } = target;
        const observer = observe({ number: attempts, upstream: name, provider: upstream.provider, model });
        try {
          return await attempt({
            target,
            pass: leave,
            call: model === call.model ? call : { ...call, model },
            observer,
          });
        } catch (failure) {
          const error = asGatewayError(failure);
          signal.throwIfAborted();
          if (isAccountFault(error)) tellAccountFault(name, error);
          const waitMs = waitBefore(tries, error, retry, random);
          const closedInMs = target.breaker.standing().retryAfterMs ?? Infinity;
          if (waitMs === undefined || closedInMs > waitMs) return error;
          await pause(waitMs, signal, clock);
          leave = target.breaker.enter();
          if (leave === undefined) return error;
          metrics.upstreamRetries.inc({ upstream: name, error_type: error.errorType });
        }
      }
    };

    /** The model that may be asked, or not, as its quota was looked at last. */
    let admitted = { model, may: true };

    let failure: GatewayError | undefined;
    for (const step of enabled ? steps : steps.slice(0, 1)) {
      signal.throwIfAborted();
      // Quota is not taken for what the breaker would not let through.
      if (isOpen(step)) continue;
      if (step.model !== admitted.model) {
        admitted = { model: step.model, may: (await admit?.(step.model)) ?? true };
        signal.throwIfAborted();
      }
      if (!admitted.may) continue;
      const pass = step.target.breaker.enter();
      if (pass === undefined) continue;
      const answer = await tryStep(step, pass);
      if (!(answer instanceof Error)) {
        const upstream = step.target.name;
        if (step !== steps[0])
          metrics.upstreamFallbacks.inc({ upstream, by: step.model === model ? 'region' : 'model' });
        return { answer, model: step.model, upstream, attempts };
      }
      const hopeless = step.model === model && !mayFallBack(answer);
      // What happened to the model that was asked for is told; what its stand-ins say besides would only confuse.
      failure = hopeless ? answer : (failure ?? answer);
      if (hopeless) break;
    }
    throw failure ?? circuitOpen(steps);
  };

  return { send };
};

const isOpen = ({ target }: Step): boolean => target.breaker.standing().retryAfterMs !== 0;

const mayFallBack = (error: GatewayError): boolean => isTransient(error) || isAccountFault(error);

/** Seconds after which to try again, where only an operator's order will close the circuit. */
const ORDERED_RETRY_AFTER_SECONDS = 30;

const circuitOpen = (steps: readonly Step[]): GatewayError => {
  const waits = steps.map(({ target }) => target.breaker.standing().retryAfterMs);
  const waitMs = Math.min(...waits.map((ms) => ms ?? ORDERED_RETRY_AFTER_SECONDS * 1_000));
  return new UpstreamUnavailableError(
    'the upstream has failed too often and is not asked for a while; try again later',
    {
      code: 'upstream_circuit_open',
      retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1_000)),
    },
  );
};
