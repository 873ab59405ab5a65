import { KmsSecret } from '@cdktf/provider-alicloud/lib/kms-secret';
import {
  ConnectionSecret,
  mysqlUrl,
  redisUrl,
  type ConnectionSecretProps,
} from '../../../constructs/data/connection-secret';
import { readAddress } from '../../../app/src/database/address';
import { Secret } from '../../../app/src/secret';
import { Password } from '../../../constructs/data/password';
import { synthesize } from '../../synthesize';

const mysql = { user: 'gateway', host: 'rm-1.mysql.rds.aliyuncs.com', port: '3306', database: 'gateway' };
const build = (fault: Partial<ConnectionSecretProps> = {}) =>
  synthesize((scope) => {
    const password = new Password(scope, 'password', { name: 'p', version: 3, encryptionKeyId: 'key-1' });
    new ConnectionSecret(scope, 'url', { name: 'url', encryptionKeyId: 'key-1', password, to: { mysql }, ...fault });
  });
const urlSecret = (stack: ReturnType<typeof build>) =>
  stack.every(KmsSecret).find((secret) => secret['secret_name'] === 'url');

describe('ConnectionSecret', () => {
  test('[N7] is one KMS secret that holds the whole URL, the password as a reference', () => {
    const stack = build();
    expect(stack.count()).toEqual({ alicloud_kms_secret: 2, random_password: 1 });
    expect(urlSecret(stack)?.['secret_data']).toMatch(
      /^mysql:\/\/gateway:\$\{random_password\.\w+\.result\}@rm-1\.mysql\.rds\.aliyuncs\.com:3306\/gateway\?ssl-mode=required$/,
    );
  });

  test('[D3] takes a new label with the password, and with its own revision', () => {
    expect(urlSecret(build())?.['version_id']).toBe('v3.1');
    expect(urlSecret(build({ revision: 2 }))?.['version_id']).toBe('v3.2');
  });

  test('[D2] speaks TLS to Redis where Redis does', () => {
    const url = urlSecret(build({ to: { redis: { host: 'r-1', port: '6379', tls: true } } }))?.['secret_data'];
    expect(url).toMatch(/^rediss:\/\/:\$\{.*\}@r-1:6379$/);
  });

  test('[D1] has the gateway speak TLS to RDS, which refuses clear text', () => {
    const address = readAddress(new Secret(mysqlUrl(mysql, 'aB3_-')));
    expect(address).toMatchObject({
      kind: 'mysql',
      host: mysql.host,
      password: 'aB3_-',
      ssl: { minVersion: 'TLSv1.2' },
    });
  });

  test('[N7] writes URLs that a URL parser reads back', () => {
    const url = new URL(mysqlUrl(mysql, 'aB3_-'));
    expect([url.username, url.password, url.hostname, url.port, url.pathname]).toEqual([
      'gateway',
      'aB3_-',
      mysql.host,
      '3306',
      '/gateway',
    ]);
    const redis = new URL(redisUrl({ host: 'r-1', port: '6380', tls: false }, 'aB3_-'));
    expect([redis.protocol, redis.username, redis.password, redis.port]).toEqual(['redis:', '', 'aB3_-', '6380']);
  });

  test('refuses a revision that is no number from 1', () => {
    expect(() => build({ revision: 0 })).toThrow(
      /revision \(0\) must be a whole number from 1; raise the last one by 1/,
    );
  });
});
