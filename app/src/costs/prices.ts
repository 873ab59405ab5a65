/** What a call costs. */

export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Of the input: read from the upstream's cache. @default 0 */
  readonly cachedTokens?: number | undefined;
  /** Of the output: spent on reasoning. @default 0 */
  readonly reasoningTokens?: number | undefined;
}

export interface Cost {
  readonly amount: number;
  readonly currency: string;
}

export interface Prices {
  /** `undefined` for a model without a price. */
  costOf(model: string, usage: TokenUsage): Cost | undefined;
}
