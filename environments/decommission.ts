/**
 * Taking an environment down for good. Data that is protected refuses to be destroyed, in Terraform and in the cloud, so
 * its protection is lifted by a deployment of its own first: `DECOMMISSION=staging cdktf deploy …`, then
 * `DECOMMISSION=staging cdktf destroy …`. Said by whoever runs the command, and written nowhere: the next deployment
 * without it protects everything again.
 */
import type { Environment } from './environment';

/** The variable that names the environment. */
export const DECOMMISSION_VARIABLE = 'DECOMMISSION';

/**
 * The environments, one of them without protection.
 * @param name the environment to take down; absent, nothing changes
 * @throws when there is no environment of that name
 */
export function decommissioned(environments: readonly Environment[], name: string | undefined): readonly Environment[] {
  if (name === undefined) return environments;
  if (!environments.some((environment) => environment.name === name)) {
    const known = environments.map((environment) => environment.name).join(', ');
    throw new Error(`${DECOMMISSION_VARIABLE} (${name}) is no environment; take one of ${known}, or leave it out`);
  }
  return environments.map((environment) =>
    environment.name === name ? { ...environment, protection: { data: false, cluster: false } } : environment,
  );
}
