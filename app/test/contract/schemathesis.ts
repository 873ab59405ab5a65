/**
 * Starts a gateway with the echo as its upstream and no limits, and has Schemathesis ask it whatever its OpenAPI document
 * allows and forbids: 10,000 cases, every check that Schemathesis has switched on, which is all but one for two users. Prints a verdict and exits with it.
 *
 *     tsx app/test/contract/schemathesis.ts [cases]
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGateway } from '../../src/gateway';
import { ROUTES } from '../../src/routes';
import { EXCEPTIONS, EXCLUDED } from './exceptions';

/** Pinned, because a new release brings new checks and would fail an unchanged project. */
const SCHEMATHESIS = '4.32.5';
const CASES = 10_000;
/** The same cases each time, so that a failure can be looked into. */
const SEED = 20_260_102;
/** A key of this gateway alone, which ends with it. */
const ADMIN_KEY = `contract-${'0123456789'.repeat(4)}`;

/** No limit stands in the way of a check, and nothing is written beside the folder. */
const environment = (folder: string): Readonly<Record<string, string>> => ({
  NODE_ENV: 'test',
  PORT: '0',
  LOG_LEVEL: 'error',
  SHUTDOWN_DRAIN_MS: '0',
  ADMIN_API_KEY: ADMIN_KEY,
  DATABASE_URL: `sqlite:${join(folder, 'gateway.db')}`,
  JOURNAL_DIRECTORY: join(folder, 'journal'),
  CLIENT_RATE_PER_SECOND: '0',
  CLIENT_PER_MINUTE: '0',
  USER_PER_MINUTE: '0',
  USER_PER_HOUR: '0',
  USER_PER_DAY: '0',
  ADMIN_PER_15_MINUTES: '0',
});

/** Installs Schemathesis into a folder of its own, outside the checkout, once for each version. @returns its path */
function schemathesisPath(): string {
  const cache =
    process.env.BAILIAN_GATEWAY_CACHE ??
    join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'bailian-gateway');
  const home = join(cache, `schemathesis-${SCHEMATHESIS}`);
  const binary = join(home, 'bin', 'schemathesis');
  if (existsSync(join(home, '.complete'))) return binary;

  console.log(`Installing Schemathesis ${SCHEMATHESIS} from PyPI into ${home} (once; about a minute)`);
  mkdirSync(cache, { recursive: true });
  rmSync(home, { recursive: true, force: true });
  run(
    'python3',
    ['-m', 'venv', home],
    'Python 3.10 or later with venv is needed (Debian: apt-get install python3-venv)',
  );
  run(
    join(home, 'bin', 'pip'),
    ['install', '--quiet', '--disable-pip-version-check', `schemathesis==${SCHEMATHESIS}`],
    'pip could not install Schemathesis',
  );
  // The mark is written last, so that an interrupted installation is made again.
  writeFileSync(join(home, '.complete'), SCHEMATHESIS);
  return binary;
}

function run(program: string, parameters: readonly string[], wayOut: string): void {
  const { status, error } = spawnSync(program, parameters, { stdio: 'inherit' });
  if (error !== undefined || status !== 0)
    throw new Error(`${program} failed (${error?.message ?? `exit ${status ?? 0}`}): ${wayOut}`);
}

/** Schemathesis's configuration: the key, which it leaves out where it checks that it is needed, and the exceptions. */
const settings = (): string =>
  [
    '[auth.openapi.bearer]',
    `bearer = ${JSON.stringify(ADMIN_KEY)}`,
    '[auth.openapi.apiKey]',
    `api_key = ${JSON.stringify(ADMIN_KEY)}`,
    ...EXCEPTIONS.flatMap(({ operationId, check, reason }) => [
      `# ${reason}`,
      '[[operations]]',
      `include-operation-id = ${JSON.stringify(operationId)}`,
      `checks.${check}.enabled = false`,
    ]),
    '',
  ].join('\n');

interface Verdict {
  readonly status: number;
  readonly generated: number;
}

/** Runs it beside the gateway, which answers in this very process. */
const examine = (binary: string, folder: string, parameters: readonly string[]): Promise<Verdict> =>
  new Promise((resolve, reject) => {
    const child = spawn(binary, parameters, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', (piece: Buffer) => {
      said += piece.toString();
      process.stdout.write(piece);
    });
    child.once('error', reject);
    child.once('close', (status) => {
      resolve({
        status: status ?? 1,
        generated: Number(/([\d,]+) generated/.exec(said)?.[1]?.replaceAll(',', '') ?? 0),
      });
    });
  });

/** How many operations the document has. */
const operationsIn = (document: unknown): number => {
  if (typeof document !== 'object' || document === null || !('paths' in document)) return 0;
  const { paths } = document;
  if (typeof paths !== 'object' || paths === null) return 0;
  const known: readonly unknown[] = Object.values(paths);
  return known.reduce<number>(
    (sum, path) => sum + (typeof path === 'object' && path !== null ? Object.keys(path).length : 0),
    0,
  );
};

const main = async (): Promise<void> => {
  const cases = Number(process.argv[2] ?? CASES);
  const binary = schemathesisPath();
  const folder = mkdtempSync(join(tmpdir(), 'bailian-gateway-contract-'));
  const gateway = await startGateway({ env: environment(folder) });
  try {
    const document = `${gateway.url}${ROUTES.openapi}`;
    const operations = operationsIn(await (await fetch(document)).json());
    writeFileSync(join(folder, 'schemathesis.toml'), settings());
    const { status, generated } = await examine(binary, folder, [
      '--no-color',
      'run',
      document,
      // Coverage and links between operations bring cases of their own on top of these.
      `--max-examples=${Math.ceil(cases / Math.max(1, operations))}`,
      // Threads of its own make Python 3.11 fail in between.
      '--workers=1',
      `--seed=${SEED}`,
      '--continue-on-failure',
      ...EXCLUDED.map(({ path }) => `--exclude-path=${path}`),
      '--suppress-health-check=all',
    ]);
    const enough = generated >= cases;
    const verdict = status === 0 && enough ? 'holds' : 'DOES NOT HOLD';
    const lack = enough ? '' : `, which is fewer than ${cases}`;
    console.log(
      `Schemathesis ${SCHEMATHESIS}: the contract ${verdict}; ${operations} operations, ${generated} cases${lack}, ` +
        `${EXCEPTIONS.length} exceptions with a reason`,
    );
    if (status !== 0 || !enough) process.exitCode = 1;
  } finally {
    await gateway.close({ drain: false });
    rmSync(folder, { recursive: true, force: true });
  }
};

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
