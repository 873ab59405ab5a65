import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../command';
import type { CommandOptions, CommandResult } from '../../command';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'command-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const log = (): string => join(directory, 'logs', 'command.log');

const node = (script: string, parameters: readonly string[] = [], extra: Partial<CommandOptions> = {}) =>
  runCommand(process.execPath, ['-e', script, ...parameters], {
    cwd: directory,
    environment: {},
    log: log(),
    ...extra,
  });

describe('a command', () => {
  test('[L3] gives its exit code and its whole output, and no shell reads its parameters', async () => {
    const script = 'process.stdout.write(process.argv[1]); console.error("warned"); process.exit(3)';
    expect(await node(script, ['$HOME;`id`'])).toEqual<CommandResult>({ code: 3, stdout: '$HOME;`id`' });
  });

  test('[L3] runs in its folder with its environment over that of the caller', async () => {
    const script = 'console.log(JSON.stringify([process.cwd(), process.env.GIVEN, process.env.PATH !== undefined]))';
    const { stdout } = await node(script, [], { environment: { GIVEN: 'yes' } });
    expect(JSON.parse(stdout)).toEqual([directory, 'yes', true]);
  });

  test('[L3] offers each line of both streams, the last without its line end too', async () => {
    const lines: string[] = [];
    const script = 'process.stdout.write("one\\ntwo"); process.stderr.write("three\\n")';
    await node(script, [], { onLine: (line) => lines.push(line) });
    expect(lines.sort()).toEqual(['one', 'three', 'two']);
  });

  test('[L3] has all that it printed in its log, after what was there', async () => {
    await node('console.log("first")');
    await node('console.log("second"); console.error("warned")');
    const text = readFileSync(log(), 'utf8');
    expect(text.split('\n').filter((line) => line.startsWith('$ '))).toHaveLength(2);
    expect(text).toMatch(/first\n\$ [^]*(second\nwarned|warned\nsecond)\n$/);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGKILL', 137],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('[L3] that %s ended has the code %i', async (signal, code) => {
    const { code: actual } = await node('setTimeout(() => {}, 20000)', [], { onStart: (child) => child.kill(signal) });
    expect(actual).toBe(code);
  });

  test('[L3] that is not there is an error, and not a code', async () => {
    const missing = join(directory, 'no-such-program');
    await expect(runCommand(missing, [], { cwd: directory, environment: {}, log: log() })).rejects.toThrow(/ENOENT/);
    expect(readFileSync(log(), 'utf8')).toContain('no-such-program');
  });
});
