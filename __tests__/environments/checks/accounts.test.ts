/** Planted faults: the account and what is bought in it. */
import { refuses } from './planted';

refuses('the account and what is bought in it', [
  [
    'N4',
    'an account id that is no account id',
    (e) => {
      e.account.id = '12345';
    },
    /account\.id \(12345\) must be the sixteen digits/,
  ],
  [
    'N4',
    'an account without an alias',
    (e) => {
      e.account.alias = ' ';
    },
    /account\.alias \( \) must be the alias/,
  ],
  [
    'N4',
    'a bucket name with capitals',
    (e) => {
      e.state.bucket = 'Gateway-State';
    },
    /state\.bucket \(Gateway-State\) must be 3–63 lower-case/,
  ],
  [
    'N4',
    'a bucket name of two letters',
    (e) => {
      e.state.bucket = 'ab';
    },
    /state\.bucket \(ab\) must be 3–63/,
  ],
  [
    'N4',
    'a bucket name that ends in a hyphen',
    (e) => {
      e.state.bucket = 'gateway-';
    },
    /state\.bucket \(gateway-\).*no hyphen at either end/,
  ],
  [
    'N4',
    'a lock instance of seventeen characters',
    (e) => {
      e.state.lockInstance = 'a2345678901234567';
    },
    /state\.lockInstance \(a2345678901234567\) must be 3–16/,
  ],
  [
    'N4',
    'a lock instance that begins with a digit',
    (e) => {
      e.state.lockInstance = '1lock';
    },
    /state\.lockInstance \(1lock\).*first a letter/,
  ],
  [
    'N4',
    'a lock table with a hyphen',
    (e) => {
      e.state.lockTable = 'terraform-lock';
    },
    /state\.lockTable \(terraform-lock\) must be 1–255/,
  ],
  [
    'N4',
    'a state prefix that ends in a slash',
    (e) => {
      e.state.prefix = 'gateway/';
    },
    /state\.prefix \(gateway\/\).*without a slash at either end/,
  ],
  [
    'N5',
    'a registry that is no instance',
    (e) => {
      e.registry.instanceId = 'registry';
    },
    /registry\.instanceId \(registry\).*cri-…; buy one/,
  ],
  [
    'N5',
    'a namespace with capitals',
    (e) => {
      e.registry.namespace = 'Gateway';
    },
    /registry\.namespace \(Gateway\) must be 2–120/,
  ],
  [
    'N7',
    'a KMS instance that is none',
    (e) => {
      e.kms.instanceId = 'key';
    },
    /kms\.instanceId \(key\).*kst-…/,
  ],
  [
    'N7',
    'a key that waits too short',
    (e) => {
      e.kms.deletionWindowDays = 6;
    },
    /kms\.deletionWindowDays \(6\) must be a whole number from 7 to 366/,
  ],
  [
    'N7',
    'a key that waits too long',
    (e) => {
      e.kms.deletionWindowDays = 367;
    },
    /kms\.deletionWindowDays \(367\).*from 7 to 366/,
  ],
]);
