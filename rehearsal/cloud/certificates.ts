/** A private certificate authority that lives as long as the double does, and its certificates by host. */
import { webcrypto } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { SecureContext } from 'node:tls';
// The certificate library finds its parts by decorators, and needs this loaded first.
import 'reflect-metadata';

import * as x509 from '@peculiar/x509';
import { DAY_MS } from './durations';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

x509.cryptoProvider.set(webcrypto);

export class CertificateAuthority {
  readonly #contexts = new Map<string, Promise<SecureContext>>();

  private constructor(
    private readonly keys: webcrypto.CryptoKeyPair,
    private readonly certificate: x509.X509Certificate,
  ) {}

  static async create(now = Date.now()): Promise<CertificateAuthority> {
    const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      name: 'CN=Rehearsal double of the Alibaba Cloud API',
      notBefore: new Date(now - DAY_MS),
      notAfter: new Date(now + DAY_MS),
      keys,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      ],
    });
    return new CertificateAuthority(keys, certificate);
  }

  /** What clients are told to trust, in PEM. */
  get pem(): string {
    return this.certificate.toString('pem');
  }

  /** The TLS context with a certificate for this one host, made at its first use. */
  contextFor(host: string): Promise<SecureContext> {
    let context = this.#contexts.get(host);
    if (context === undefined) {
      context = this.#issue(host);
      this.#contexts.set(host, context);
    }
    return context;
  }

  async #issue(host: string): Promise<SecureContext> {
    const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
    const certificate = await x509.X509CertificateGenerator.create({
      // A subject holds 64 characters at most; clients read the alternative name.
      subject: 'CN=rehearsal',
      issuer: this.certificate.subject,
      notBefore: this.certificate.notBefore,
      notAfter: this.certificate.notAfter,
      publicKey: keys.publicKey,
      signingKey: this.keys.privateKey,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: host }]),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      ],
    });
    const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
    return createSecureContext({
      key: x509.PemConverter.encode(key, 'PRIVATE KEY'),
      cert: certificate.toString('pem'),
    });
  }
}
