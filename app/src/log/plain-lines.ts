/** The log for people: the same lines, each as time, level, kind, message and what else it says, in place of JSON. */
import type { DestinationStream } from 'pino';
import { parseObject } from '../chat';

const LEVEL_WIDTH = 5;

/** A value in JSON, so that a line break within it cannot pass for a line of the log; a plain word as it is. */
const write = (value: unknown): string =>
  typeof value === 'string' && /^[\w./:@-]+$/.test(value) ? value : JSON.stringify(value);

/** One line of the structured log, as a person reads it. What is no JSON is passed on. */
export const plainLine = (line: string): string => {
  const parsed = parseObject(line);
  if (parsed === undefined) return line;
  const entries = new Map<string, unknown>(Object.entries(parsed));
  const take = (name: string): string => {
    const value = entries.get(name);
    entries.delete(name);
    return typeof value === 'string' ? value : '';
  };
  entries.delete('service');
  const head = [take('time'), take('level').toUpperCase().padEnd(LEVEL_WIDTH), take('kind'), take('msg')];
  const rest = [...entries].map(([name, value]) => `${name}=${write(value)}`);
  return `${[...head, ...rest].filter((part) => part !== '').join(' ')}\n`;
};

/** A destination that turns every line into a plain one for `destination`. */
export const plainLines = (destination: DestinationStream): DestinationStream => ({
  write: (line) => {
    destination.write(plainLine(line));
  },
});
