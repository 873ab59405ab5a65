/**
 * What an answer tells HTTP caches between here and its reader.
 *
 * - An answer to a POST with a key belongs to that key alone, and a browser would not give it again anyway (RFC 9110,
 *   9.3.3): `no-store`. This gateway is the cache for it, and says by `x-cache` and `age` what it did.
 * - A GET whose answer is the same for everybody: CACHE_BROWSER_SECONDS in browsers, CACHE_CDN_SECONDS in networks, by
 *   `s-maxage`, and by `CDN-Cache-Control` (RFC 9213) for those that follow it.
 * - A GET whose answer depends on the key: in that client's own browser only.
 */
import type { CacheConfig } from '../config/cache';
import type { CacheSource } from './cache-source';

export const CACHE_HEADER = 'x-cache';

export type Headers = Readonly<Record<string, string>>;

/** Headers of an answer by a model. `ageSeconds`: how long a kept answer has been kept. */
export const answerHeaders = (source: CacheSource, ageSeconds: number | undefined): Headers => {
  const headers = { [CACHE_HEADER]: source, 'cache-control': 'no-store' };
  return ageSeconds === undefined ? headers : { ...headers, age: String(Math.max(0, Math.floor(ageSeconds))) };
};

type Seconds = Pick<CacheConfig, 'browserSeconds' | 'cdnSeconds'>;

/** Headers of an answer that everybody may see. */
export const publicHeaders = ({ browserSeconds, cdnSeconds }: Seconds): Headers =>
  browserSeconds === 0 && cdnSeconds === 0
    ? { 'cache-control': 'no-store' }
    : {
        'cache-control': `public, max-age=${browserSeconds}, s-maxage=${cdnSeconds}`,
        'cdn-cache-control': `public, max-age=${cdnSeconds}`,
      };

/** Headers of an answer to a GET that depends on who asks. */
export const privateHeaders = ({ browserSeconds }: Pick<Seconds, 'browserSeconds'>): Headers =>
  browserSeconds === 0
    ? { 'cache-control': 'no-store' }
    : { 'cache-control': `private, max-age=${browserSeconds}`, vary: 'authorization, x-api-key' };
