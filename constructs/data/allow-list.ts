/**
 * The check every data store makes of the addresses that may connect to it: ranges inside the private address space,
 * written as the API stores them, so that an allow-list can neither open a store to the internet nor differ on re-read.
 */
import { Token } from 'cdktf';
import ipaddr from 'ipaddr.js';
import { PRIVATE_RANGES } from '../network/cidr';
import { CLOUD_SERVICES_CIDR } from '../network/security-rules';

/**
 * What a VPC of Alibaba Cloud may use: RFC 1918, and RFC 6598 where its own services live.
 * Source: "Plan networks" of the VPC documentation.
 */
const PRIVATE_BLOCKS = [...PRIVATE_RANGES, CLOUD_SERVICES_CIDR];

/** The most entries that one allow-list of RDS or Redis takes. */
export const ALLOW_LIST_LIMIT = 1000;

/**
 * Checks an allow-list and reports every fault of it at once.
 * An entry that is known only when the plan runs (a token) is left to the resource that it comes from.
 * @param subject how the message names the list, e.g. `mysql.allowedCidrs`
 * @throws when the list is empty, too long, or has an entry that is malformed, doubled, not private or not a network
 */
export function checkAllowList(subject: string, cidrs: readonly string[]): void {
  if (cidrs.length === 0) {
    throw new Error(`${subject} is empty and nothing could connect; name the ranges of the nodes and the pods`);
  }
  if (cidrs.length > ALLOW_LIST_LIMIT) {
    throw new Error(`${subject} has ${cidrs.length} entries and ${ALLOW_LIST_LIMIT} is the most; name wider ranges`);
  }
  const faults = cidrs.flatMap((cidr, position) => {
    if (Token.isUnresolved(cidr)) return [];
    if (cidrs.indexOf(cidr) !== position) return [`${cidr} is listed twice; remove one`];
    return faultsOf(cidr);
  });
  if (faults.length > 0) throw new Error(faults.map((fault) => `${subject}: ${fault}`).join('\n'));
}

function faultsOf(cidr: string): string[] {
  if (!ipaddr.IPv4.isValidCIDR(cidr)) return [`${cidr} is not an IPv4 range; write it as 10.0.0.0/16`];
  const [address, prefix] = ipaddr.IPv4.parseCIDR(cidr);
  if (prefix === 0) return [`${cidr} opens it to every address; name the VPC's own ranges`];
  const inside = PRIVATE_BLOCKS.some((block) => {
    const [start, length] = ipaddr.IPv4.parseCIDR(block);
    return prefix >= length && address.match(start, length);
  });
  if (!inside) return [`${cidr} is not within ${PRIVATE_BLOCKS.join(', ')}; name the VPC's own ranges`];
  const network = `${ipaddr.IPv4.networkAddressFromCIDR(cidr).toString()}/${prefix}`;
  // The API stores the network, and would show 10.0.1.5/16 as a change on every plan.
  return network === cidr ? [] : [`${cidr} is an address inside ${network}; write the network`];
}
