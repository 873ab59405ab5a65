/** Checks of Schemathesis that do not hold for an operation, and why. Everything else must hold everywhere. */

export interface ContractException {
  /** As the document names it. */
  readonly operationId: string;
  readonly check: 'positive_data_acceptance' | 'use_after_free';
  readonly reason: string;
}

export const EXCEPTIONS: readonly ContractException[] = [
  {
    operationId: 'delete_api_cache',
    check: 'positive_data_acceptance',
    reason: 'It wants one of two queries and not both, which OpenAPI cannot say of a query.',
  },
  {
    operationId: 'get_api_costs_daily',
    check: 'positive_data_acceptance',
    reason: 'A day must be one of the calendar and the range in order, which a pattern cannot say.',
  },
  {
    operationId: 'post_api_keys',
    check: 'positive_data_acceptance',
    reason: 'A key must end in the future, which a schema cannot say.',
  },
  {
    operationId: 'patch_api_keys_id',
    check: 'positive_data_acceptance',
    reason: 'A key must end in the future, which a schema cannot say.',
  },
  {
    operationId: 'post_v1_chat_completions',
    check: 'positive_data_acceptance',
    reason: 'max_tokens beyond the whole quota of the model is refused, and the quota is the account’s.',
  },
  {
    operationId: 'get_api_keys_id',
    check: 'use_after_free',
    reason: 'A revoked key stays in the list, so that it can be seen who had it; it lets nobody in.',
  },
];

/** Operations that would spoil the examination of all others. */
export const EXCLUDED: readonly { readonly path: string; readonly reason: string }[] = [
  { path: '/api/performance/loadtest', reason: 'Each call takes up to 20 s; app/test/performance.test.ts has it.' },
  {
    path: '/api/circuit-breakers/{upstream}/force-open',
    reason: 'Every completion after it is 503, as it should be; app/test/circuit-breakers.test.ts has it.',
  },
];
