import fc from 'fast-check';
import { checkBackupDays, checkBackupWindow, parseWindow } from '../../../constructs/data/schedule';

const clock = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}Z`;

describe('windows', () => {
  test('[D1] have the length that was meant, past midnight too', () => {
    const minute = fc.integer({ min: 0, max: 1439 });
    fc.assert(
      fc.property(minute, fc.integer({ min: 1, max: 1439 }), (from, length) => {
        const to = (from + length) % 1440;
        expect(parseWindow('it', `${clock(from)}-${clock(to)}`)).toEqual({
          start: clock(from),
          end: clock(to),
          minutes: length,
        });
      }),
    );
  });

  test.each(['18:00-19:00', '18:00Z', '24:00Z-01:00Z', '18:60Z-19:00Z', ''])('refuses %p', (window) => {
    expect(() => parseWindow('it', window)).toThrow(/is not a window in UTC; write it as 18:00Z-19:00Z/);
  });

  test('refuses one without length', () => {
    expect(() => parseWindow('it', '18:00Z-18:00Z')).toThrow(/has no length; let it end at least an hour later/);
  });

  test.each(['18:00Z-20:00Z', '18:30Z-19:30Z'])('refuses %s as a backup hour', (window) => {
    expect(() => {
      checkBackupWindow('it', window);
    }).toThrow(/must be one hour from a full hour/);
    expect(() => {
      checkBackupWindow('it', '23:00Z-00:00Z');
    }).not.toThrow();
  });

  test('refuses too few backup days, and a day named twice', () => {
    expect(() => {
      checkBackupDays('it', ['Monday'], 2);
    }).toThrow(/\(Monday\) has 1 and 2 is the least; add a day/);
    expect(() => {
      checkBackupDays('it', ['Monday', 'Monday'], 2);
    }).toThrow(/names a day twice; remove one/);
  });
});
