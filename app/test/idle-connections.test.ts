import { idleConnections, toldMs } from '../src/plugins/idle-connections';

const KEPT = { keepAliveTimeoutMs: 72_000 } as const;

describe('connections that nobody uses', () => {
  test.each([
    ['a second before the drain is over', 6_000, 5_000],
    ['a whole second, however the drain is set', 5_900, 4_000],
    ['as long as they are kept, where there is no drain to speak of', 0, 72_000],
    ['as long as they are kept, where the drain is a second', 1_000, 72_000],
    ['no longer than they are kept', 500_000, 72_000],
  ])('[G14] are let go by clients %s', (_, drainMs, told) => {
    expect(toldMs({ ...KEPT, drainMs })).toBe(told);
  });

  test('[G14] are kept by the server for the whole time that is set', () => {
    const server = { keepAliveTimeout: 72_000, keepAliveTimeoutBuffer: 1_000 };
    idleConnections({ server }, { ...KEPT, drainMs: 6_000 });
    expect(server).toEqual({ keepAliveTimeout: 5_000, keepAliveTimeoutBuffer: 67_000 });
  });

  test('[G14] are kept for the whole time by a Node.js that tells just that', () => {
    const server = { keepAliveTimeout: 72_000 };
    idleConnections({ server }, { ...KEPT, drainMs: 6_000 });
    expect(server).toEqual({ keepAliveTimeout: 72_000 });
  });
});
