/** What one turn of the event loop logs, handed on as one piece. */
import type { DestinationStream } from 'pino';

/** A destination that may hold back, and write what it holds at once. */
export interface BufferedDestination extends DestinationStream {
  flushSync(): void;
}

/**
 * SonicBoom measures and joins all that it holds whenever it is given something, which for every line of a busy process
 * is more work than all else that is done for that line. Complete at exit, like the destination itself.
 */
export const gathered = (destination: BufferedDestination): BufferedDestination => {
  let lines = '';
  const handOn = (): void => {
    if (lines === '') return;
    const piece = lines;
    lines = '';
    destination.write(piece);
  };
  const flushSync = (): void => {
    handOn();
    destination.flushSync();
  };
  process.once('exit', () => {
    if (lines !== '') flushSync();
  });
  return {
    write: (line) => {
      if (lines === '') setImmediate(handOn);
      lines += line;
    },
    flushSync,
  };
};
