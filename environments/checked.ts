/** The gate before synthesis: environments pass all checks, or all faults are told at once. */
import { CHECKS, neighbours } from './checks';
import type { Environment } from './environment';

/** Every fault of every environment, as `prod: network.cidr (…) …`. */
export function faultsOf(environments: readonly Environment[]): readonly string[] {
  return [
    ...environments.flatMap((environment) =>
      CHECKS.flatMap((check) => [...check(environment)].map((fault) => `${environment.name}: ${fault.message}`)),
    ),
    ...[...neighbours(environments)].map((fault) => `${fault.environment}: ${fault.message}`),
  ];
}

/**
 * The environments themselves, when nothing is wrong with them.
 * @throws one error that lists every fault of every environment.
 */
export function checked(environments: readonly Environment[]): readonly Environment[] {
  const faults = faultsOf(environments);
  if (faults.length > 0) {
    const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
    throw new Error(
      `${count} in environments/, nothing was synthesized:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
    );
  }
  return environments;
}
