/** Where an answer may come from, in the order in which it is asked for. */
import type { FallbackModels } from '../config/upstream';
import type { GuardedTarget, GuardedTargets } from './guarded-target';
import type { OperationName } from '../upstream/upstream';

/** One model at one upstream. */
export interface Step {
  readonly target: GuardedTarget;
  readonly model: string;
}

export interface StepsProps {
  readonly targets: GuardedTargets;
  readonly fallbackModels: FallbackModels;
  readonly operation: OperationName;
  readonly model: string;
  /** The models that the caller may use; absent: every one. */
  readonly allowedModels: ReadonlySet<string> | undefined;
}

/**
 * The model that was asked for in each region, then each model that may answer in its place, likewise. Vectors of
 * different models cannot be compared, so embeddings never come from another model.
 */
export const stepsOf = ({
  targets,
  fallbackModels,
  operation,
  model,
  allowedModels,
}: StepsProps): readonly [Step, ...Step[]] => {
  const [first, ...others] = targets;
  const instead = operation === 'embeddings' ? undefined : fallbackModels.get(model);
  if (instead === undefined) return [{ target: first, model }, ...others.map((target) => ({ target, model }))];
  const models = instead.filter((other) => allowedModels?.has(other) ?? true);
  return [
    { target: first, model },
    ...others.map((target) => ({ target, model })),
    ...models.flatMap((other) => targets.map((target) => ({ target, model: other }))),
  ];
};
