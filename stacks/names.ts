/** Names that more than one stack must spell alike. */
import type { Environment } from '../environments';

/** First part of the names of the RAM roles that pods take: CI may make and change those, and no others. */
export const WORKLOAD_ROLE_PREFIX = 'workload-';

/**
 * The environment's log project. Unique in all of Log Service, so the account is part of it.
 * Changing it replaces the project, and every log in it is gone.
 */
export function logProjectName({ name, account }: Environment): string {
  return `bailian-gateway-${name}-${account.id.slice(-6)}`;
}
