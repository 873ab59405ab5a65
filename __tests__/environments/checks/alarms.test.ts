/** Planted faults: alarms and logs. */
import { dev } from '../../../environments/dev';
import { at } from '../altered';
import { refuses } from './planted';

refuses('alarms and logs', [
  [
    'M7',
    'an alarm that tells nobody',
    (e) => {
      e.alarms.contacts = [];
    },
    /alarms\.contacts \(none\) must be one or more/,
  ],
  [
    'M7',
    'a mail address that is none',
    (e) => {
      at(e.alarms.contacts, 0).email = 'platform';
    },
    /alarms\.contacts\[0\]\.email \(platform\) must be a mail address/,
  ],
  [
    'M7',
    'a contact of one letter',
    (e) => {
      at(e.alarms.contacts, 0).name = 'x';
    },
    /alarms\.contacts\[0\]\.name \(x\) must be 2–27/,
  ],
  [
    'M7',
    'a contact twice',
    (e) => {
      at(e.alarms.contacts, 1).name = 'platform-team';
    },
    /alarms\.contacts .*names platform-team more than once/,
  ],
  [
    'M7',
    'an hour that is none',
    (e) => {
      e.alarms.warningHours = { from: '08:00', to: '24:00' };
    },
    /warningHours\.to \(24:00\) must be a time of day, HH:MM/,
  ],
  [
    'M7',
    'hours past midnight',
    (e) => {
      e.alarms.warningHours = { from: '20:00', to: '08:00' };
    },
    /alarms\.warningHours\.to \(08:00\) must be after alarms\.warningHours\.from \(20:00\)/,
  ],
  [
    'C1',
    'logs kept a quarter in production',
    (e) => {
      e.logs.retentionDays = 90;
    },
    /logs\.retentionDays \(90\).*from 180 to 3650; an audit trail of tier production/,
  ],
  [
    'C1',
    'logs kept a month in development',
    (e) => {
      e.logs.retentionDays = 30;
    },
    /logs\.retentionDays \(30\).*from 90 to 3650/,
    dev,
  ],

  [
    'M7',
    'a first minute that is none',
    (e) => {
      e.alarms.warningHours = { from: '08:60', to: '22:00' };
    },
    /alarms\.warningHours\.from \(08:60\) must be a time of day, HH:MM/,
  ],
  [
    'M7',
    'hours without length',
    (e) => {
      e.alarms.warningHours = { from: '08:00', to: '08:00' };
    },
    /alarms\.warningHours\.to \(08:00\) must be after/,
  ],
]);
