/**
 * Every environment variable that the service reads, as one table; `read-config.ts` checks an environment against it.
 * Infrastructure imports {@link VARIABLES} to render a ConfigMap and a Secret, so a variable that is not here cannot be set.
 * Each concern has a file in `config/`.
 */
import { ACCESS_VARIABLES } from './config/access';
import { CACHE_VARIABLES } from './config/cache';
import { COST_VARIABLES } from './config/costs';
import { FEATURE_VARIABLES } from './config/features';
import { LIMIT_VARIABLES } from './config/limits';
import { QUOTA_VARIABLES } from './config/quota';
import { SERVICE_VARIABLES } from './config/service';
import { STORAGE_VARIABLES } from './config/storage';
import { TRACING_VARIABLES } from './config/tracing';
import { UPSTREAM_VARIABLES } from './config/upstream';
import type { Variable, VariableTable } from './config/variable';

export const VARIABLES = {
  ...SERVICE_VARIABLES,
  ...ACCESS_VARIABLES,
  ...LIMIT_VARIABLES,
  ...QUOTA_VARIABLES,
  ...CACHE_VARIABLES,
  ...UPSTREAM_VARIABLES,
  ...STORAGE_VARIABLES,
  ...COST_VARIABLES,
  ...FEATURE_VARIABLES,
  ...TRACING_VARIABLES,
} as const satisfies VariableTable;

export type VariableName = keyof typeof VARIABLES;

/** The names of the variables of one kind. */
export type NamesOf<V extends Variable> = {
  [N in VariableName]: (typeof VARIABLES)[N] extends V ? N : never;
}[VariableName];

/** A process's environment. An empty variable counts as absent. */
export type Environment = Readonly<Record<string, string | undefined>>;
