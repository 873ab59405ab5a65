/**
 * Tells a waiting person what goes on and how long it will take: on a terminal in place and every second,
 * elsewhere (a CI log) by a line now and then.
 */

/** Where progress is written; `process.stderr` is one. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

export interface Step {
  /** Shown beside the time, such as `412 modules fetched`; the last one stands. */
  detail(text: string): void;
  /** Ends the step with one line that says how long it took. */
  end(outcome: string): void;
}

/** Milliseconds between two lines where there is no terminal. */
const LINE_EVERY = 30_000;
const REDRAW_EVERY = 1000;
const CLEAR_LINE = '\r\u001b[K';

export class Progress {
  constructor(private readonly output: Output) {}

  say(line: string): void {
    this.output.write(`${line}\n`);
  }

  /** Begins something that takes about `seconds`; leave them out where nobody knows. */
  begin(title: string, seconds?: number): Step {
    const { output } = this;
    const started = Date.now();
    let detail = '';
    const elapsed = (): string => formatSeconds((Date.now() - started) / 1000);
    const line = (): string => {
      const expected = seconds === undefined ? '' : ` of ${aboutSeconds(seconds)}`;
      return `  ${title}: ${elapsed()}${expected}${detail === '' ? '' : `, ${detail}`}`;
    };
    const show = (): void => {
      if (output.isTTY === true) output.write(CLEAR_LINE + line());
      else this.say(line());
    };
    const timer = setInterval(show, output.isTTY === true ? REDRAW_EVERY : LINE_EVERY);
    timer.unref();
    return {
      detail: (text) => {
        detail = text;
      },
      end: (outcome) => {
        clearInterval(timer);
        this.say(`${output.isTTY === true ? CLEAR_LINE : ''}  ${title}: ${outcome} after ${elapsed()}`);
      },
    };
  }
}

/** `45 s`, `6 min`, `1 min 20 s`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  const [minutes, rest] = [Math.floor(whole / 60), whole % 60];
  return [minutes > 0 ? `${minutes} min` : '', rest > 0 || minutes === 0 ? `${rest} s` : ''].filter(Boolean).join(' ');
}

/** An expectation, rounded as far as it deserves: `about 20 s`, `about 6 minutes`. */
export function aboutSeconds(seconds: number): string {
  if (seconds < 90) return `about ${Math.ceil(seconds / 10) * 10} s`;
  return `about ${Math.ceil(seconds / 60)} minutes`;
}
