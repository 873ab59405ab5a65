/** The sizes: the product's numbers, and that what stands under them carries them. */
import { DATABASE_CLASSES, REDIS_CLASSES, SIZE_PROFILES, faultsOf } from '../../environments';
import { prod } from '../../environments/prod';
import { altered } from './altered';

describe('The size profiles', () => {
  test('[K8] are small, medium and large, with these replicas, requests and limits', () => {
    const numbers = Object.fromEntries(
      Object.entries(SIZE_PROFILES).map(([size, { replicas, requests, limits }]) => [
        size,
        { replicas, requests, limits },
      ]),
    );
    expect(numbers).toEqual({
      small: {
        replicas: { min: 2, max: 4 },
        requests: { cpuMillis: 250, memoryMiB: 256 },
        limits: { cpuMillis: 1_000, memoryMiB: 1_024 },
      },
      medium: {
        replicas: { min: 3, max: 10 },
        requests: { cpuMillis: 500, memoryMiB: 512 },
        limits: { cpuMillis: 2_000, memoryMiB: 2_048 },
      },
      large: {
        replicas: { min: 5, max: 10 },
        requests: { cpuMillis: 1_000, memoryMiB: 1_024 },
        limits: { cpuMillis: 4_000, memoryMiB: 4_096 },
      },
    });
  });

  test.each(Object.entries(SIZE_PROFILES))('[K8] %s is called so', (size, profile) => {
    expect(profile.name).toBe(size);
  });

  test.each([SIZE_PROFILES.medium, SIZE_PROFILES.large])('[K8] $name carries production', (profile) => {
    const sized = altered(prod, (draft) => {
      draft.profile = profile;
    });
    expect(faultsOf([sized])).toEqual([]);
  });
});

describe('The classes on offer', () => {
  test('[D1] end in 2c with two nodes and in 1 with one, and carry their own name', () => {
    for (const [name, row] of Object.entries(DATABASE_CLASSES)) {
      expect(row.highAvailability).toBe(`mysql.${name}.2c`);
      if ('basic' in row) {
        expect(row.basic).toBe(`mysql.${name}.1`);
      }
    }
  });

  test('[D2] are cloud-native, the only ones with Redis 7.0', () => {
    for (const { standard, cluster } of Object.values(REDIS_CLASSES)) {
      expect(standard).toMatch(/^redis\.shard\.[a-z]+(\.2)?\.ce$/);
      expect(cluster).toMatch(/^redis\.shard\.with\.proxy\.[a-z]+\.ce$/);
    }
  });
});
