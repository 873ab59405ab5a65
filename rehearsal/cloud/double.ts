/** The double of the Alibaba Cloud API, whole: a cloud, its products, and the proxy by which clients reach it. */
import { mkdir, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { dirname, join } from 'node:path';
import { CertificateAuthority } from './certificates';
import { Cloud } from './cloud';
import type { CloudOptions } from './cloud';
import type { Product } from './product';
import { products } from './products';
import { Proxy } from './proxy';
import { Router } from './router';
import { maskSecrets } from './secrets';

export interface DoubleOptions extends CloudOptions {
  /** Where the certificate bundle and snapshots are written. */
  readonly directory: string;
  /** Port on 127.0.0.1. @default a free one */
  readonly port?: number;
  /** What clients reach through the double beside the cloud: see `site.ts`. @default nothing */
  readonly sites?: readonly Product[];
  /** Hosts and ranges that clients reach themselves, as NO_PROXY has them: a Kubernetes that runs. @default none */
  readonly direct?: readonly string[];
}

export class Double {
  private constructor(
    readonly cloud: Cloud,
    readonly router: Router,
    /** What a client needs in its environment to reach the double with its production configuration untouched. */
    readonly environment: Readonly<Record<string, string>>,
    private readonly proxy: Proxy,
    private readonly directory: string,
  ) {}

  static async start(options: DoubleOptions): Promise<Double> {
    const cloud = new Cloud(options);
    const router = new Router(cloud, [...products, ...(options.sites ?? [])]);
    const authority = await CertificateAuthority.create();
    const proxy = new Proxy(router, authority);
    const address = await proxy.listen(options.port);

    await mkdir(options.directory, { recursive: true });
    const bundle = join(options.directory, 'trusted.pem');
    await writeFile(bundle, [authority.pem, ...trustedElsewhere()].join('\n'));
    const direct = (options.direct ?? []).join(',');
    const environment = {
      HTTPS_PROXY: address,
      https_proxy: address,
      HTTP_PROXY: address,
      http_proxy: address,
      NO_PROXY: direct,
      no_proxy: direct,
      SSL_CERT_FILE: bundle,
      // Go adds the directory's certificates to the file's, and the file has them already.
      SSL_CERT_DIR: dirname(bundle),
      ALIBABA_CLOUD_ACCESS_KEY_ID: 'rehearsal',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'rehearsal',
      ALICLOUD_ACCESS_KEY: 'rehearsal',
      ALICLOUD_SECRET_KEY: 'rehearsal',
      // The provider's Tablestore client goes through no proxy.
      OTS_ENDPOINT: address,
      CHECKPOINT_DISABLE: '1',
    };
    return new Double(cloud, router, environment, proxy, options.directory);
  }

  /**
   * The `tablestore_endpoint` by which Terraform's oss backend reaches the lock table of that instance in the double:
   * its Tablestore client goes through no proxy, and reads the instance's name out of the endpoint up to the first dot.
   */
  lockEndpoint(instance: string): string {
    return (this.environment.OTS_ENDPOINT ?? '').replace('//', `//${instance}.lock@`);
  }

  /** Writes everything that exists, and every call so far, to `snapshot.json`, without secrets. @returns its path */
  async snapshot(): Promise<string> {
    const file = join(this.directory, 'snapshot.json');
    const content = { exists: this.cloud.store.snapshot(), calls: this.router.recorder.calls };
    await writeFile(file, JSON.stringify(maskSecrets(content), null, 2));
    return file;
  }

  async stop(): Promise<void> {
    await this.proxy.close();
  }
}

/** What the machine trusts already, so that a registry behind a company's own authority stays in reach. */
function trustedElsewhere(): readonly string[] {
  const file = process.env.SSL_CERT_FILE ?? process.env.NODE_EXTRA_CA_CERTS;
  return file === undefined ? rootCertificates : [readFileSync(file, 'utf8')];
}
