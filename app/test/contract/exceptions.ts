/** Checks of Schemathesis that do not hold for an operation, and why. Everything else must hold everywhere. */

export interface ContractException {
  /** As the document names it. */
  readonly operationId: string;
  readonly check: 'positive_data_acceptance' | 'negative_data_rejection' | 'ensure_resource_availability';
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
];
