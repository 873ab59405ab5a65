import { createServer, type Server } from 'node:http';
import { Interrupted, thisHost } from '../../toolchain/host';
import { cliConfig } from '../../toolchain/mirror';
import { aboutSeconds, formatSeconds, Progress } from '../../toolchain/progress';
import { isRegistryInReach, proxyFor } from '../../toolchain/reach';
import { isAtLeast } from '../../toolchain/version';

describe('thisHost', () => {
  const host = thisHost();

  test('[L3] runs a program without a shell and hands its lines on as they come', async () => {
    const lines: string[] = [];
    const script = 'console.log(process.argv[1]); console.error(process.env.EXTRA); process.exit(3)';
    const result = await host.run(process.execPath, ['-e', script, '$HOME;`id`'], {
      environment: { EXTRA: 'given' },
      onLine: (line) => lines.push(line),
    });
    expect(result).toEqual({ code: 3, stdout: '$HOME;`id`\n', stderr: 'given\n' });
    expect(lines.sort()).toEqual(['$HOME;`id`', 'given']);
  });

  test('[L3] stops the program, and what that started, on a signal', async () => {
    const listeners = process.listenerCount('SIGTERM');
    // The grandchild holds the streams open: they close, and the run ends, only when it is gone as well.
    // Were they left alone, that would take longer than a test may.
    const script = `require('child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 300000)'], { stdio: 'inherit' });
      console.log('started'); setTimeout(() => {}, 300000)`;
    const run = host.run(process.execPath, ['-e', script], {
      onLine: () => process.emit('SIGTERM', 'SIGTERM'),
    });
    await expect(run).rejects.toThrow(new Interrupted('SIGTERM'));
    expect(process.listenerCount('SIGTERM')).toBe(listeners);
  });

  test('[L3] finds what is on the PATH, and nothing else', () => {
    const found = thisHost({ PATH: process.execPath.replace(/\/[^/]+$/, '') });
    expect(found.find('node')).toBe(process.execPath);
    expect(found.find('no-such-command')).toBeUndefined();
  });
});

describe('isRegistryInReach', () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  test('[L3] is false within its patience when the way there is silent or refuses', async () => {
    const asked: string[] = [];
    server = createServer().listen(0, '127.0.0.1');
    server.on('connect', (request, socket) => {
      asked.push(request.url ?? '');
      if (asked.length === 1) socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      else socket.on('error', () => undefined);
    });
    await new Promise((ready) => server?.once('listening', ready));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy must listen on a port');
    const { port } = address;
    const environment = { HTTPS_PROXY: `http://127.0.0.1:${port}` };
    expect(await isRegistryInReach('registry.example.invalid', environment, 5000)).toBe(false);
    // The proxy stays silent for good: only the patience ends this, a hundred times what the way there takes.
    expect(await isRegistryInReach('registry.example.invalid', environment, 1000)).toBe(false);
    expect(asked).toEqual(['registry.example.invalid:443', 'registry.example.invalid:443']);
    server.closeAllConnections();
  });

  test.each([
    [{}, undefined],
    [{ HTTPS_PROXY: 'http://proxy:1' }, 'http://proxy:1/'],
    [{ https_proxy: 'proxy:1' }, 'http://proxy:1/'],
    [{ HTTPS_PROXY: 'http://proxy:1', NO_PROXY: 'localhost,.terraform.io' }, undefined],
    [{ HTTPS_PROXY: 'http://proxy:1', NO_PROXY: 'other.io' }, 'http://proxy:1/'],
  ])('[L3] with %j goes through %s, as Terraform would', (environment, proxy) => {
    expect(proxyFor('registry.terraform.io', environment)?.href).toBe(proxy);
  });
});

describe('what is written', () => {
  test('[L3] escapes a path as HCL wants it', () => {
    expect(cliConfig('C:\\a "b" ${c} %{d}')).toContain('path = "C:\\\\a \\"b\\" $${c} %%{d}"');
  });

  test.each([
    [4.4, '4 s', 'about 10 s'],
    [80, '1 min 20 s', 'about 80 s'],
    [330, '5 min 30 s', 'about 6 minutes'],
  ])('[L3] %d seconds reads as %s, and %s when expected', (seconds, exact, about) => {
    expect([formatSeconds(seconds), aboutSeconds(seconds)]).toEqual([exact, about]);
  });

  test.each([
    [true, 1000, /^\r\u001b\[K {2}a build: 1 s of about 20 s, 3 packages$/],
    [false, 30_000, /^ {2}a build: 30 s of about 20 s, 3 packages\n$/],
  ])('[L3] progress on a terminal (%s) shows after %d ms', (isTTY, after, line) => {
    jest.useFakeTimers();
    try {
      const written: string[] = [];
      const step = new Progress({ isTTY, write: (text) => written.push(text) }).begin('a build', 20);
      step.detail('3 packages');
      jest.advanceTimersByTime(after);
      expect(written).toHaveLength(1);
      expect(written[0]).toMatch(line);
      step.end('built');
      jest.advanceTimersByTime(after * 2);
      expect(written).toHaveLength(2);
    } finally {
      jest.useRealTimers();
    }
  });

  test.each([
    ['1.11.4', '1.11.0', true],
    ['go1.26.8', '1.26.6', true],
    ['1.9.9', '1.11.0', false],
    ['2.0.0', '1.11.0', true],
    ['devel', '1.11.0', false],
  ])('[L3] %s is at least %s: %s', (version, minimum, expected) => {
    expect(isAtLeast(version, minimum)).toBe(expected);
  });
});
