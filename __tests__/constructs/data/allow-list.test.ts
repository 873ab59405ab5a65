import fc from 'fast-check';
import { Fn } from 'cdktf';
import { ALLOW_LIST_LIMIT, checkAllowList } from '../../../constructs/data/allow-list';

const check = (...cidrs: string[]) => {
  checkAllowList('store.allowedCidrs', cidrs);
};

describe('checkAllowList', () => {
  test('[D1] takes ranges of every private block, and what only the plan knows', () => {
    expect(() => {
      check('10.0.0.0/8', '172.31.0.0/16', '192.168.4.0/24', '100.64.0.0/10', '10.9.8.7/32', Fn.join('', ['a']));
    }).not.toThrow();
  });

  test.each([
    ['0.0.0.0/0', /0\.0\.0\.0\/0 opens it to every address; name the VPC's own ranges/],
    ['0.0.0.0/1', /is not within 10\.0\.0\.0\/8, .*; name the VPC's own ranges/],
    ['8.8.8.0/24', /is not within/],
    ['10.0.0.0/7', /is not within/],
    ['172.32.0.0/16', /is not within/],
    ['10.0.1.5/16', /is an address inside 10\.0\.0\.0\/16; write the network/],
    ['10.0.0.0', /is not an IPv4 range; write it as 10\.0\.0\.0\/16/],
    ['fd00::/8', /is not an IPv4 range/],
  ])('[D1] refuses %s and says the way out', (cidr, message) => {
    expect(() => {
      check('10.0.0.0/16', cidr);
    }).toThrow(message);
  });

  test('reports every fault at once, doubles among them', () => {
    const faults = /10\.1\.0\.0\/16 is listed twice; remove one[\s\S]*8\.8\.8\.8\/32 is not within/;
    expect(() => {
      check('10.1.0.0/16', '10.1.0.0/16', '8.8.8.8/32');
    }).toThrow(faults);
  });

  test('refuses an empty list and one that is too long', () => {
    expect(check).toThrow(/is empty and nothing could connect; name the ranges/);
    const many = Array.from({ length: ALLOW_LIST_LIMIT + 1 }, (_, index) => `10.0.${index >> 8}.${index & 255}/32`);
    expect(() => {
      check(...many);
    }).toThrow(/has 1001 entries and 1000 is the most; name wider ranges/);
  });

  test('[D1] lets no range through that holds a public address, whatever its prefix', () => {
    const octet = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(octet, octet, octet, octet, fc.integer({ min: 0, max: 32 }), (a, b, c, d, prefix) => {
        // Independent of the library under test: the first and the last address, as numbers.
        const bits = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
        const size = 2 ** (32 - prefix);
        const first = Math.floor(bits / size) * size;
        const last = first + size - 1;
        const within = (low: number, high: number) => first >= low && last <= high;
        const isPrivate =
          within(0x0a000000, 0x0affffff) ||
          within(0xac100000, 0xac1fffff) ||
          within(0xc0a80000, 0xc0a8ffff) ||
          within(0x64400000, 0x647fffff);
        let passes = true;
        try {
          check(`${a}.${b}.${c}.${d}/${prefix}`);
        } catch {
          passes = false;
        }
        expect(passes).toBe(isPrivate && first === bits);
      }),
      { numRuns: 500 },
    );
  });
});
