/** Where an answer came from, as headers, books and metrics say it. */

/** The gateway's own cache: its level, or an answer past its time that stood in for a failure. */
export const CACHE_HITS = ['hit-l1', 'hit-l2', 'hit-l3', 'stale'] as const;

/** `miss`: the upstream, and the cache had nothing; `bypass`: the upstream, and the cache was not asked. */
export type CacheSource = (typeof CACHE_HITS)[number] | 'miss' | 'bypass';
