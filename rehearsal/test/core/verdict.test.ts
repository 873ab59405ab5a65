import { hasPassed, renderVerdict } from '../../verdict';
import type { Finding } from '../../verdict';

const passed: Finding = { stack: 'dev-network', step: 'deploy', resources: 12, seconds: 41.6 };
const failed: Finding = { stack: 'all', step: 'cloud empty', resources: 1, seconds: 0, fault: 'left: VPC vpc-1' };

describe('the verdict', () => {
  test('[L3] of nothing is a failure, in word and in result', () => {
    expect(hasPassed([])).toBe(false);
    expect(renderVerdict('Rehearsal of dev', []).split('\n').at(-1)).toBe(
      'Rehearsal of dev: FAILED, nothing was checked',
    );
  });

  test('[L3] is passed only when every check passed', () => {
    expect(hasPassed([passed])).toBe(true);
    expect(hasPassed([passed, failed, passed])).toBe(false);
    expect(hasPassed([{ ...passed, fault: '' }])).toBe(false);
  });

  test('[L3] is a table with a row a check, and one line at its end', () => {
    expect(renderVerdict('Rehearsal of dev', [passed, failed])).toBe(
      [
        'stack        step         resources  seconds  verdict',
        '-----------  -----------  ---------  -------  -----------------------',
        'dev-network  deploy              12       42  passed',
        'all          cloud empty          1        0  FAILED: left: VPC vpc-1',
        '',
        'Rehearsal of dev: FAILED, 1 of 2 checks',
      ].join('\n'),
    );
    expect(renderVerdict('Rehearsal of dev', [passed]).split('\n').at(-1)).toBe('Rehearsal of dev: passed, 1 checks');
  });
});
