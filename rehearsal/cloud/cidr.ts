/** IPv4 blocks, compared as the network products compare them. */
import ipaddr from 'ipaddr.js';
import { ApiError } from './api-error';

export interface Cidr {
  readonly text: string;
  /** First address, as a number. */
  readonly first: number;
  /** Last address, as a number. */
  readonly last: number;
  readonly prefix: number;
}

/**
 * @param code the refusal for what is no block, or has bits set beyond its prefix
 * @throws ApiError
 */
export function parseCidr(text: string, code: string): Cidr {
  if (!ipaddr.IPv4.isValidCIDRFourPartDecimal(text)) throw malformed(text, code);
  const [address, prefix] = ipaddr.IPv4.parseCIDR(text);
  const first = toNumber(address);
  const size = 2 ** (32 - prefix);
  if (first % size !== 0) throw malformed(text, code);
  return { text, first, last: first + size - 1, prefix };
}

const toNumber = (address: ipaddr.IPv4): number =>
  address.toByteArray().reduce((number, byte) => number * 256 + byte, 0);

const malformed = (text: string, code: string): ApiError =>
  new ApiError(code, `The specified CIDR block (${text}) is not valid.`);

export const contains = (outer: Cidr, inner: Cidr): boolean => outer.first <= inner.first && inner.last <= outer.last;

export const overlaps = (one: Cidr, other: Cidr): boolean => one.first <= other.last && other.first <= one.last;

/** The address at an offset from the block's first. */
export const addressAt = (cidr: Cidr, offset: number): string =>
  [24, 16, 8, 0].map((shift) => String(Math.floor((cidr.first + offset) / 2 ** shift) % 256)).join('.');
