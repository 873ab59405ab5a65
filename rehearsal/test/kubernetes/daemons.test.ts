import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Daemons } from '../../kubernetes/daemons';

/** They are found in `/proc`, as nodes are. */
const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux('the processes of a cluster', () => {
  const folder = mkdtempSync(join(tmpdir(), 'daemons-'));
  const daemons = new Daemons(folder, join(folder, 'logs'));
  /** A program that starts another one, as a node does. */
  const start = (name: string): number => daemons.start(name, 'sh', ['-c', 'sleep 600 & wait'], { NAME: name });
  const until = async (check: () => boolean): Promise<void> => {
    while (!check()) await new Promise((wake) => setImmediate(wake));
  };
  afterAll(async () => {
    await daemons.end();
    rmSync(folder, { recursive: true });
  });

  test('[L3] are found by the mark that they hand on, and each by its own variables', async () => {
    const [one, other] = [start('node1'), start('node2')];
    await until(() => daemons.running().length === 4);
    expect(daemons.first({ NAME: 'node1' })).toBe(one);
    expect(daemons.first({ NAME: 'node2' })).toBe(other);
    expect(daemons.first({ NAME: 'node3' })).toBeUndefined();
    expect(new Daemons(`${folder}-of-another`, folder).running()).toEqual([]);

    await daemons.stop(one);
    await until(() => daemons.running().length === 2);
    expect(daemons.first({ NAME: 'node1' })).toBeUndefined();
    expect(daemons.first({ NAME: 'node2' })).toBe(other);
  });
});
