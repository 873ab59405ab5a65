/** Takes a request to its product, through the faults, the client tokens and the record. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from './api-error';
import { ClientTokens } from './client-tokens';
import type { Cloud } from './cloud';
import type { Fault } from './faults';
import type { Product, Recognised } from './product';
import { Recorder } from './recorder';
import type { WireRequest, WireResponse } from './wire';
import { json } from './wire';

/** How late a late answer is when the fault does not say, in ms. */
const LATENCY_MS = 2000;

const ALIBABA_HOST = /(^|\.)aliyuncs\.com$/;

export class Router {
  readonly recorder = new Recorder();
  readonly #tokens = new ClientTokens();

  constructor(
    readonly cloud: Cloud,
    readonly products: readonly Product[],
  ) {}

  /**
   * Whether the double answers on this host: on those of its products, and on every other one of Alibaba Cloud's, with
   * a refusal. A product that is missing here must fail here, and never reach the real cloud.
   */
  serves(host: string): boolean {
    return ALIBABA_HOST.test(host) || this.knows(host);
  }

  /** Whether one of its products answers on this host. */
  knows(host: string): boolean {
    return this.products.some((product) => product.serves(host));
  }

  /** @returns the answer, or `dropped` when the connection is to be closed without one */
  async handle(request: WireRequest): Promise<WireResponse | 'dropped'> {
    const requestId = randomUUID().toUpperCase();
    const product = this.products.find((candidate) => candidate.serves(request.host));
    if (product === undefined) {
      const parameters = Object.fromEntries(request.query);
      const action = parameters.Action ?? `${request.method} ${request.path}`;
      const at = this.cloud.now();
      this.recorder.record({ at, product: request.host, action, parameters, status: 404, code: 'NoSuchEndpoint' });
      return json(404, {
        RequestId: requestId,
        Code: 'NoSuchEndpoint',
        Message: `Nothing answers on ${request.host}.`,
      });
    }

    const fallback = { action: `${request.method} ${request.path}`, parameters: {} };
    const recognised = attempt(() => product.recognise(request));
    const call: Pick<Recognised, 'action' | 'parameters'> = recognised instanceof ApiError ? fallback : recognised;
    const fault = recognised instanceof ApiError ? undefined : this.cloud.faults.next(call.action);
    const refusal = fault && refusalOf(fault, product);
    if (fault?.type === 'latency') await sleep(fault.delayMs ?? LATENCY_MS);

    const outcome =
      refusal ?? (recognised instanceof ApiError ? recognised : this.#perform(product, recognised, requestId));
    const dropped = fault?.type === 'drop';
    const response = outcome instanceof ApiError ? product.refuse(outcome, requestId) : outcome;
    this.recorder.record({
      at: this.cloud.now(),
      product: product.name,
      action: call.action,
      parameters: call.parameters,
      status: dropped ? 0 : response.status,
      ...(outcome instanceof ApiError && { code: outcome.code }),
      ...(fault && { fault: fault.type }),
    });
    return dropped ? 'dropped' : response;
  }

  #perform(product: Product, call: Recognised, requestId: string): WireResponse | ApiError {
    const key = `${product.name}.${call.action}`;
    return attempt(() => {
      const known = this.#tokens.recall(key, call.parameters, this.cloud.now());
      if (known !== undefined) return known;
      const response = call.answer(this.cloud, requestId);
      this.#tokens.remember(key, call.parameters, response, this.cloud.now());
      return response;
    });
  }
}

/** Refusals are answers; anything else thrown is a defect of the double, and is shown as one. */
function attempt<T>(work: () => T): T | ApiError {
  try {
    return work();
  } catch (error) {
    if (error instanceof ApiError) return error;
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    console.error(`The API double failed: ${detail}`);
    return new ApiError('DoubleDefect', `The API double itself failed: ${detail}`, 400);
  }
}

function refusalOf(fault: Fault, product: Product): ApiError | undefined {
  switch (fault.type) {
    case 'throttle': {
      const { code, status } = product.throttling ?? { code: 'Throttling.User', status: 400 };
      return new ApiError(code, 'Request was denied due to user flow control.', status);
    }
    case 'server-error':
      return new ApiError(
        'ServiceUnavailable',
        'The request has failed due to a temporary failure of the server.',
        503,
      );
    case 'latency':
    case 'drop':
      return undefined;
  }
}
