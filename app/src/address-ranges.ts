/** Ranges of addresses, compiled once: whether an address, as the socket or a proxy writes it, lies in one of them. */
import { BlockList, isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

export interface AddressRanges {
  /** Whether there is no range at all. */
  readonly empty: boolean;
  /** False for what is no address. An IPv4 address in IPv6's form (`::ffff:10.0.0.1`) counts as the IPv4 address. */
  includes(address: string): boolean;
}

const MAPPED_PREFIX_BITS = 96;

/** A range with an IPv4 address in IPv6's form as the IPv4 range it is. */
const plain = (range: string): readonly [address: string, bits: number, family: 'ipv4' | 'ipv6'] => {
  const [address, bits] = ipaddr.parseCIDR(range);
  if (address instanceof ipaddr.IPv6) {
    return address.isIPv4MappedAddress() && bits >= MAPPED_PREFIX_BITS
      ? [address.toIPv4Address().toString(), bits - MAPPED_PREFIX_BITS, 'ipv4']
      : [address.toString(), bits, 'ipv6'];
  }
  return [address.toString(), bits, 'ipv4'];
};

/** @param cidrs ranges like `10.0.0.0/8`, checked when the configuration was read */
export const addressRanges = (cidrs: readonly string[]): AddressRanges => {
  const list = new BlockList();
  for (const cidr of cidrs) list.addSubnet(...plain(cidr));
  return {
    empty: cidrs.length === 0,
    includes: (address) => {
      const [bare = ''] = address.split('%', 1);
      const version = isIP(bare);
      return version !== 0 && list.check(bare, version === 4 ? 'ipv4' : 'ipv6');
    },
  };
};
