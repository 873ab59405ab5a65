/** What one request used, written down exactly once: in the ledger and in what was spent. */
import type { CacheSource } from '../cache/cache-source';
import type { Caller } from '../caller';
import type { Usage } from '../chat';
import type { Clock, NewId } from '../clock';
import type { Prices } from '../costs/prices';
import type { Spending } from '../costs/spending';
import type { GatewayError } from '../errors';
import type { Exchange } from '../exchange';
import type { LedgerEntry } from '../ledger/entry';
import type { Ledger } from '../ledger/ledger';

export interface BookingProps {
  readonly clock: Clock;
  readonly newId: NewId;
  readonly ledger: Pick<Ledger, 'record'>;
  readonly prices: Pick<Prices, 'costOf' | 'currency'>;
  readonly spending: Pick<Spending, 'book'>;
}

/** The request that is booked. */
export interface BookedRequest {
  readonly requestId: string;
  readonly caller: Pick<Caller, 'keyId'>;
  readonly endUser: string | undefined;
  readonly request: { readonly operation: LedgerEntry['operation']; readonly body: { readonly model: string } };
  readonly exchange: Pick<Exchange, 'elapsedMs'>;
}

/** How it ended. */
export interface Outcome {
  readonly servedModel: string;
  readonly upstream: string;
  readonly cache: CacheSource;
  /** `undefined`: nothing was used. */
  readonly usage: Usage | undefined;
  /** Whether the upstream counted it. */
  readonly counted: boolean;
  readonly error?: GatewayError | undefined;
}

export class Booking {
  #booked = false;

  constructor(
    private readonly props: BookingProps,
    private readonly call: BookedRequest,
  ) {}

  /** Only the first end counts. @returns what it cost, in the currency of the price table */
  end({ servedModel, upstream, cache, usage, counted, error }: Outcome): number {
    if (this.#booked) return 0;
    this.#booked = true;
    const { clock, newId, ledger, prices, spending } = this.props;
    const { requestId, caller, endUser, request, exchange } = this.call;
    // What the gateway's own cache answers was paid for once already.
    const paid = cache === 'miss' || cache === 'bypass';
    const cost = paid && usage !== undefined ? prices.costOf(servedModel, usage)?.amount : undefined;
    const entry: LedgerEntry = {
      id: newId(),
      at: clock.epochMs(),
      requestId,
      keyId: caller.keyId,
      endUser,
      operation: request.operation,
      model: request.body.model,
      servedModel,
      upstream,
      inputTokens: usage?.inputTokens ?? 0,
      outputTokens: usage?.outputTokens ?? 0,
      cachedTokens: usage?.cachedTokens ?? 0,
      counted,
      cost: cost ?? 0,
      currency: prices.currency,
      latencyMs: Math.round(exchange.elapsedMs()),
      status: error?.status ?? 200,
      cache,
      errorType: error?.errorType,
    };
    spending.book(entry);
    ledger.record(entry);
    return entry.cost;
  }
}
