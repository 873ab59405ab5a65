/** What only shows between environments: names that must differ, ranges and keys that must not meet. */
import { overlaps, parseCidr } from '../../constructs/network/cidr';
import type { Environment } from '../environment';
import { fault, type Fault } from './fault';

/** A fault, and whose it is. */
export interface NeighbourFault extends Fault {
  /** Name of the environment that is to be changed. */
  readonly environment: string;
}

/** Checks all environments against each other; the later one of a pair is told. */
export function* neighbours(environments: readonly Environment[]): Iterable<NeighbourFault> {
  for (const [index, one] of environments.entries()) {
    for (const other of environments.slice(index + 1)) {
      for (const found of pair(one, other)) {
        yield { environment: other.name, ...found };
      }
    }
  }
}

function* pair(one: Environment, other: Environment): Iterable<Fault> {
  if (one.name === other.name) {
    yield fault(
      'name',
      other.name,
      'is the name of another environment too, so their stacks would be the same; rename one',
    );
  }
  if (one.state.bucket === other.state.bucket) {
    yield fault(
      'state.bucket',
      other.state.bucket,
      `is the bucket of ${one.name} too, and one slip would reach both states; choose another`,
    );
  }
  if (one.state.lockInstance === other.state.lockInstance && one.region === other.region) {
    yield fault(
      'state.lockInstance',
      other.state.lockInstance,
      `is the lock of ${one.name} too, and its name is taken in the region ${one.region}; choose another`,
    );
  }

  // Not joined today; but a VPC's range cannot be changed later, and overlapping ones can never be peered.
  const ranges = [one, other].map((environment) => parseCidr(environment.network.cidr));
  const [first, second] = ranges;
  if (first !== undefined && second !== undefined && overlaps(first, second)) {
    yield fault(
      'network.cidr',
      other.network.cidr,
      `overlaps that of ${one.name} (${one.network.cidr}), so the two could never be peered; choose another range`,
    );
  }

  // Without an instance, "the key" is the region's one default key, and each environment would manage the same one.
  const together = one.account.id === other.account.id && one.region === other.region;
  const nameless = [one, other].filter((environment) => environment.kms.instanceId === undefined);
  if (together && nameless.length > 0) {
    yield fault(
      'kms.instanceId',
      other.kms.instanceId ?? 'none',
      `must be named in ${nameless.map((environment) => environment.name).join(' and ')}, because ${one.name} and ${other.name} share account and region and would share the default key; name a KMS instance or move one to an account of its own`,
    );
  }
}
