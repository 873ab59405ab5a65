import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, rootCertificates } from 'node:tls';
import { Double } from '../../../cloud/double';
import { labels, parcels } from './parcels';

const CERTIFICATE = '-----BEGIN CERTIFICATE-----';

let directory: string;
let double: Double;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'double-'));
  double = await Double.start({ directory, accountId: '1111222233334444' });
});

afterEach(async () => {
  await double.stop();
  rmSync(directory, { recursive: true, force: true });
});

describe('the double', () => {
  test('[L3] gives a client all that it needs to reach it with its own configuration untouched', () => {
    const { environment } = double;
    const proxies = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'].map((name) => environment[name]);
    expect(new Set(proxies).size).toBe(1);
    expect(proxies[0]).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    // A NO_PROXY of this machine must not lead past the double.
    expect([environment['NO_PROXY'], environment['no_proxy']]).toEqual(['', '']);
    expect(environment['SSL_CERT_FILE']).toBe(join(directory, 'trusted.pem'));
    expect(double.cloud.accountId).toBe('1111222233334444');
  });

  test('[L3] tells a client what it is to reach by itself', async () => {
    const beside = await Double.start({ directory, direct: ['10.240.0.1', '10.96.0.0/16'] });
    expect(beside.environment['NO_PROXY']).toBe('10.240.0.1,10.96.0.0/16');
    expect(beside.environment['no_proxy']).toBe('10.240.0.1,10.96.0.0/16');
    await beside.stop();
  });

  test('[L3] lets a client that trusts its bundle speak to a real product through it', async () => {
    const proxy = new URL(double.environment['HTTPS_PROXY'] ?? '');
    const host = 'sts.cn-hangzhou.aliyuncs.com';
    const socket = await new Promise<Socket>((resolve, reject) => {
      const asked = request({ host: proxy.hostname, port: proxy.port, method: 'CONNECT', path: `${host}:443` });
      asked.once('connect', (_: IncomingMessage, tunnel: Socket) => {
        resolve(tunnel);
      });
      asked.once('error', reject).end();
    });
    const ca = readFileSync(double.environment['SSL_CERT_FILE'] ?? '', 'utf8');
    const session = connect({ socket, servername: host, ca });
    session.write(
      `GET /?Action=GetCallerIdentity&Version=2015-04-01 HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`,
    );
    let answer = '';
    for await (const chunk of session as AsyncIterable<Buffer>) answer += chunk.toString();
    expect(answer).toContain('"AccountId":"1111222233334444"');
  });

  test('[L3] keeps in its bundle what was trusted before', async () => {
    const own = join(directory, 'company.pem');
    const before = process.env['SSL_CERT_FILE'];
    const [root = ''] = rootCertificates;
    writeFileSync(own, root);
    process.env['SSL_CERT_FILE'] = own;
    try {
      const other = await Double.start({ directory: join(directory, 'other') });
      await other.stop();
    } finally {
      if (before === undefined) delete process.env['SSL_CERT_FILE'];
      else process.env['SSL_CERT_FILE'] = before;
    }
    const bundle = readFileSync(join(directory, 'other', 'trusted.pem'), 'utf8');
    expect(bundle.split(CERTIFICATE)).toHaveLength(3);
    expect(bundle).toContain(root);
  });

  test('[D3] writes everything that exists and every call, without secrets', async () => {
    const secret = 'S3cret-value';
    parcels.in(double.cloud.store).insert({ id: 'p-1', uses: [], readyAt: 0, size: 'small', password: secret });
    const tags = new Map([['owner', 'team']]);
    const label = { id: 'l-1', uses: ['p-1'], readyAt: 0, text: 'x', discarded: false, tags };
    labels.in(double.cloud.store).insert(label);
    await double.router.handle({
      method: 'POST',
      host: 'sts.aliyuncs.com',
      path: '/',
      query: new URLSearchParams({ Action: 'GetCallerIdentity', Version: '2015-04-01', Password: secret }),
      headers: {},
      body: Buffer.alloc(0),
    });
    const text = readFileSync(await double.snapshot(), 'utf8');
    expect(text).not.toContain(secret);
    const parsed: unknown = JSON.parse(text);
    expect(parsed).toEqual({
      exists: {
        parcel: [{ id: 'p-1', uses: [], readyAt: 0, size: 'small', password: '(secret)' }],
        label: [{ id: 'l-1', uses: ['p-1'], readyAt: 0, text: 'x', discarded: false, tags: { owner: 'team' } }],
      },
      calls: [expect.objectContaining({ action: 'GetCallerIdentity', parameters: { Password: '(secret)' } })],
    });
  });

  test('[L3] stops listening', async () => {
    const other = await Double.start({ directory: join(directory, 'other') });
    const proxy = new URL(other.environment['HTTPS_PROXY'] ?? '');
    await other.stop();
    const asked = new Promise((resolve, reject) => {
      request({ host: proxy.hostname, port: proxy.port }, resolve).once('error', reject).end();
    });
    await expect(asked).rejects.toThrow(/ECONNREFUSED/);
    expect(existsSync(join(directory, 'other', 'trusted.pem'))).toBe(true);
  });
});
