/**
 * Whether the process that writes a journal lives. It holds a lock of the operating system on a file beside it, which
 * ends with the process however that ends. Node.js has no such locks; SQLite has, and its file stays empty.
 * On a network file system that does not pass locks on, a journal must not be shared between machines.
 */
import Libsql from 'libsql';

export interface JournalLock {
  release(): void;
}

/** @returns `undefined` when somebody holds it, or its folder is gone */
export const takeLock = (file: string): JournalLock | undefined => {
  let database: Libsql.Database | undefined;
  try {
    const opened = new Libsql(file, { timeout: 0 });
    database = opened;
    // Nothing is ever written, so there is nothing to take back either, and no second file.
    opened.exec('pragma journal_mode = memory');
    opened.exec('begin exclusive');
    return {
      release: () => {
        opened.close();
      },
    };
  } catch {
    database?.close();
    return undefined;
  }
};
