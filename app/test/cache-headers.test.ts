import { answerHeaders, privateHeaders, publicHeaders } from '../src/cache/cache-headers';

const seconds = { browserSeconds: 300, cdnSeconds: 1_800 };

describe('headers for caches on the way', () => {
  test.each(['hit-l1', 'hit-l2', 'hit-l3', 'miss', 'bypass', 'stale'] as const)(
    '[G6] say %s of an answer by a model, and that nobody else may keep it',
    (source) => {
      expect(answerHeaders(source, undefined)).toEqual({ 'x-cache': source, 'cache-control': 'no-store' });
    },
  );

  test('[G6] say how old a kept answer is, in whole seconds and never below 0', () => {
    expect(answerHeaders('hit-l2', 61.9)).toMatchObject({ age: '61' });
    expect(answerHeaders('hit-l1', -0.4)).toMatchObject({ age: '0' });
  });

  test('[G6] let browsers keep what is public for five minutes, and networks for thirty', () => {
    expect(publicHeaders(seconds)).toEqual({
      'cache-control': 'public, max-age=300, s-maxage=1800',
      'cdn-cache-control': 'public, max-age=1800',
    });
  });

  test('[G6] let the browser alone keep what depends on the key, and ask again for another', () => {
    expect(privateHeaders(seconds)).toEqual({
      'cache-control': 'private, max-age=300',
      vary: 'authorization, x-api-key',
    });
  });

  test('[G6] let nobody keep anything where the times are 0', () => {
    expect(publicHeaders({ browserSeconds: 0, cdnSeconds: 0 })).toEqual({ 'cache-control': 'no-store' });
    expect(privateHeaders({ browserSeconds: 0 })).toEqual({ 'cache-control': 'no-store' });
  });
});
