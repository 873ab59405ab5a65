/** A load beside the drill, in a process of its own, so that neither waits for the other. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadOrder, LoadPlan, LoadWord } from './plan';
import type { LoadReport } from './tally';

const MAIN = join(__dirname, 'main.ts');

export class Load {
  readonly #child: ChildProcess;
  readonly #report: Promise<LoadReport>;
  #count = 0;

  constructor(plan: LoadPlan) {
    this.#child = fork(MAIN, [JSON.stringify(plan)], { execArgv: ['--import', 'tsx'] });
    this.#report = new Promise((resolve, reject) => {
      this.#child.on('message', (word: LoadWord) => {
        if ('report' in word) resolve(word.report);
        else this.#count = word.count;
      });
      this.#child.once('error', reject);
      this.#child.once('exit', (code, signal) => {
        reject(new Error(`the load ended without a report: ${code ?? signal ?? 'it was killed'}`));
      });
    });
    // Whoever asks for the report hears of it.
    this.#report.catch(() => undefined);
  }

  /** Requests that have ended so far. */
  get count(): number {
    return this.#count;
  }

  /** Changes how many are sent from now on. */
  pace(perSecond: number): void {
    this.#tell({ perSecond });
  }

  /**
   * Sends no more, and waits for those that are under way.
   * @param atLeast so many requests first
   */
  async finish(atLeast = 0): Promise<LoadReport> {
    while (this.#count < atLeast && this.#child.exitCode === null) await sleep(200);
    this.#tell({ stop: true });
    return this.#report;
  }

  /** For a drill that failed: nothing goes on. */
  end(): void {
    this.#child.kill('SIGKILL');
  }

  #tell(order: LoadOrder): void {
    if (this.#child.connected) this.#child.send(order);
  }
}
