/**
 * ECS instance types that nodes are made of: x86, enterprise level, generations 7 and 8 (Intel).
 * Source of CPU and memory: https://www.alibabacloud.com/help/en/ecs/user-guide/overview-of-instance-families.
 * The counts of interfaces and addresses are from the same page as remembered and were not verified against it; the
 * API's own answer is `DescribeInstanceTypes` (`EniQuantity`, `EniPrivateIpAddressQuantity`).
 */

/** What an instance type offers. */
export interface InstanceType {
  /** Virtual CPUs. */
  readonly vcpus: number;
  /** Memory, GiB. */
  readonly memoryGiB: number;
  /** Network interfaces that it can carry, the first of which is the node's own. */
  readonly networkInterfaces: number;
  /** Private IPv4 addresses of each interface. */
  readonly addressesPerInterface: number;
}

const TWO_CORES = { vcpus: 2, networkInterfaces: 3, addressesPerInterface: 6 } as const;
const FOUR_CORES = { vcpus: 4, networkInterfaces: 4, addressesPerInterface: 15 } as const;
const EIGHT_CORES = { vcpus: 8, networkInterfaces: 4, addressesPerInterface: 15 } as const;

/** Types on offer: `c` has 2 GiB a core, `g` has 4. */
export const INSTANCE_TYPES = {
  'ecs.g7.large': { ...TWO_CORES, memoryGiB: 8 },
  'ecs.g8i.large': { ...TWO_CORES, memoryGiB: 8 },
  'ecs.c7.xlarge': { ...FOUR_CORES, memoryGiB: 8 },
  'ecs.c8i.xlarge': { ...FOUR_CORES, memoryGiB: 8 },
  'ecs.g7.xlarge': { ...FOUR_CORES, memoryGiB: 16 },
  'ecs.g8i.xlarge': { ...FOUR_CORES, memoryGiB: 16 },
  'ecs.c7.2xlarge': { ...EIGHT_CORES, memoryGiB: 16 },
  'ecs.c8i.2xlarge': { ...EIGHT_CORES, memoryGiB: 16 },
  'ecs.g7.2xlarge': { ...EIGHT_CORES, memoryGiB: 32 },
  'ecs.g8i.2xlarge': { ...EIGHT_CORES, memoryGiB: 32 },
} as const satisfies Record<string, InstanceType>;

/** The name of a type on offer. */
export type InstanceTypeName = keyof typeof INSTANCE_TYPES;

/** The addresses that Terway can hand to pods on one node: every interface but the node's own. */
export function podAddresses(type: InstanceType): number {
  return (type.networkInterfaces - 1) * type.addressesPerInterface;
}
