/** Reads from cdktf's output when each stack began and when it was done, since cdktf runs several at a time. */

export interface StackTime {
  readonly stack: string;
  readonly resources: number;
  readonly seconds: number;
}

/** cdktf puts a stack's name before the first line of each piece of its output, and indents the rest. */
const STACK_LINE = /^([a-z][a-z0-9-]+)\s{2,}\S/;

/** Moves of the cursor, by which cdktf writes its count of stacks in place, and colours. */
const CONTROL = /\u001b\[[0-9;]*[A-Za-z]/g;

export class StackClock {
  readonly #started = new Map<string, number>();
  readonly #finished: StackTime[] = [];
  #current: string | undefined;

  /** @param done what Terraform prints at the end of a stack, with the resources it dealt with as groups */
  constructor(
    private readonly done: RegExp,
    private readonly now: () => number = Date.now,
  ) {}

  read(raw: string): void {
    const line = raw.replace(CONTROL, '');
    const stack = STACK_LINE.exec(line)?.[1];
    if (stack !== undefined) {
      this.#current = stack;
      if (!this.#started.has(stack)) this.#started.set(stack, this.now());
    }
    const done = this.done.exec(line);
    if (done === null || this.#current === undefined) return;
    this.#finished.push({
      stack: this.#current,
      resources: done.slice(1).reduce((sum, count) => sum + Number(count), 0),
      seconds: (this.now() - (this.#started.get(this.#current) ?? this.now())) / 1000,
    });
  }

  finished(): readonly StackTime[] {
    return this.#finished;
  }
}
