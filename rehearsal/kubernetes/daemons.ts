/**
 * Processes that outlive the command that starts them. Each carries the cluster's folder in its environment, as does
 * whatever it starts itself: by that, and by nothing else, they are found again, also after a kill -9, when no record
 * would be complete and a process number may be another's by now.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, openSync, closeSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { killTree, send } from '../processes';

/** The variable that marks a process as the cluster's. */
const MARK = 'BAILIAN_GATEWAY_CLUSTER';
/** Milliseconds that killed processes are given to be gone. */
const GONE_WITHIN = 15_000;

export interface Daemon {
  readonly name: string;
  readonly pid: number;
}

export class Daemons {
  /** Those that this command started. */
  readonly #started: Daemon[] = [];

  /**
   * @param folder the cluster's, which marks them
   * @param logs where each writes `<name>.log`
   */
  constructor(
    private readonly folder: string,
    private readonly logs: string,
  ) {}

  /** Starts a program that goes on when this command has ended. @returns its process number */
  start(
    name: string,
    program: string,
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): number {
    mkdirSync(this.logs, { recursive: true });
    const log = openSync(this.log(name), 'a');
    const child = spawn(program, args, {
      cwd: this.folder,
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...process.env, ...environment, [MARK]: this.folder },
    });
    closeSync(log);
    child.unref();
    // What cannot be started has no number; the fault itself comes later, when nobody waits for it any more.
    child.on('error', () => undefined);
    if (child.pid === undefined) throw new Error(`${name} could not be started: ${program}`);
    this.#started.push({ name, pid: child.pid });
    return child.pid;
  }

  log(name: string): string {
    return join(this.logs, `${name}.log`);
  }

  /** @throws Error with its last words when one that this command started has ended */
  mustLive(): void {
    const running = new Set(this.running());
    const dead = this.#started.find(({ pid }) => !running.has(pid));
    if (dead === undefined) return;
    const words = readFileSync(this.log(dead.name), 'utf8').trim().split('\n').slice(-8).join('\n');
    throw new Error(`${dead.name} has ended; its last words, of ${this.log(dead.name)}:\n${words}`);
  }

  /** Process numbers of all that carry the mark. */
  running(): readonly number[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => pid !== process.pid && isMarked(pid, this.folder));
  }

  /** The eldest that carries the mark and these variables. */
  first(variables: Readonly<Record<string, string>>): number | undefined {
    const wanted = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
    const found = this.running().filter((pid) => {
      const environment = environmentOf(pid);
      return wanted.every((each) => environment.has(each));
    });
    return found.find((pid) => !found.includes(parentOf(pid)));
  }

  /** Ends one, with all that it has started itself, and waits until it is gone. */
  async stop(pid: number): Promise<void> {
    this.#started.splice(0, this.#started.length, ...this.#started.filter((each) => each.pid !== pid));
    const until = Date.now() + GONE_WITHIN;
    killTree(pid);
    while (this.running().includes(pid)) {
      if (Date.now() > until) throw new Error(`process ${pid} of the cluster does not end`);
      await sleep(20);
    }
  }

  /** Ends all that carry the mark, and waits until they are gone. @returns how many there were */
  async end(): Promise<number> {
    const ended = new Set<number>();
    const until = Date.now() + GONE_WITHIN;
    for (;;) {
      const running = this.running();
      if (running.length === 0) return ended.size;
      if (Date.now() > until) throw new Error(`processes ${running.join(', ')} of the cluster do not end`);
      for (const pid of running) {
        ended.add(pid);
        send(pid, 'SIGKILL');
      }
      await sleep(20);
    }
  }
}

const isMarked = (pid: number, folder: string): boolean => environmentOf(pid).has(`${MARK}=${folder}`);

/** As `NAME=value`. */
function environmentOf(pid: number): ReadonlySet<string> {
  try {
    return new Set(readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0'));
  } catch {
    // It ended meanwhile, or is the kernel's own.
    return new Set();
  }
}

/** 0 for one that has ended. */
function parentOf(pid: number): number {
  try {
    return Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
