/** Who must be told of what, and what a message to somebody else, or without a page, is. */
import { RECEIVER_NAMES, type ReceiverName } from '../../../../constructs/monitoring/routing';
import { faultsOfMessages, notYetTold, whoMustBeTold } from '../../../drills/monitoring/arrivals';
import type { Message } from '../../../drills/monitoring/receivers';

const ALL: ReadonlySet<ReceiverName> = new Set(RECEIVER_NAMES);
const CHAT_ONLY: ReadonlySet<ReceiverName> = new Set<ReceiverName>(['default', 'critical-alerts', 'warning-alerts']);

const message = (change: Partial<Message> = {}): Message => ({
  receiver: 'critical-alerts',
  way: 'chat',
  status: 'firing',
  alert: 'BudgetExceeded',
  severity: 'critical',
  runbooks: ['https://runbooks.example/BudgetExceeded.md'],
  atMs: 1,
  ...change,
});
const spent = { alert: 'BudgetExceeded', severity: 'critical' } as const;
const faultsOf = (...messages: readonly Message[]): readonly string[] => [
  ...faultsOfMessages(messages, ALL, (url) => url.endsWith('/BudgetExceeded.md')),
];

describe('Messages of a drill', () => {
  test('[M5] are for everybody whom severity and component name, and whom the environment reaches', () => {
    expect(whoMustBeTold(spent, ALL)).toEqual(['business-team', 'webhook', 'critical-alerts']);
    expect(whoMustBeTold(spent, CHAT_ONLY)).toEqual(['critical-alerts']);
    expect(whoMustBeTold({ alert: 'Watchdog', severity: 'info' }, ALL)).toEqual(['heartbeat']);
  });

  test('[M5] are missing until each of them has one', () => {
    expect(notYetTold([message()], spent, ALL)).toEqual(['business-team', 'webhook']);
    expect(notYetTold([message({ severity: 'warning' })], spent, CHAT_ONLY)).toEqual(['critical-alerts']);
    expect(notYetTold([message()], spent, CHAT_ONLY)).toEqual([]);
  });

  test('[M5] are faulty when they go to somebody else, are put together otherwise, or name a page that is not there', () => {
    expect(faultsOf(message())).toEqual([]);
    expect(faultsOf(message({ receiver: 'ops-team' }))).toEqual([expect.stringMatching(/only business-team, webhook/)]);
    expect(faultsOf(message({ alert: 'BudgetSpent' }))).toEqual([expect.stringMatching(/no such alert/)]);
    expect(faultsOf(message({ severity: 'warning' }))).toEqual([expect.stringMatching(/no such alert/)]);
    expect(faultsOf(message({ groupedBy: ['alertname'] }))).toEqual([expect.stringMatching(/grouped by alertname/)]);
    expect(faultsOf(message({ groupedBy: ['alertname', 'component', 'severity'] }))).toEqual([]);
    expect(faultsOf(message({ runbooks: ['https://runbooks.example/Nothing.md'] }))).toEqual([
      expect.stringMatching(/no page at https:\/\/runbooks\.example\/Nothing\.md/),
    ]);
  });
});
