/** One account of the double's cloud: what exists in it, its clock, its limits, and how long things take there. */
import { randomBytes } from 'node:crypto';
import { Store } from './store';
import { Faults } from './faults';

/** Most of a kind that an account may have; the real defaults, from the quota pages of each product. */
export const QUOTAS = {
  vpcs: 10,
  vswitchesPerVpc: 150,
  natGatewaysPerVpc: 5,
  eips: 20,
  securityGroups: 100,
  securityGroupRules: 200,
  databaseInstances: 30,
  redisInstances: 30,
  clusters: 50,
  nodePoolsPerCluster: 20,
  logProjects: 50,
  logStoresPerProject: 200,
  kmsSecrets: 500,
  roles: 1000,
  policies: 1500,
  buckets: 100,
  tablestoreInstances: 10,
} as const;

export interface CloudOptions {
  /** Sixteen digits. @default '1234567890123456' */
  readonly accountId?: string;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
  /** How long a thing stays in its `Creating` or `Deleting` state, in ms. @default 1000 */
  readonly provisioningMs?: number;
  /** Smaller limits, to reach them in a test. @default {@link QUOTAS} */
  readonly quotas?: Partial<Record<keyof typeof QUOTAS, number>>;
  /**
   * What every cluster hands out to whoever asks for a way in: the kubeconfig of a Kubernetes that runs, with its
   * authority, certificate and key inline, as ACK writes it.
   * @default one that is true in form and leads nowhere
   */
  readonly kubeconfig?: string;
}

export class Cloud {
  readonly store = new Store();
  readonly faults = new Faults();
  readonly accountId: string;
  readonly now: () => number;
  readonly quotas: Record<keyof typeof QUOTAS, number>;
  readonly kubeconfig: string | undefined;
  readonly #provisioningMs: number;

  constructor(options: CloudOptions = {}) {
    this.accountId = options.accountId ?? '1234567890123456';
    this.now = options.now ?? Date.now;
    this.#provisioningMs = options.provisioningMs ?? 1000;
    this.quotas = { ...QUOTAS, ...options.quotas };
    this.kubeconfig = options.kubeconfig;
  }

  /** An id as the cloud gives them: `vsw-bp1` and sixteen hex digits. */
  newId(prefix: string): string {
    return `${prefix}${randomBytes(8).toString('hex')}`;
  }

  /** When something of this noun that is made (or changed) now will be ready. */
  readyAt(noun: string): number {
    return this.faults.isStuck(noun) ? Number.POSITIVE_INFINITY : this.now() + this.#provisioningMs;
  }

  /** Whether it has left its transitional state. One that was stuck is ready once the fault is lifted. */
  isReady(noun: string, record: { readyAt: number }): boolean {
    if (record.readyAt === Number.POSITIVE_INFINITY && !this.faults.isStuck(noun)) record.readyAt = this.now();
    return record.readyAt <= this.now();
  }

  /** An instant as the APIs write it: `2026-01-02T03:04:05Z`. */
  timestamp(ms = this.now()): string {
    return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
  }
}
