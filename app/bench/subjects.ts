/** What is measured: how each is started, and what exactly is switched on in it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ROUTES } from '../src/routes';
import { installed, PEERS } from './peers';
import type { ProcessProps } from './process';

export interface Ground {
  readonly port: number;
  /** Origin of the mock upstream. */
  readonly upstream: string;
  /** An empty folder of this subject's own. */
  readonly folder: string;
}

export type Launch = Pick<ProcessProps, 'command' | 'cwd' | 'env'> & {
  /** Where it answers when it is ready. */
  readonly readyPath: string;
};

export interface Subject {
  /** What it is, and what is on. */
  readonly about: string;
  /** `undefined`: nothing stands before the upstream. */
  readonly launch: ((ground: Ground) => Launch | Promise<Launch>) | undefined;
  readonly headers?: (ground: Pick<Ground, 'upstream'>) => Readonly<Record<string, string>>;
}

/** Not a real one: the mock upstream takes any, and the gateway under test this one. */
export const BENCH_KEY = 'sk-bench-0123456789abcdef0123456789abcdef';

const PROJECT = resolve(__dirname, '..', '..');
export const DIST = join(PROJECT, 'app', 'dist', 'main.js');
const SOURCE = ['--import', 'tsx', join(PROJECT, 'app', 'src', 'main.ts')];

/** Limits that count every request and refuse none. */
const LIMITS_WIDE = {
  CLIENT_RATE_PER_SECOND: '1000000',
  CLIENT_BURST: '1000000',
  CLIENT_PER_MINUTE: '100000000',
  USER_PER_MINUTE: '100000000',
  USER_PER_HOUR: '100000000',
  USER_PER_DAY: '100000000',
} as const;

const LIMITS_NONE = {
  CLIENT_RATE_PER_SECOND: '0',
  CLIENT_PER_MINUTE: '0',
  USER_PER_MINUTE: '0',
  USER_PER_HOUR: '0',
  USER_PER_DAY: '0',
} as const;

const FEATURES_OFF = {
  ENABLE_CACHING: 'false',
  ENABLE_RETRY: 'false',
  ENABLE_VALIDATION: 'false',
  ENABLE_COMPRESSION: 'false',
  ENABLE_TRACING: 'false',
  LOG_LEVEL: 'warn',
} as const;

/** One quota for every request of the benchmark, far above what is asked. */
const quotaFile = (folder: string): string => {
  const path = join(folder, 'quota.json');
  const limit = 1_000_000_000_000;
  const quota = { requestsPerMinute: limit, requestsPerDay: limit, tokensPerMinute: limit, tokensPerDay: limit };
  writeFileSync(path, JSON.stringify({ models: { [MODEL]: quota } }));
  return path;
};

/** What every request asks for. */
export const MODEL = 'qwen-plus';

const gateway =
  (start: readonly string[], env: Readonly<Record<string, string>>) =>
  ({ port, upstream, folder }: Ground): Launch => ({
    command: [process.execPath, ...start],
    cwd: PROJECT,
    env: {
      NODE_ENV: 'production',
      PORT: String(port),
      ADMIN_API_KEY: BENCH_KEY,
      DASHSCOPE_API_KEY: BENCH_KEY,
      DASHSCOPE_BASE_URL: `${upstream}/v1`,
      UPSTREAM_CONNECTIONS: '2048',
      DATABASE_URL: `sqlite:${join(folder, 'gateway.db')}`,
      JOURNAL_DIRECTORY: join(folder, 'journal'),
      QUOTA_FILE: quotaFile(folder),
      WORKERS: '1',
      ...env,
    },
    readyPath: ROUTES.ready,
  });

const EVERYTHING =
  'log at info, key check, limits counted in memory, quota, cache, retry, validation, ledger in SQLite, metrics';

export const SUBJECTS = {
  direct: { about: 'the load straight at the mock upstream', launch: undefined },
  pipe: {
    about: '`node:http` and an undici pool, the bytes passed on, nothing else',
    launch: ({ port, upstream }) => ({
      command: [process.execPath, '--import', 'tsx', join(__dirname, 'bare-pipe.ts'), String(port), upstream],
      cwd: PROJECT,
      readyPath: '/',
    }),
  },
  gateway: { about: `this gateway, built, everything on: ${EVERYTHING}`, launch: gateway([DIST], LIMITS_WIDE) },
  'gateway-off': {
    about:
      'this gateway, built: no limits, cache, retry, validation or compression; log at warn; key check, quota, ledger and metrics stay',
    launch: gateway([DIST], { ...LIMITS_NONE, ...FEATURES_OFF }),
  },
  'gateway-tsx': { about: 'as `gateway`, but from its sources by tsx', launch: gateway(SOURCE, LIMITS_WIDE) },
  portkey: {
    about: `Portkey ${PEERS.portkey.version}, as it comes`,
    launch: async ({ port }) => ({
      command: [
        process.execPath,
        join(await installed(PEERS.portkey), 'node_modules', '@portkey-ai', 'gateway', 'build', 'start-server.js'),
        `--port=${port}`,
        '--headless',
      ],
      readyPath: '/',
    }),
    headers: ({ upstream }) => ({ 'x-portkey-provider': 'openai', 'x-portkey-custom-host': `${upstream}/v1` }),
  },
  litellm: {
    about: `LiteLLM ${PEERS.litellm.version}, one worker, no keys, no database`,
    launch: async ({ port, upstream, folder }) => {
      const config = join(folder, 'litellm.yaml');
      writeFileSync(config, litellmConfig(upstream));
      const home = await installed(PEERS.litellm);
      const options = ['--config', config, '--host', '127.0.0.1', '--port', String(port), '--num_workers', '1'];
      return {
        command: [join(home, 'bin', 'python'), join(home, 'bin', 'litellm'), ...options, '--telemetry', 'False'],
        // Its table of prices is the one in the package, not one that it fetches.
        env: { LITELLM_LOCAL_MODEL_COST_MAP: 'True', LITELLM_LOG: 'ERROR' },
        readyPath: '/health/liveliness',
      };
    },
  },
} as const satisfies Record<string, Subject>;

export type SubjectName = keyof typeof SUBJECTS;

/** JSON is YAML. */
const litellmConfig = (upstream: string): string =>
  JSON.stringify({
    model_list: [
      {
        model_name: MODEL,
        litellm_params: { model: `openai/${MODEL}`, api_base: `${upstream}/v1`, api_key: BENCH_KEY },
      },
    ],
  });

/** A subject by its name, as the interface that all share. */
export const subjectOf = (name: SubjectName): Subject => SUBJECTS[name];

export const groundOf = (root: string, name: SubjectName, port: number, upstream: string): Ground => {
  const folder = join(root, `${name}-${port}`);
  mkdirSync(folder, { recursive: true });
  return { port, upstream, folder };
};
