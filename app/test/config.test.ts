import { inspect } from 'node:util';
import { VARIABLES } from '../src/config';
import { ConfigError, readConfig, workersOf } from '../src/read-config';

const faultsOf = (env: Record<string, string>): readonly string[] => {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
};

/** The least that production needs. */
const PRODUCTION = { NODE_ENV: 'production', DASHSCOPE_API_KEY: 'sk-1', ADMIN_API_KEY: 'bgk-1' };

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

  const variables = Object.entries(VARIABLES).map(([name, variable]) => ({ name, ...variable }));
  const fractions = variables.flatMap((variable) => (variable.type === 'number' ? [variable] : []));
  const flags = variables.flatMap((variable) => (variable.type === 'boolean' ? [variable] : []));
  const lists = variables.flatMap((variable) => (variable.type === 'array' ? [variable] : []));
  const secrets = variables.flatMap((variable) => ('secret' in variable ? [variable] : []));

  test('[G14] every variable is of a kind whose bad values are tested', () => {
    const words = ['NODE_ENV', 'LOG_LEVEL', 'HOST', 'FALLBACK_MODELS', 'OTEL_EXPORTER_OTLP_ENDPOINT'];
    const addresses = ['DASHSCOPE_BASE_URL', 'DASHSCOPE_FALLBACK_BASE_URL'];
    // A file is looked for by whoever reads it.
    const files = variables.flatMap((one) =>
      'format' in one && one.format === 'path' && one.type === 'string' ? [one] : [],
    );
    const tested = [...numbers, ...fractions, ...flags, ...lists, ...secrets, ...files].map(({ name }) => name);
    expect([...tested, ...words, ...addresses].sort()).toEqual(Object.keys(VARIABLES).sort());
  });

  test.each(fractions)('[G14] $name is refused below $minimum, above $maximum, and as a word', (variable) => {
    const { name, minimum, maximum, unit, default: fallback } = variable;
    expect(fallback).toBeGreaterThanOrEqual(minimum);
    expect(fallback).toBeLessThanOrEqual(maximum);
    for (const value of [minimum - 0.5, maximum + 0.5, 'many', '1e3', '.5', ' 1', '1,5', 'NaN']) {
      expect(faultsOf({ [name]: String(value) })).toEqual([
        `${name} (${value}) must be a number from ${minimum} to ${maximum} (${unit}); correct it, or unset it for ${fallback}`,
      ]);
    }
  });

  test.each(flags)('[G13] $name is true or false, and no other word', ({ name, default: fallback }) => {
    for (const value of ['true', 'false']) expect(faultsOf({ [name]: value })).toEqual([]);
    for (const value of ['yes', '1', 'TRUE', ' true']) {
      expect(faultsOf({ [name]: value })).toEqual([
        `${name} (${value}) must be true or false; correct it, or unset it for ${fallback}`,
      ]);
    }
  });

  const WRONG_ITEMS = {
    cidr: ['10.0.0.1', '10.0.0.0/33', 'all', '10.0.0.0/8,,::1/128'],
    origin: ['example.com', 'https://example.com/', 'https://example.com/path', '*'],
    path: ['admin', '/a b', '/a,'],
  } as const;

  test.each(lists)('[G13] $name is a list, and every item that is none is named', ({ name, format }) => {
    for (const value of WRONG_ITEMS[format]) {
      expect(faultsOf({ [name]: value })).toEqual([expect.stringMatching(new RegExp(`^${name} \\(.*\\) must be`))]);
    }
  });

  test.each(secrets)('[G4] $name is refused without being repeated', ({ name }) => {
    const faults = faultsOf({ [name]: 'hunter2 \u00e9' });
    expect(faults[0]).toMatch(new RegExp(`^${name} \\(9 characters\\) must be`));
    expect(faults.join()).not.toContain('hunter2');
  });

  test.each(['collector', 'ftp://collector', 'user:hunter2@collector'])('[G17] %s is no collector', (value) => {
    const faults = faultsOf({ OTEL_EXPORTER_OTLP_ENDPOINT: value });
    expect(faults).toEqual([expect.stringMatching(/^OTEL_EXPORTER_OTLP_ENDPOINT \(\d+ characters\) must be an http/)]);
    expect(faults.join()).not.toContain('hunter2');
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

  test('[G1] [G10] production is refused without an upstream key and an admin key, and accepted with both', () => {
    expect(faultsOf({ NODE_ENV: 'production' })).toEqual([
      expect.stringMatching(/^DASHSCOPE_API_KEY \(unset\) must be/),
      expect.stringMatching(/^ADMIN_API_KEY \(unset\) must be/),
    ]);
    expect(faultsOf(PRODUCTION)).toEqual([]);
  });

  test('[G1] production does not send its key in clear text, except to its own machine', () => {
    const production = PRODUCTION;
    expect(faultsOf({ ...production, DASHSCOPE_BASE_URL: 'http://studio.example/v1' })).toEqual([
      expect.stringContaining('must be https:'),
    ]);
    expect(faultsOf({ ...production, DASHSCOPE_BASE_URL: 'http://127.0.0.1:9/v1' })).toEqual([]);
  });

  test('[G7] takes a second region only with its key, over TLS in production', () => {
    const first = { DASHSCOPE_API_KEY: 'sk-1' };
    const second = { DASHSCOPE_FALLBACK_API_KEY: 'sk-2', DASHSCOPE_FALLBACK_BASE_URL: 'https://intl.example/v1' };
    const { secondRegion } = readConfig({ ...first, ...second }).upstream;
    expect(secondRegion?.apiKeys.map((key) => key.reveal())).toEqual(['sk-2']);
    expect(secondRegion?.baseUrl.href).toBe('https://intl.example/v1');
    for (const alone of ['DASHSCOPE_FALLBACK_API_KEY', 'DASHSCOPE_FALLBACK_BASE_URL'] as const) {
      expect(faultsOf({ ...first, [alone]: second[alone] })).toEqual([
        expect.stringContaining('(unset) must be set together'),
      ]);
    }
    const clear = { ...second, DASHSCOPE_FALLBACK_BASE_URL: 'http://intl.example/v1' };
    expect(faultsOf({ ...clear, ...PRODUCTION })).toEqual([
      expect.stringMatching(/^DASHSCOPE_FALLBACK_BASE_URL .* must be https:/),
    ]);
  });

  test('[G7] a second region without a first one is no gateway to Model Studio, and is refused', () => {
    const second = { DASHSCOPE_FALLBACK_API_KEY: 'sk-2', DASHSCOPE_FALLBACK_BASE_URL: 'https://intl.example/v1' };
    expect(faultsOf(second)).toEqual([
      'DASHSCOPE_API_KEY (unset) must be set where a second region is, which only stands in for the first; ' +
        'set it, or make the second region the first by DASHSCOPE_API_KEY and DASHSCOPE_BASE_URL',
    ]);
    expect(faultsOf({ ...second, DASHSCOPE_API_KEY: 'sk-1' })).toEqual([]);
  });

  test.each(['sqlite::memory:', 'sqlite:file::memory:?cache=shared', 'sqlite:file:x?mode=memory'])(
    '[G16] [G11] refuses %s with more than one process, each of which would have its own',
    (DATABASE_URL) => {
      const wayOut =
        /^WORKERS \(2\) must be 1 where DATABASE_URL is an SQLite in memory.*; set it to 1, or DATABASE_URL/;
      expect(faultsOf({ DATABASE_URL, WORKERS: '2' })).toEqual([expect.stringMatching(wayOut)]);
      const asManyAsCores = readConfig({ DATABASE_URL, WORKERS: '0' });
      expect(workersOf(asManyAsCores, 1)).toBe(1);
      expect(() => workersOf(asManyAsCores, 4)).toThrow('- WORKERS (0, here 4) must be 1');
    },
  );

  test('[G16] takes as many processes as there are cores, unless it is told a number', () => {
    expect(workersOf(readConfig({}), 4)).toBe(4);
    expect(workersOf(readConfig({ WORKERS: '3' }), 4)).toBe(3);
  });

  test('[G16] by default three replicas of one process hold 10,000 streams', () => {
    expect(3 * readConfig({}).upstream.connections).toBeGreaterThanOrEqual(10_000);
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

  test.each([
    'redis://127.0.0.1:6379',
    'rediss://user:p%40ss@redis.example:6380/3',
    'redis://[::1]/0',
    'redis://:x@host',
  ])('[G6] takes %s for a Redis', (url) => {
    expect(readConfig({ REDIS_URL: url }).storage.redisUrl?.reveal()).toBe(url);
  });

  test.each([
    'hunter2',
    'http://user:hunter2@redis.example',
    'redis://',
    'redis://user:hunter2@redis.example/cache',
    'redis://user:%zzhunter2@redis.example',
    'user:hunter2@redis.example:6379',
  ])('[G6] [G4] refuses %s for a Redis without repeating it', (url) => {
    const faults = faultsOf({ REDIS_URL: url });
    expect(faults).toEqual([
      expect.stringMatching(/^REDIS_URL \(\d+ characters\) must be redis:\/\/user:password@host/),
    ]);
    expect(faults.join()).not.toContain('hunter2');
  });

  test.each(['mysql://user:p@host:3306/name', 'sqlite:.data/gateway.db', 'sqlite::memory:'])(
    '[G11] takes %s for a database',
    (url) => {
      expect(readConfig({ DATABASE_URL: url }).storage.databaseUrl?.reveal()).toBe(url);
    },
  );

  test.each(['hunter2', 'postgres://user:hunter2@host/name', 'sqlite:', 'mysql:hunter2', 'user:hunter2@host'])(
    '[G11] [G4] refuses %s for a database without repeating it',
    (url) => {
      const faults = faultsOf({ DATABASE_URL: url });
      expect(faults).toEqual([expect.stringMatching(/^DATABASE_URL \(\d+ characters\) must be mysql:\/\//)]);
      expect(faults.join()).not.toContain('hunter2');
    },
  );

  test('[G6] a level of the cache does not keep longer than the one below it', () => {
    const order = { CACHE_L1_MS: '2000', CACHE_L2_MS: '3000', CACHE_L3_MS: '3000' };
    expect(faultsOf(order)).toEqual([]);
    expect(faultsOf({ ...order, CACHE_L1_MS: '3001', CACHE_L3_MS: '2999' })).toEqual([
      'CACHE_L1_MS (3001) must be at most CACHE_L2_MS (3000), or the larger cache forgets first; lower it, or raise CACHE_L2_MS',
      'CACHE_L2_MS (3000) must be at most CACHE_L3_MS (2999), or the larger cache forgets first; lower it, or raise CACHE_L3_MS',
    ]);
  });

  test('[G6] a wait for Redis that every request would feel is refused', () => {
    expect(faultsOf({ REDIS_COMMAND_TIMEOUT_MS: '501' })).toHaveLength(1);
  });

  test('[G4] prints nowhere the key that it holds', () => {
    const config = readConfig({ DASHSCOPE_API_KEY: 'sk-planted, sk-planted-2' });
    expect(config.upstream.region.apiKeys.map((key) => key.reveal())).toEqual(['sk-planted', 'sk-planted-2']);
    const printed = [JSON.stringify(config), inspect(config, { depth: 9 }), String(config.upstream.region.apiKeys)];
    expect(printed.join()).not.toContain('sk-planted');
    expect(printed.join()).toContain('[redacted]');
  });
});
