/**
 * Idempotency as the API has it: a call repeated with the client token of an earlier one is answered as that was,
 * and does nothing again; the same token with other parameters is refused.
 */
import { isDeepStrictEqual } from 'node:util';
import { ApiError } from './api-error';
import type { WireResponse } from './wire';

/** How long the API remembers a token, in ms. */
const REMEMBERED_MS = 24 * 60 * 60 * 1000;

interface Remembered {
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly response: WireResponse;
  readonly until: number;
}

export class ClientTokens {
  readonly #answers = new Map<string, Remembered>();

  /** @throws ApiError `IdempotentParameterMismatch` */
  recall(action: string, parameters: Readonly<Record<string, unknown>>, now: number): WireResponse | undefined {
    const token = tokenOf(parameters);
    const known = token === undefined ? undefined : this.#answers.get(`${action} ${token}`);
    if (known === undefined || known.until < now) return undefined;
    // The order in which a client sends its parameters means nothing, and differs between two sendings.
    if (!isDeepStrictEqual(known.parameters, parameters)) {
      throw new ApiError(
        'IdempotentParameterMismatch',
        'The request uses the same client token as a previous, but non-identical request.',
      );
    }
    return known.response;
  }

  remember(action: string, parameters: Readonly<Record<string, unknown>>, response: WireResponse, now: number): void {
    const token = tokenOf(parameters);
    if (token === undefined) return;
    this.#answers.set(`${action} ${token}`, { parameters, response, until: now + REMEMBERED_MS });
  }
}

function tokenOf(parameters: Readonly<Record<string, unknown>>): string | undefined {
  // Redis alone calls it Token.
  const token = parameters.ClientToken ?? parameters.clientToken ?? parameters.client_token ?? parameters.Token;
  return typeof token === 'string' && token !== '' ? token : undefined;
}
