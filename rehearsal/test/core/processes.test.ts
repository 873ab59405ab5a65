import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { send } from '../../processes';

/** A program that starts a shell, which starts a sleep, and says the sleep's process id. */
const PROGRAM = `
  const { spawn } = require('node:child_process');
  require(${JSON.stringify(join(__dirname, '../../processes.ts'))}).endEverythingBelow();
  spawn('sh', ['-c', 'sleep 300 & echo $!; wait'], { stdio: ['ignore', 'inherit', 'inherit'] });
`;

describe('a rehearsal that is stopped', () => {
  let sleeping = 0;
  afterEach(() => send(sleeping, 'SIGKILL'));

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('[L3] by %s ends what it started, and what that has started', async (signal, code) => {
    const program = spawn(process.execPath, ['--import', 'tsx', '--eval', PROGRAM], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface({ input: program.stdout }), 'line')) as [string];
    sleeping = Number(line);
    expect(send(sleeping, 'SIGCONT')).toBe(true);

    send(program.pid ?? 0, signal);
    // The output is closed once the sleep, too, has let go of it; were it left alone, that would take it five minutes.
    expect(await once(program, 'close')).toEqual([code, null]);
  });
});
