import { inspect } from 'node:util';
import { VARIABLES } from '../src/config';
import { ConfigError, readConfig } from '../src/read-config';

const faultsOf = (env: Record<string, string>): readonly string[] => {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
};

const numbers = Object.entries(VARIABLES).flatMap(([name, variable]) =>
  variable.type === 'integer' ? [{ name, ...variable }] : [],
);

describe('configuration', () => {
  test('[G14] needs no variable at all, and then listens on loopback and echoes', () => {
    const config = readConfig({});
    expect(config).toMatchObject({ host: '127.0.0.1', port: 8080, environment: 'development' });
    expect(config.upstream.region.apiKeys).toEqual([]);
  });

  test('[G14] takes an empty variable for an absent one, as ConfigMaps write them', () => {
    expect(readConfig({ PORT: '', DASHSCOPE_API_KEY: '' })).toEqual(readConfig({}));
  });

  test('[G14] says every fault at once, with value, bound and way out', () => {
    const faults = faultsOf({
      NODE_ENV: 'prod',
      HOST: 'http://all',
      PORT: '80800',
      LOG_LEVEL: 'loud',
      BODY_LIMIT_BYTES: '10MB',
      DASHSCOPE_API_KEY: 'sk-with a space',
      DASHSCOPE_BASE_URL: 'ftp://example.com/v1',
      UPSTREAM_CONNECT_TIMEOUT_MS: '60000',
      UPSTREAM_TOTAL_TIMEOUT_MS: '55000',
    });
    expect(faults).toEqual([
      'NODE_ENV (prod) must be one of development, test, production; correct it, or unset it for development',
      'HOST (http://all) must be one address or host name; correct it, or unset it for 127.0.0.1',
      'PORT (80800) must be a whole number from 0 to 65535; correct it, or unset it for 8080',
      'LOG_LEVEL (loud) must be one of fatal, error, warn, info, debug, trace, silent; correct it, or unset it for info',
      'BODY_LIMIT_BYTES (10MB) must be a whole number from 1024 to 104857600 bytes; correct it, or unset it for 10485760',
      'DASHSCOPE_API_KEY (15 characters) must be printable ASCII without spaces, as it becomes an HTTP header; look for a line break that was copied with it',
      'DASHSCOPE_BASE_URL (ftp:) must be https: or http:; write the endpoint alone, like https://dashscope.aliyuncs.com/compatible-mode/v1',
      'UPSTREAM_TOTAL_TIMEOUT_MS (55000) must be at most SHUTDOWN_GRACE_MS (52000), or a shutdown cuts the longest answers; lower it, or raise SHUTDOWN_GRACE_MS and the pod’s termination grace period',
      'UPSTREAM_CONNECT_TIMEOUT_MS (60000) must be at most UPSTREAM_TOTAL_TIMEOUT_MS (55000), or it never strikes; lower it to 55000',
    ]);
  });

  test.each(numbers)('[G14] $name is refused below $minimum, above $maximum, and as a word', (variable) => {
    const { name, minimum, maximum } = variable;
    for (const value of [minimum - 1, maximum + 1, 'many', '1e3', '0x10', ' 5000', '5000.5']) {
      expect(faultsOf({ [name]: String(value) })).toEqual([
        expect.stringContaining(`${name} (${value}) must be a whole number from ${minimum} to ${maximum}`),
      ]);
    }
  });

  test.each(numbers)('[G14] $name has a default within its bounds, and says what it is for', (variable) => {
    expect(variable.default).toBeGreaterThanOrEqual(variable.minimum);
    expect(variable.default).toBeLessThanOrEqual(variable.maximum);
    expect(variable.description.length).toBeGreaterThan(10);
  });

  test('[G14] a bound between two variables is not judged while one of them is at fault by itself', () => {
    expect(faultsOf({ SHUTDOWN_GRACE_MS: 'long', UPSTREAM_TOTAL_TIMEOUT_MS: '900000' })).toHaveLength(1);
  });

  test.each(['UPSTREAM_CONNECT_TIMEOUT_MS', 'UPSTREAM_HEADERS_TIMEOUT_MS', 'UPSTREAM_IDLE_TIMEOUT_MS'])(
    '[G7] %s above the total timeout is refused, as it would never strike',
    (name) => {
      expect(faultsOf({ [name]: '50001' })).toEqual([expect.stringContaining(`${name} (50001) must be at most`)]);
      expect(faultsOf({ [name]: '50000' })).toEqual([]);
    },
  );

  test('[G1] production is refused without an upstream key, and accepted with one', () => {
    expect(faultsOf({ NODE_ENV: 'production' })).toEqual([
      expect.stringMatching(/^DASHSCOPE_API_KEY \(unset\) must be/),
    ]);
    expect(faultsOf({ NODE_ENV: 'production', DASHSCOPE_API_KEY: 'sk-1' })).toEqual([]);
  });

  test('[G1] production does not send its key in clear text, except to its own machine', () => {
    const production = { NODE_ENV: 'production', DASHSCOPE_API_KEY: 'sk-1' };
    expect(faultsOf({ ...production, DASHSCOPE_BASE_URL: 'http://studio.example/v1' })).toEqual([
      expect.stringContaining('must be https:'),
    ]);
    expect(faultsOf({ ...production, DASHSCOPE_BASE_URL: 'http://127.0.0.1:9/v1' })).toEqual([]);
  });

  test('[G7] takes a second region only with its key, over TLS in production', () => {
    const second = { DASHSCOPE_FALLBACK_API_KEY: 'sk-2', DASHSCOPE_FALLBACK_BASE_URL: 'https://intl.example/v1' };
    const { secondRegion } = readConfig(second).upstream;
    expect(secondRegion?.apiKeys.map((key) => key.reveal())).toEqual(['sk-2']);
    expect(secondRegion?.baseUrl.href).toBe('https://intl.example/v1');
    for (const alone of ['DASHSCOPE_FALLBACK_API_KEY', 'DASHSCOPE_FALLBACK_BASE_URL'] as const) {
      expect(faultsOf({ [alone]: second[alone] })).toEqual([expect.stringContaining('(unset) must be set together')]);
    }
    const clear = { ...second, DASHSCOPE_FALLBACK_BASE_URL: 'http://intl.example/v1' };
    expect(faultsOf({ ...clear, NODE_ENV: 'production', DASHSCOPE_API_KEY: 'sk-1' })).toEqual([
      expect.stringMatching(/^DASHSCOPE_FALLBACK_BASE_URL .* must be https:/),
    ]);
  });

  test('[G7] reads which models answer in place of which', () => {
    const { fallbackModels } = readConfig({
      FALLBACK_MODELS: 'qwen3-max=qwen-plus, qwen-flash; qwen-plus=qwen-flash',
    }).upstream;
    expect([...fallbackModels]).toEqual([
      ['qwen3-max', ['qwen-plus', 'qwen-flash']],
      ['qwen-plus', ['qwen-flash']],
    ]);
  });

  test.each(['a', 'a=', '=b', 'a=a', 'a=b,b', 'a=b;a=c', 'a=b;', 'a=b=c', 'a=b,,c'])(
    '[G7] refuses %s as fallback models',
    (value) => {
      expect(faultsOf({ FALLBACK_MODELS: value })).toEqual([
        expect.stringMatching(/^FALLBACK_MODELS \(.*\) must be one model, =, and other models/),
      ]);
    },
  );

  test('[G1] refuses an empty key in a list of keys', () => {
    expect(faultsOf({ DASHSCOPE_API_KEY: 'sk-1,,sk-2' })).toEqual([
      'DASHSCOPE_API_KEY (3 keys) must have no empty key; remove the comma before or behind it',
    ]);
  });

  test.each([
    ['https://user:hunter2@studio.example/v1', 'hunter2'],
    ['https://studio.example/v1?key=hunter2', 'hunter2'],
    ['hunter2', 'hunter2'],
  ])('[G4] refuses %s as a base URL without repeating what may be a secret', (url, secret) => {
    const faults = faultsOf({ DASHSCOPE_BASE_URL: url });
    expect(faults).toHaveLength(1);
    expect(faults.join()).not.toContain(secret);
  });

  test('[G4] prints nowhere the key that it holds', () => {
    const config = readConfig({ DASHSCOPE_API_KEY: 'sk-planted, sk-planted-2' });
    expect(config.upstream.region.apiKeys.map((key) => key.reveal())).toEqual(['sk-planted', 'sk-planted-2']);
    const printed = [JSON.stringify(config), inspect(config, { depth: 9 }), String(config.upstream.region.apiKeys)];
    expect(printed.join()).not.toContain('sk-planted');
    expect(printed.join()).toContain('[redacted]');
  });
});
