/** Planted faults: who may enter. */
import { at } from '../altered';
import { refuses } from './planted';

refuses('who may enter', [
  [
    'N6',
    'an issuer without TLS',
    (e) => {
      e.ci.issuer = 'http://token.example.com';
    },
    /ci\.issuer \(http:\/\/token\.example\.com\) must be an https/,
  ],
  [
    'N6',
    'a token for no audience',
    (e) => {
      e.ci.audience = '';
    },
    /ci\.audience \(empty\).*use sts\.aliyuncs\.com/,
  ],
  [
    'N6',
    'a CI that nobody may use',
    (e) => {
      e.ci.subjects = [];
    },
    /ci\.subjects \(none\) lets nobody deploy/,
  ],
  [
    'N6',
    'a wildcard subject',
    (e) => {
      e.ci.subjects = ['repo:acme/*'];
    },
    /ci\.subjects\[0\] \(repo:acme\/\*\).*a wildcard would let other/,
  ],
  [
    'N6',
    'no fingerprint',
    (e) => {
      e.ci.fingerprints = [];
    },
    /ci\.fingerprints \(none\) must be 1 to 5/,
  ],
  [
    'N6',
    'six fingerprints',
    (e) => {
      e.ci.fingerprints = Array<string>(6).fill('a'.repeat(40));
    },
    /ci\.fingerprints .*must be 1 to 5/,
  ],
  [
    'N6',
    'a fingerprint with colons',
    (e) => {
      e.ci.fingerprints = ['69:38:FD'];
    },
    /ci\.fingerprints\[0\] \(69:38:FD\).*without colons/,
  ],
  [
    'C4',
    'a cluster that nobody administers',
    (e) => {
      at(e.cluster.access, 0).role = 'dev';
    },
    /cluster\.access \(dev 3.*\) has no admin of the whole cluster/,
  ],
  [
    'C4',
    'an admin of one namespace only',
    (e) => {
      at(e.cluster.access, 0).namespace = 'gateway';
    },
    /cluster\.access \(.*\) has no admin of the whole cluster/,
  ],
  [
    'C4',
    'a name where an id belongs',
    (e) => {
      at(e.cluster.access, 1).id = 'deployer';
    },
    /cluster\.access\[1\]\.id \(deployer\).*not its name/,
  ],
  [
    'C4',
    'two roles for one identity',
    (e) => {
      at(e.cluster.access, 1).id = at(e.cluster.access, 0).id;
    },
    /cluster\.access .*more than once; the cluster keeps one role each/,
  ],
]);
