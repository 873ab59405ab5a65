/**
 * What is in one bucket: every object's versions, newest first, delete markers among them. In memory only: a state
 * file is full of secrets, so no snapshot has it.
 */
import { createHash, randomBytes } from 'node:crypto';
import { crc64 } from './crc64';

/** What a version has whose bucket kept none at the time. */
const UNVERSIONED = 'null';

/** Whether a bucket keeps what is overwritten. @default undefined: it never did */
export type Versioning = 'Enabled' | 'Suspended' | undefined;

export interface Version {
  readonly key: string;
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Absent for a delete marker. */
  readonly data?: {
    readonly bytes: Buffer;
    /** Upper-case MD5 in hex, without quotes. */
    readonly etag: string;
    readonly crc: string;
    /** What is answered with it: `content-type`, `x-oss-meta-*`, … */
    readonly headers: Readonly<Record<string, string>>;
  };
}

const md5 = (bytes: Buffer): string => createHash('md5').update(bytes).digest('hex').toUpperCase();

export class Contents {
  readonly #versions = new Map<string, Version[]>();

  get isEmpty(): boolean {
    return this.#versions.size === 0;
  }

  put(key: string, bytes: Buffer, headers: Readonly<Record<string, string>>, at: number, kept: Versioning): Version {
    return this.#add({ key, id: newId(kept), at, data: { bytes, etag: md5(bytes), crc: crc64(bytes), headers } });
  }

  /** The version of that id, or the newest; also when that is a delete marker. */
  find(key: string, id?: string | null): Version | undefined {
    const versions = this.#versions.get(key) ?? [];
    return id ? versions.find((version) => version.id === id) : versions[0];
  }

  /** Takes that version away for good. @returns what was taken */
  purge(key: string, id: string): Version | undefined {
    const version = this.find(key, id);
    if (version !== undefined) this.#keep(key, (known) => known !== version);
    return version;
  }

  /** Deletes an object: for good where no versions are kept, by a marker otherwise. @returns the marker */
  delete(key: string, at: number, kept: Versioning): Version | undefined {
    if (kept !== undefined) return this.#add({ key, id: newId(kept), at });
    this.#versions.delete(key);
    return undefined;
  }

  /** Every object that is there now, by key. */
  objects(): Version[] {
    return this.#sorted().flatMap(([newest]) => (newest?.data ? [newest] : []));
  }

  /** Every version, by key, newest first; `latest` is the one that counts. */
  versions(): { readonly version: Version; readonly latest: boolean }[] {
    return this.#sorted().flatMap((list) => list.map((version, place) => ({ version, latest: place === 0 })));
  }

  #sorted(): Version[][] {
    // By bytes, as OSS sorts, and not by any language's rules.
    return [...this.#versions]
      .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      .map(([, list]) => list);
  }

  #add(version: Version): Version {
    if (version.id === UNVERSIONED) this.#keep(version.key, ({ id }) => id !== UNVERSIONED);
    this.#versions.set(version.key, [version, ...(this.#versions.get(version.key) ?? [])]);
    return version;
  }

  #keep(key: string, test: (version: Version) => boolean): void {
    const left = (this.#versions.get(key) ?? []).filter(test);
    if (left.length === 0) this.#versions.delete(key);
    else this.#versions.set(key, left);
  }
}

const newId = (kept: Versioning): string =>
  kept === 'Enabled' ? `CAEQ${randomBytes(24).toString('base64url')}` : UNVERSIONED;
