/** Secrets out of files, as a secret store mounts them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { madeUpAdminKey } from '../src/admin-key';
import type { Environment } from '../src/config';
import { VARIABLES } from '../src/config';
import { fileVariable } from '../src/config/secret-file';
import { ConfigError, readConfig } from '../src/read-config';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gateway-secrets-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const file = (text: string): string => {
  const path = join(folder, `secret-${Math.random()}`);
  writeFileSync(path, text);
  return path;
};

const faultsOf = (env: Environment): readonly string[] => {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
};

describe('a secret out of a file', () => {
  test('[K3] is as good as one in the environment, without the line break at its end', () => {
    const config = readConfig({
      NODE_ENV: 'production',
      DASHSCOPE_API_KEY_FILE: file('sk-one,sk-two\n'),
      ADMIN_API_KEY_FILE: file('bgk-planted\r\n'),
      DATABASE_URL_FILE: file('mysql://u:p@db:3306/gateway'),
      REDIS_URL_FILE: file('rediss://:p@cache:6379\n'),
    });
    expect(config.upstream.region.apiKeys.map((key) => key.reveal())).toEqual(['sk-one', 'sk-two']);
    expect(config.access.adminApiKey?.reveal()).toBe('bgk-planted');
    expect(config.storage.databaseUrl?.reveal()).toBe('mysql://u:p@db:3306/gateway');
    expect(config.storage.redisUrl?.reveal()).toBe('rediss://:p@cache:6379');
  });

  const secrets = Object.entries(VARIABLES).flatMap(([name, variable]) => ('secret' in variable ? [name] : []));

  test.each(secrets)('[K3] %s: a file that is not there, empty, or beside the variable is a fault', (name) => {
    const from = fileVariable(name);
    expect(faultsOf({ [from]: join(folder, 'absent') })).toEqual(
      expect.arrayContaining([
        expect.stringMatching(new RegExp(`^${name} cannot be had: ${from} .*ENOENT.*mount the`)),
      ]),
    );
    expect(faultsOf({ [from]: file('\n') })).toEqual(expect.arrayContaining([expect.stringMatching(/is empty/)]));
    expect(faultsOf({ [from]: file('x'), [name]: 'x' })).toEqual(
      expect.arrayContaining([`${name} and ${from} must not both be set, as they may differ; unset one of them`]),
    );
  });

  test('[G4] is not repeated when it is refused', () => {
    const faults = faultsOf({ DASHSCOPE_API_KEY_FILE: file('sk-planted key') });
    expect(faults).toEqual([expect.stringContaining('DASHSCOPE_API_KEY (14 characters)')]);
    expect(faults.join()).not.toContain('planted');
  });

  test('[G14] is for secrets alone: what is none has no file', () => {
    expect(readConfig({ PORT_FILE: file('1') }).port).toBe(VARIABLES.PORT.default);
  });

  test('[G10] an admin key in a file is one: none is made up', () => {
    expect(madeUpAdminKey({ ADMIN_API_KEY_FILE: '/run/secrets/admin' })).toBeUndefined();
    expect(madeUpAdminKey({})).toMatch(/^bgk-/);
  });
});
