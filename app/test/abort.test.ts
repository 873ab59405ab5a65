import { Abort } from '../src/abort';
import type { AbortState } from '../src/abort';

describe('what stops a request', () => {
  test('[G12] tells those who listen once and in order, and those who left not at all', () => {
    const abort = new Abort();
    const told: string[] = [];
    const left = (): void => void told.push('left');
    abort.addEventListener('abort', () => void told.push('first'));
    abort.addEventListener('abort', left);
    abort.addEventListener('abort', () => void told.push('second'));
    abort.removeEventListener('abort', left);
    abort.abort(new Error('gone'));
    abort.abort(new Error('again'));
    expect(told).toEqual(['first', 'second']);
  });

  test('[G12] keeps its first reason, and fails with it whoever asks', () => {
    const abort = new Abort();
    expect(() => {
      abort.throwIfAborted();
    }).not.toThrow();
    expect([abort.aborted, abort.reason]).toEqual([false, undefined]);
    const reason = new Error('gone');
    abort.abort(reason);
    abort.abort(new Error('again'));
    expect(abort.reason).toBe(reason);
    expect(() => {
      abort.throwIfAborted();
    }).toThrow(reason);
  });

  test('[G12] says nothing to who listens too late, like an AbortSignal', () => {
    const told: string[] = [];
    for (const late of [new Abort(), new AbortController()]) {
      late.abort(new Error('gone'));
      const signal: AbortState = late instanceof Abort ? late : late.signal;
      signal.addEventListener('abort', () => void told.push('late'), { once: true });
    }
    expect(told).toEqual([]);
  });

  test('[G12] tells nobody whom the one before has taken off the list, and passes over nobody else', () => {
    const abort = new Abort();
    const told: string[] = [];
    const second = (): void => void told.push('second');
    abort.addEventListener('abort', () => {
      told.push('first');
      abort.removeEventListener('abort', second);
    });
    abort.addEventListener('abort', second);
    abort.addEventListener('abort', () => void told.push('third'));
    abort.abort(new Error('gone'));
    expect(told).toEqual(['first', 'third']);
  });
});
