/** An IPv4 range, with the arithmetic that the network's checks need. */
import ipaddr from 'ipaddr.js';

const BITS = 32;

export class Cidr {
  private constructor(
    /** As it was written. */
    readonly text: string,
    /** Number of its first address. */
    readonly first: number,
    /** Length of the prefix, in bits. */
    readonly prefix: number,
  ) {}

  /**
   * Reads `10.0.0.0/16`.
   * @throws when it is not an IPv4 range, or its address is not the first of the range
   */
  static parse(text: string): Cidr {
    if (!ipaddr.IPv4.isValidCIDRFourPartDecimal(text)) {
      throw new Error(`${text} is not an IPv4 range; write it as 10.0.0.0/16`);
    }
    const [address, prefix] = ipaddr.IPv4.parseCIDR(text);
    const first = address.octets.reduce((sum, octet) => sum * 256 + octet, 0);
    const network = ipaddr.IPv4.networkAddressFromCIDR(text).toString();
    if (network !== address.toString()) {
      throw new Error(`${text} does not start at the first address of its range; write ${network}/${prefix}`);
    }
    return new Cidr(text, first, prefix);
  }

  /** How many addresses it holds. */
  get size(): number {
    return 2 ** (BITS - this.prefix);
  }

  /** Whether every address of `other` is in it. */
  contains(other: Cidr): boolean {
    return this.first <= other.first && other.first + other.size <= this.first + this.size;
  }

  /** Whether an address is in both. */
  overlaps(other: Cidr): boolean {
    return this.first < other.first + other.size && other.first < this.first + this.size;
  }

  /** Whether it is set aside for private networks (RFC 1918), as a VPC wants it. */
  get isPrivate(): boolean {
    return PRIVATE.some((range) => Cidr.parse(range).contains(this));
  }
}

/** RFC 1918. */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];
