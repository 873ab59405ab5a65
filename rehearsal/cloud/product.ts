/** What the double's router knows of a product: which hosts are its, and how it names and answers a call. */
import type { ApiError } from './api-error';
import type { Cloud } from './cloud';
import type { ModelClass } from './model';
import type { WireRequest, WireResponse } from './wire';

/** A call that a product has recognised. */
export interface Recognised {
  /** `CreateVpc`; for REST products the published name of the operation. */
  readonly action: string;
  /** What is recorded of the parameters; secret values are masked by the recorder. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Does it. @throws ApiError when the real API would refuse */
  readonly answer: (cloud: Cloud, requestId: string) => WireResponse;
}

/** An action whose request is read by a model, for what compares the double with the published API. */
export interface ModelledAction {
  readonly name: string;
  readonly requestModel: ModelClass<unknown>;
  /** Properties of the model that are refused when absent. */
  readonly required: readonly string[];
}

export interface Product {
  /** As the vendor names it: `Vpc`, `Rds`, `R-kvstore`. */
  readonly name: string;
  readonly serves: (host: string) => boolean;
  /** @throws ApiError when there is no such action */
  readonly recognise: (request: WireRequest) => Recognised;
  /** A refusal in this product's own form. */
  readonly refuse: (error: ApiError, requestId: string) => WireResponse;
  /** Its actions. @default none that a model describes */
  readonly actions?: readonly ModelledAction[];
  /** What it answers when an account calls too often. @default `Throttling.User`, 400 */
  readonly throttling?: { readonly code: string; readonly status: number };
}
