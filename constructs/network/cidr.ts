/**
 * Arithmetic of IPv4 address ranges, as far as a network and its plan need it.
 * A range is written strictly: four decimal parts, a prefix, and no bit set behind the prefix; the cloud refuses the rest.
 */
import { IPv4 } from 'ipaddr.js';

/** A range of IPv4 addresses. */
export interface Cidr {
  /** The first address, as a number. */
  readonly first: number;
  /** The last address, as a number. */
  readonly last: number;
  /** Length of the prefix, 0–32. */
  readonly prefix: number;
}

/** How many addresses a range has, the cloud's own among them. */
export function addressesOf(range: Cidr): number {
  return range.last - range.first + 1;
}

/** `10.0.0.0/16` as a range; `undefined` when it is no range, or when it starts in the middle of one (`10.0.0.1/16`). */
export function parseCidr(text: string): Cidr | undefined {
  if (!IPv4.isValidCIDRFourPartDecimal(text)) {
    return undefined;
  }
  const [address, prefix] = IPv4.parseCIDR(text);
  const first = address.octets.reduce((number, octet) => number * 256 + octet, 0);
  const size = 2 ** (32 - prefix);
  return first % size === 0 ? { first, last: first + size - 1, prefix } : undefined;
}

/**
 * Reads a range that has to be one.
 * @throws when it is not an IPv4 range, or its address is not the first of the range
 */
export function readCidr(text: string): Cidr {
  const range = parseCidr(text);
  if (range !== undefined) return range;
  if (!IPv4.isValidCIDRFourPartDecimal(text)) {
    throw new Error(`${text} is not an IPv4 range; write it as 10.0.0.0/16`);
  }
  const [, prefix] = IPv4.parseCIDR(text);
  const network = IPv4.networkAddressFromCIDR(text).toString();
  throw new Error(`${text} does not start at the first address of its range; write ${network}/${prefix}`);
}

/** The range in writing: `10.0.0.0/16`. */
export function formatCidr(range: Cidr): string {
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(range.first / 2 ** shift) % 256);
  return `${octets.join('.')}/${range.prefix}`;
}

/** Whether every address of `inner` is in `outer`. */
export function contains(outer: Cidr, inner: Cidr): boolean {
  return outer.first <= inner.first && inner.last <= outer.last;
}

/** Whether any address is in both. */
export function overlaps(one: Cidr, other: Cidr): boolean {
  return one.first <= other.last && other.first <= one.last;
}

/** The ranges that RFC 1918 sets aside for private use, and the only ones that a VPC may use without asking. */
export const PRIVATE_RANGES = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'] as const;

/** Whether the whole range is private. */
export function isPrivate(range: Cidr): boolean {
  return PRIVATE_RANGES.some((text) => {
    const outer = parseCidr(text);
    return outer !== undefined && contains(outer, range);
  });
}
