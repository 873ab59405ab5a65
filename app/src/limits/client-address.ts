/** The address that a client is counted by. */
import ipaddr from 'ipaddr.js';

/** Of what is no address: all such clients are one. */
const UNKNOWN = 'unknown';

/** Parts of 16 bits in a /64, which is what one household or machine is given of IPv6. */
const NETWORK_PARTS = 4;

/** @param ip as the connection or a proxy names it: an IPv4 address as it is, of IPv6 its /64 */
export const clientAddress = (ip: string): string => {
  if (!ipaddr.isValid(ip)) return UNKNOWN;
  const address = ipaddr.process(ip);
  if (!(address instanceof ipaddr.IPv6)) return address.toString();
  const network = address.parts.slice(0, NETWORK_PARTS).map((part) => part.toString(16));
  return `${network.join(':')}::/64`;
};
