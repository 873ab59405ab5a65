import { describeLoad, faultsWithoutRetry, faultsWithRetry, Tally } from '../../../drills/kubernetes/load/tally';
import type { RequestRecord } from '../../../drills/kubernetes/load/tally';

const reportOf = (...records: readonly Partial<RequestRecord>[]) => {
  const tally = new Tally();
  for (const record of records) tally.add({ at: 0, ms: 10, tries: 1, ...record });
  return tally.report();
};

describe('the report of a load', () => {
  test('[L3] counts requests, those that failed, and those whose first try did', () => {
    const report = reportOf(
      {},
      { tries: 2, firstFault: 'ECONNRESET' },
      { tries: 9, firstFault: 'EHOSTUNREACH', fault: 'EHOSTUNREACH' },
    );
    expect(report).toMatchObject({ requests: 3, failed: 1, firstTriesFailed: 2 });
    expect(report.faults).toEqual({ ECONNRESET: 1, EHOSTUNREACH: 1 });
  });

  test('[L3] says for how long first tries failed: from the first to the last of them', () => {
    const failing = { firstFault: 'ECONNRESET', tries: 2 };
    expect(reportOf({ at: 0 }, { at: 5_000, ...failing }, { at: 17_500, ...failing }, { at: 60_000 })).toMatchObject({
      failingSeconds: 12.5,
      seconds: 60.01,
    });
    expect(reportOf({ at: 1_000, ...failing }).failingSeconds).toBe(0);
  });

  test('[L3] has the median, the slowest of a hundred and the slowest of all', () => {
    const report = reportOf(...Array.from({ length: 200 }, (_, at) => ({ ms: at + 1 })));
    expect(report).toMatchObject({ median: 100, p99: 198, longest: 200 });
  });

  test('[L3] of no request is all zeros', () => {
    expect(reportOf()).toMatchObject({ requests: 0, seconds: 0, median: 0, p99: 0, longest: 0, failingSeconds: 0 });
  });

  test('[L3] of more requests than an argument list holds is made all the same', () => {
    const tally = new Tally();
    for (let at = 0; at < 200_000; at += 1) tally.add({ at, ms: 1, tries: 1, firstFault: 'x' });
    expect(tally.report()).toMatchObject({ requests: 200_000, failingSeconds: 199.999, seconds: 200 });
  });

  test('[L3] is a line with the reasons, and with what was held back', () => {
    const tally = new Tally();
    tally.add({ at: 0, ms: 1_000, tries: 2, firstFault: 'ECONNRESET' });
    tally.holdBack();
    expect(describeLoad(tally.report())).toBe(
      '1 requests at 1/s, 1 first tries failed within 0.0 s, 0 failed, median 1000 ms, 99 % 1000 ms, longest 1000 ms, 1 held back, 1 times ECONNRESET',
    );
  });
});

describe('the verdict on a load', () => {
  const healed = { tries: 2, firstFault: 'ECONNRESET' };
  const failed = { tries: 1, firstFault: 'status 503', fault: 'status 503' };

  test('[L3] without retries: none may fail, not even at its first try', () => {
    expect(faultsWithoutRetry(reportOf({}))).toEqual([]);
    expect(faultsWithoutRetry(reportOf({}, healed))).toEqual(['1 requests failed: 1 times ECONNRESET']);
    expect(faultsWithoutRetry(reportOf({}, failed))).toEqual(['1 requests failed: 1 times status 503']);
    expect(faultsWithoutRetry(reportOf({ fault: 'cut off' }))).toEqual(['1 requests failed: 1 times cut off']);
  });

  test('[L3] with retries: first tries may fail, and no request', () => {
    expect(faultsWithRetry(reportOf({}, healed))).toEqual([]);
    expect(faultsWithRetry(reportOf(healed, failed))).toEqual([
      '1 requests failed in spite of retries: 1 times ECONNRESET, 1 times status 503',
    ]);
  });

  test('[L3] of a load that sent nothing is a failure, either way', () => {
    expect(faultsWithoutRetry(reportOf())).toEqual(['no request was sent']);
    expect(faultsWithRetry(reportOf())).toEqual(['no request was sent']);
  });
});
