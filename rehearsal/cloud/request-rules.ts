/** What both API styles check of a request before its handler sees it. */
import { ApiError } from './api-error';
import { entriesOf } from './model';
import type { Fields, ModelClass } from './model';

export interface RequestRules<Request> {
  /** Refused when absent or empty. */
  readonly required?: readonly (keyof Fields<Request>)[];
  /** Values that the real action takes; any other is refused. */
  readonly oneOf?: { readonly [Key in keyof Fields<Request>]?: readonly string[] };
}

/** How a style names its two refusals, by the parameter's wire name. */
export interface RefusalCodes {
  readonly missing: (name: string) => string;
  readonly invalid: (name: string) => string;
}

/** @throws ApiError for the first rule that the request breaks */
export function applyRules<Request>(
  model: ModelClass<Request>,
  request: Fields<Request>,
  rules: RequestRules<Request>,
  codes: RefusalCodes,
): void {
  const names = model.names();
  const values = new Map(entriesOf(request));
  for (const property of (rules.required ?? []).map(String)) {
    const value = values.get(property);
    if (value === undefined || value === null || value === '') {
      const name = names[property] ?? property;
      throw new ApiError(codes.missing(name), `${name} is mandatory for this action.`);
    }
  }
  for (const [property, allowed] of entriesOf(rules.oneOf ?? {})) {
    const value = values.get(property);
    if (value === undefined || value === null) continue;
    if (!Array.isArray(allowed) || allowed.some((choice) => choice === value)) continue;
    const name = names[property] ?? property;
    throw new ApiError(
      codes.invalid(name),
      `The specified ${name} (${JSON.stringify(value)}) is none of ${allowed.join(', ')}.`,
    );
  }
}
