import fc from 'fast-check';
import { cores, heapMiB, mebibytes, processesOf } from '../../../constructs/workload/pod-size';
import { SIZE_PROFILES } from '../../../environments';

describe('The size of a pod', () => {
  test.each(Object.values(SIZE_PROFILES))('[K8] $name: a process for each whole core', (profile) => {
    expect(processesOf(profile)).toBe(Math.max(1, Math.floor(profile.limits.cpuMillis / 1_000)));
  });

  test('[K8] the heaps of all processes leave a third of the memory and more for everything else', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 16_000 }),
        fc.integer({ min: 512, max: 65_536 }),
        (cpuMillis, memoryMiB) => {
          const size = { limits: { cpuMillis, memoryMiB } };
          const heaps = processesOf(size) * heapMiB(size);
          expect(heaps).toBeLessThanOrEqual(memoryMiB * 0.6);
          expect(heapMiB(size)).toBeGreaterThan(0);
        },
      ),
    );
  });

  test.each([
    [cores(500), '500m'],
    [cores(2_000), '2'],
    [cores(2_500), '2500m'],
    [mebibytes(512), '512Mi'],
    [mebibytes(2_048), '2Gi'],
    [mebibytes(1_280), '1280Mi'],
  ])('[K8] %s is what Kubernetes writes: %s', (written, expected) => {
    expect(written).toBe(expected);
  });
});
