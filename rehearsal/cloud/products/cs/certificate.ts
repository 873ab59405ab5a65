/**
 * X.509 certificates on elliptic curves, made at once: a kubeconfig needs them, and what answers a request may not
 * wait. They are true in form and signature; what they open exists only in the rehearsal.
 * Source: RFC 5280, section 4.1 (the fields), and X.690 (how they are written).
 */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** Tags of X.690 that certificates use. */
const TAG = {
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  objectId: 0x06,
  utf8: 0x0c,
  time: 0x18,
  sequence: 0x30,
  set: 0x31,
  version: 0xa0,
  extensions: 0xa3,
} as const;

/** Object ids, encoded: ecdsa-with-SHA256, organization, common name, basic constraints. */
const OBJECT_ID = {
  signature: '2a8648ce3d040302',
  organization: '55040a',
  commonName: '550403',
  basicConstraints: '551d13',
} as const;

function der(tag: keyof typeof TAG, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  if (content.length < 0x80) return Buffer.concat([Buffer.from([TAG[tag], content.length]), content]);
  const digits = content.length.toString(16);
  const length = Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.from([TAG[tag], 0x80 | length.length]), length, content]);
}

const objectId = (name: keyof typeof OBJECT_ID): Buffer => der('objectId', Buffer.from(OBJECT_ID[name], 'hex'));

const nameOf = ({ organization, commonName }: Subject): Buffer =>
  der(
    'sequence',
    der('set', der('sequence', objectId('organization'), der('utf8', Buffer.from(organization)))),
    der('set', der('sequence', objectId('commonName'), der('utf8', Buffer.from(commonName)))),
  );

const timeOf = (ms: number): Buffer =>
  der('time', Buffer.from(`${new Date(ms).toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`));

const pem = (label: string, content: Buffer): string =>
  `-----BEGIN ${label}-----\n${content.toString('base64').replace(/.{1,64}/g, '$&\n')}-----END ${label}-----\n`;

export interface Subject {
  /** For Kubernetes, the group. */
  readonly organization: string;
  /** For Kubernetes, the user. */
  readonly commonName: string;
}

export interface Validity {
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly until: number;
}

export interface Identity {
  readonly subject: Subject;
  /** PEM. */
  readonly certificate: string;
  readonly privateKey: KeyObject;
}

/** @param issuer who signs it; absent for an authority of its own */
export function issue(subject: Subject, validity: Validity, issuer?: Identity): Identity {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = der('sequence', objectId('signature'));
  // A first bit of 1 would make the serial number negative.
  const serial = Buffer.concat([Buffer.from([0x01]), randomBytes(15)]);
  const isAuthority = der('octets', der('sequence', Buffer.from([0x01, 0x01, 0xff])));
  const content = der(
    'sequence',
    der('version', der('integer', Buffer.from([2]))),
    der('integer', serial),
    algorithm,
    nameOf(issuer?.subject ?? subject),
    der('sequence', timeOf(validity.from), timeOf(validity.until)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    ...(issuer === undefined
      ? [der('extensions', der('sequence', der('sequence', objectId('basicConstraints'), isAuthority)))]
      : []),
  );
  const signature = sign('sha256', content, issuer?.privateKey ?? privateKey);
  const certificate = der('sequence', content, algorithm, der('bits', Buffer.from([0]), signature));
  return { subject, certificate: pem('CERTIFICATE', certificate), privateKey };
}
