import fc from 'fast-check';
import { Cidr } from '../../../constructs/network/cidr';

/** Any IPv4 range, with its first and last address as numbers. */
const range = fc
  .tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 4, max: 32 }))
  .map(([address, prefix]) => {
    const size = 2 ** (32 - prefix);
    const first = Math.floor(address / size) * size;
    const dotted = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join('.');
    return { text: `${dotted}/${prefix}`, first, last: first + size - 1 };
  });

describe('Cidr', () => {
  test('[N1] contains a range exactly when both its ends are inside', () => {
    fc.assert(
      fc.property(
        range,
        range,
        (a, b) => Cidr.parse(a.text).contains(Cidr.parse(b.text)) === (a.first <= b.first && b.last <= a.last),
      ),
    );
  });

  test('[N1] overlaps a range exactly when one holds an end of the other, either way around', () => {
    fc.assert(
      fc.property(range, range, (a, b) => {
        const expected = (a.first <= b.first && b.first <= a.last) || (b.first <= a.first && a.first <= b.last);
        const [x, y] = [Cidr.parse(a.text), Cidr.parse(b.text)];
        return x.overlaps(y) === expected && y.overlaps(x) === expected;
      }),
    );
  });

  test('[N1] counts its addresses and knows the private ranges', () => {
    expect(Cidr.parse('10.0.16.0/20').size).toBe(4096);
    expect(Cidr.parse('172.31.0.0/16').isPrivate).toBe(true);
    expect(Cidr.parse('172.32.0.0/16').isPrivate).toBe(false);
    expect(Cidr.parse('10.0.0.0/7'.replace('10', '8')).isPrivate).toBe(false);
  });

  test.each([
    ['10.0.0.0', /is not an IPv4 range; write it as/],
    ['10.0.0.0/33', /is not an IPv4 range/],
    ['10.0.0.256/24', /is not an IPv4 range/],
    ['fd00::/8', /is not an IPv4 range/],
    ['10.0.0.1/16', /does not start at the first address of its range; write 10.0.0.0\/16/],
  ])('[N1] refuses %s', (text, message) => {
    expect(() => Cidr.parse(text)).toThrow(message);
  });
});
