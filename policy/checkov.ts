/**
 * Runs checkov on the synthesized Terraform of every environment, and fails for each finding that `exceptions.ts`
 * does not name, and for each exception that matches nothing any more.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { EXCEPTIONS } from './exceptions';
import type { PolicyException } from './exceptions';

/** Pinned, because a new release brings new rules and would fail an unchanged project. */
const CHECKOV = '3.3.30';
const PROJECT = resolve(__dirname, '..');

interface Finding {
  readonly check: string;
  readonly name: string;
  readonly resource: string;
  readonly stack: string;
  /** The resource's arguments, as synthesized. */
  readonly settings: Readonly<Record<string, unknown>>;
}

interface Report {
  readonly summary: { readonly passed: number; readonly parsing_errors: number };
  readonly results: {
    readonly failed_checks: readonly {
      readonly check_id: string;
      readonly check_name: string;
      readonly resource: string;
      readonly file_path: string;
    }[];
  };
}

/** Installs checkov into a folder of its own, outside the checkout, once for each version. @returns its path */
function checkovPath(): string {
  const cache =
    process.env.BAILIAN_GATEWAY_CACHE ??
    join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'bailian-gateway');
  const home = join(cache, `checkov-${CHECKOV}`);
  const binary = join(home, 'bin', 'checkov');
  if (existsSync(join(home, '.complete'))) return binary;

  console.log(`Installing checkov ${CHECKOV} from PyPI into ${home} (once; about a minute)`);
  mkdirSync(cache, { recursive: true });
  rmSync(home, { recursive: true, force: true });
  run(
    'python3',
    ['-m', 'venv', home],
    'Python 3.9 or later with venv is needed (Debian: apt-get install python3-venv)',
  );
  run(
    join(home, 'bin', 'pip'),
    ['install', '--quiet', '--disable-pip-version-check', `checkov==${CHECKOV}`],
    'pip could not install checkov',
  );
  // The mark is written last, so that an interrupted installation is made again.
  writeFileSync(join(home, '.complete'), CHECKOV);
  return binary;
}

function run(program: string, parameters: readonly string[], wayOut: string): void {
  const { status, error } = spawnSync(program, parameters, { stdio: 'inherit' });
  if (error !== undefined || status !== 0)
    throw new Error(`${program} failed (${error?.message ?? `exit ${status ?? 0}`}): ${wayOut}`);
}

function scan(checkov: string, directory: string): { findings: readonly Finding[]; passed: number } {
  const { stdout, status, stderr } = spawnSync(
    checkov,
    [
      '--directory',
      directory,
      '--framework',
      'terraform_json',
      '--output',
      'json',
      '--compact',
      '--quiet',
      '--soft-fail',
    ],
    { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  if (status !== 0) throw new Error(`checkov ended with ${status ?? 'a signal'}: ${stderr}`);
  const parsed = JSON.parse(stdout) as Report | readonly Report[];
  const reports = Array.isArray(parsed) ? (parsed as readonly Report[]) : [parsed as Report];
  const unread = reports.reduce((sum, { summary }) => sum + summary.parsing_errors, 0);
  if (unread > 0) throw new Error(`checkov could not read ${unread} files under ${directory}`);
  return {
    passed: reports.reduce((sum, { summary }) => sum + summary.passed, 0),
    findings: reports.flatMap(({ results }) =>
      results.failed_checks.map((found) => ({
        check: found.check_id,
        name: found.check_name,
        stack: found.file_path.split('/')[1] ?? found.file_path,
        ...resourceOf(join(directory, found.file_path), found.resource.replace(/^resource\./, '')),
      })),
    ),
  };
}

interface Synthesized {
  readonly resource?: Record<string, Record<string, Readonly<Record<string, unknown>>>>;
}

/** The resource that checkov calls `resource.<name>`: its address, and its arguments as synthesized. */
function resourceOf(file: string, name: string): Pick<Finding, 'resource' | 'settings'> {
  const { resource = {} } = JSON.parse(readFileSync(file, 'utf8')) as Synthesized;
  for (const [type, instances] of Object.entries(resource)) {
    const settings = instances[name];
    if (settings !== undefined) return { resource: `${type}.${name}`, settings };
  }
  throw new Error(`checkov names ${name}, which ${file} does not have`);
}

const covers = (exception: PolicyException, finding: Finding): boolean =>
  exception.check === finding.check &&
  exception.resource.test(finding.resource) &&
  Object.entries(exception.where ?? {}).every(([argument, value]) => finding.settings[argument] === value);

function main(): void {
  const directory = join(PROJECT, 'cdktf.out', 'stacks');
  run(process.execPath, ['--import', 'tsx', join(PROJECT, 'main.ts')], 'the stacks must synthesize');
  const { findings, passed } = scan(checkovPath(), directory);
  const open = findings.filter((finding) => !EXCEPTIONS.some((exception) => covers(exception, finding)));
  const idle = EXCEPTIONS.filter((exception) => !findings.some((finding) => covers(exception, finding)));
  for (const { check, name, resource, stack } of open) console.error(`${check} ${stack} ${resource}: ${name}`);
  for (const { check, resource } of idle)
    console.error(`exception ${check} ${String(resource)} matches nothing; remove it`);
  const excepted = findings.length - open.length;
  console.log(`checkov ${CHECKOV}: ${passed} checks passed, ${excepted} excepted with a reason, ${open.length} open`);
  if (passed === 0) throw new Error('checkov found nothing to check');
  if (open.length > 0 || idle.length > 0) process.exitCode = 1;
}

main();
