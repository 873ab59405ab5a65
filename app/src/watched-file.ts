/**
 * A file that is read again when it changes. It is looked at rather than watched: a ConfigMap's file is swapped by a link
 * two folders up, of which no file system tells.
 */
import { readFile, stat } from 'node:fs/promises';
import type { Clock } from './clock';

export interface WatchedFileProps {
  readonly path: string;
  readonly clock: Clock;
  /** Called with the text each time that it has changed; not with the text at the start. */
  readonly onChange: (text: string) => void;
  /** Called when it can no longer be read; once, until it can be. */
  readonly onLost: (error: unknown) => void;
}

export interface WatchedFile {
  close(): void;
}

/** How often a file is looked at, in milliseconds. A ConfigMap takes about a minute to change in a pod anyway. */
export const WATCHED_FILE_MS = 5_000;

/** What differs when a file was written or swapped. */
const stampOf = async (path: string): Promise<string> => {
  const { ino, size, mtimeMs, ctimeMs } = await stat(path);
  return [ino, size, mtimeMs, ctimeMs].join(' ');
};

/** Looks at `path` from now on; `text` is what was read from it before. */
export const watchFile = (text: string, props: WatchedFileProps): WatchedFile => {
  const { path, clock, onChange, onLost } = props;
  let known = text;
  let stamp: string | undefined;
  let lost = false;
  let closed = false;

  const look = async (): Promise<void> => {
    try {
      // The stamp is taken first: a write between it and the reading is seen at the next look.
      const now = await stampOf(path);
      if (now === stamp) return;
      const read = await readFile(path, 'utf8');
      stamp = now;
      lost = false;
      if (read === known || closed) return;
      known = read;
      onChange(read);
    } catch (error) {
      stamp = undefined;
      if (!lost && !closed) onLost(error);
      lost = true;
    }
  };

  let cancel: () => void;
  const later = (): void => {
    cancel = clock.after(WATCHED_FILE_MS, () => {
      void look().then(() => {
        if (!closed) later();
      });
    });
  };
  later();
  return {
    close: () => {
      closed = true;
      cancel();
    },
  };
};
