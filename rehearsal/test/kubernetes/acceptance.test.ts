import { Acceptance } from '../../kubernetes/acceptance';

describe('connection strings that pods ask for', () => {
  test('[L3] are taken once each, however many ask, and all wait until that is done', async () => {
    const taken: string[] = [];
    let finish = (): void => undefined;
    const acceptance = new Acceptance((url) => {
      taken.push(url);
      return new Promise((done) => (finish = done));
    });
    let waiting = 2;
    const asked = [1, 2].map(() => acceptance.of('redis://a').then(() => (waiting -= 1)));
    await Promise.resolve();
    expect(taken).toEqual(['redis://a']);
    expect(waiting).toBe(2);
    finish();
    await Promise.all(asked);
    await acceptance.of('redis://a');
    expect(taken).toEqual(['redis://a']);
  });

  test('[L3] are taken one after the other', async () => {
    let under = 0;
    let most = 0;
    const acceptance = new Acceptance(async () => {
      most = Math.max(most, (under += 1));
      await new Promise((wake) => setImmediate(wake));
      under -= 1;
    });
    await Promise.all(['a', 'b', 'c'].map((url) => acceptance.of(url)));
    expect(most).toBe(1);
  });

  test('[L3] that could not be taken are tried again, and hold no other back', async () => {
    let tries = 0;
    const acceptance = new Acceptance((url) => {
      if (url === 'bad' && (tries += 1) === 1) return Promise.reject(new Error('address in use'));
      return Promise.resolve();
    });
    const [bad, good] = [acceptance.of('bad'), acceptance.of('good')];
    await expect(bad).rejects.toThrow('address in use');
    await expect(good).resolves.toBeUndefined();
    await expect(acceptance.of('bad')).resolves.toBeUndefined();
    expect(tries).toBe(2);
  });
});
