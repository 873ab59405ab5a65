import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloseStack, openTogether } from '../src/close-stack';
import { startGateway } from '../src/gateway';
import { eventually } from './running';

const named = (name: string, closed: string[]) => ({ close: () => void closed.push(name) });

test('[G14] what was opened is closed in the reverse order, once, whatever fails', async () => {
  const closed: string[] = [];
  const stack = new CloseStack();
  stack.add(named('first', closed));
  stack.add({ close: () => Promise.reject(new Error('stuck')) });
  stack.add(named('last', closed));
  await expect(stack.close()).rejects.toThrow('stuck');
  await stack.close();
  expect(closed).toEqual(['last', 'first']);
});

test('[G14] what was opened is closed when the next thing cannot be opened, and why is told', async () => {
  const closed: string[] = [];
  const opening = openTogether((opened) => {
    opened.add(named('first', closed));
    opened.add({ close: () => Promise.reject(new Error('stuck')) });
    throw new Error('no disk');
  });
  await expect(opening).rejects.toThrow('no disk');
  expect(closed).toEqual(['first']);
});

describe('a gateway that cannot start', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-start-'));
  const file = join(folder, 'at-fault.json');
  writeFileSync(file, '{');
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test.each([{ QUOTA_FILE: file }, { PRICES_FILE: file }, { HOST: '192.0.2.1' }])(
    '[G14] leaves no journal and no connection behind: %j',
    async (env) => {
      const redis = createServer((socket) => socket.on('error', () => undefined).resume());
      await new Promise<void>((resolve) => redis.listen(0, '127.0.0.1', resolve));
      const { port } = redis.address() as AddressInfo;
      const JOURNAL_DIRECTORY = join(folder, 'journal');
      const starting = startGateway({
        env: {
          NODE_ENV: 'test',
          PORT: '0',
          DATABASE_URL: 'sqlite::memory:',
          REDIS_URL: `redis://127.0.0.1:${port}`,
          JOURNAL_DIRECTORY,
          ...env,
        },
        logTo: { write: () => undefined },
      });
      await expect(starting).rejects.toThrow();
      expect('PRICES_FILE' in env ? [] : readdirSync(JOURNAL_DIRECTORY)).toEqual([]);
      const connections = () =>
        new Promise<number>((resolve) => {
          redis.getConnections((_error, n) => {
            resolve(n);
          });
        });
      await eventually(async () => (await connections()) === 0);
      await new Promise((resolve) => redis.close(resolve));
    },
  );
});
