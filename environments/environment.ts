/**
 * What an environment is: plain, documented data. One value of {@link Environment} holds everything that differs
 * between two deployments of the same stacks; whatever is the same everywhere lives in the constructs.
 *
 * Rules hang on the documented fields (`tier`, `protection`, …) and never on `name`: code that compares a name breaks
 * for whoever calls their production `live`. The checks are in `checks/`, and `index.ts` applies all of them.
 *
 * "Replaces" in a comment below means that Terraform destroys the thing and makes another one.
 */
import type { AlarmPlan } from './plans/alarms';
import type { AlertPlan } from './plans/alerts';
import type { ClusterPlan } from './plans/cluster';
import type { DatabasePlan, RedisPlan } from './plans/data';
import type { MonitoringPlan } from './plans/monitoring';
import type { IngressPlan } from './plans/ingress';
import type { NetworkPlan } from './plans/network';
import type { PlatformPlan } from './plans/platform';
import type { SecretPlan } from './plans/secrets';
import type { WorkloadPlan } from './plans/workload';
import type { SizeProfile } from './size-profiles';

/**
 * How much depends on an environment.
 * - `development`: may be lost and made anew; one zone and a public API server are allowed.
 * - `production-like`: the place where production's changes are tried: built as production, only smaller.
 * - `production`: serves users: three zones, highly available data, private API server, protection, paging, flow logs.
 */
export type Tier = 'development' | 'production-like' | 'production';

/** The Alibaba Cloud account that an environment lives in; one account an environment keeps faults apart. */
export interface CloudAccount {
  /** The account's alias, for people and for reports; the cloud does not read it. */
  readonly alias: string;
  /** The sixteen-digit account id. Changing it points every state at an account where nothing of it exists. */
  readonly id: string;
  /** `Domestic` for aliyun.com, `International` for alibabacloud.com. Wrong or absent, each plan waits half a minute on a billing call. */
  readonly type: 'Domestic' | 'International';
}

/** The values of the tags that every taggable resource carries; the fourth, `environment`, is the environment's name. */
export interface TagValues {
  /** The team that answers for it: tag `owner`. */
  readonly owner: string;
  /** What it is part of: tag `service`. */
  readonly service: string;
  /** Who pays: tag `cost-center`. */
  readonly costCenter: string;
}

/** Where Terraform keeps what it knows: an OSS bucket, locked by a Tablestore table; `bootstrap` makes both. */
export interface StateBackend {
  /** The bucket: 3–63 lower-case letters, digits and hyphens, unique in all of OSS. Changing it needs `terraform init -migrate-state`, or everything is created a second time. */
  readonly bucket: string;
  /** The Tablestore instance: 3–16 letters, digits and hyphens, first a letter. */
  readonly lockInstance: string;
  /** The Tablestore table: letters, digits and underscores, at most 255. */
  readonly lockTable: string;
  /** The folder inside the bucket, without a slash at either end. @default the environment's name */
  readonly prefix?: string;
}

/** The keys that encrypt what the environment stores. */
export interface KmsPlan {
  /**
   * The KMS instance (`kst-…`), bought beforehand, that holds the keys. Changing it replaces the keys: what the old ones encrypted is lost after the window below.
   * @default none: the key is the region's one default key, so only one environment may live in that account and region
   */
  readonly instanceId?: string;
  /** Days between the order to delete a key and its end, 7–366: the time in which a mistake can be taken back. */
  readonly deletionWindowDays: number;
}

/** The container registry (ACR Enterprise Edition), bought beforehand. */
export interface RegistryPlan {
  /** The instance: `cri-` and letters and digits. */
  readonly instanceId: string;
  /** The namespace made in it: 2–120 lower-case letters, digits, hyphens and underscores. Changing it replaces the namespace and every image in it. */
  readonly namespace: string;
}

/** The identity by which CI enters the account, without a long-lived key: an OIDC provider that RAM trusts. */
export interface CiIdentity {
  /** Issuer of the tokens, an `https://` address. For GitHub Actions: `https://token.actions.githubusercontent.com`. */
  readonly issuer: string;
  /** The audience that tokens must name. */
  readonly audience: string;
  /** The exact subjects let in, such as `repo:acme/gateway:environment:prod`; a wildcard is refused. */
  readonly subjects: readonly string[];
  /** SHA-1 fingerprints (40 hex digits) of the issuer's certificate authorities, 1–5. */
  readonly fingerprints: readonly string[];
}

/** What refuses to be destroyed. */
export interface Protection {
  /** Everything that holds data (database, cache, keys, buckets, logs): `prevent_destroy` in Terraform and deletion protection in the cloud. */
  readonly data: boolean;
  /** Deletion protection of the cluster and of the network under it, in the cloud. */
  readonly cluster: boolean;
}

/** Logs of the cluster, the network and the audit trail, in Log Service. */
export interface LogPlan {
  /** Days that every log is kept, 90–3650 (180 or more in production). Lowering it deletes what is older. */
  readonly retentionDays: number;
}

/** One deployment of all stacks. */
export interface Environment {
  /** Slug of at most twelve characters; first part of every stack's name and of most resources'. Changing it replaces everything, data included. */
  readonly name: string;
  /** How much depends on it; decides which of the rules below hold. */
  readonly tier: Tier;
  /** Where it is billed and built. */
  readonly account: CloudAccount;
  /** The region, such as `cn-hangzhou`. Changing it replaces everything, data included. */
  readonly region: string;
  /** Values of the tags. Changing one updates every resource in place. */
  readonly tags: TagValues;
  /** Terraform's state. */
  readonly state: StateBackend;
  /** Addresses, zones and the way out. */
  readonly network: NetworkPlan;
  /** Encryption keys. */
  readonly kms: KmsPlan;
  /** Container images. */
  readonly registry: RegistryPlan;
  /** Who may deploy. */
  readonly ci: CiIdentity;
  /** What refuses to be destroyed. */
  readonly protection: Protection;
  /** What "small", "medium" and "large" mean for pods, nodes, database and cache: one of `SIZE_PROFILES`, or a copy with changes. */
  readonly profile: SizeProfile;
  /** How the gateway's pods run, beyond their size. */
  readonly workload: WorkloadPlan;
  /** How clients reach it. */
  readonly ingress: IngressPlan;
  /** Its secrets, by reference. */
  readonly secrets: SecretPlan;
  /** RDS MySQL. */
  readonly database: DatabasePlan;
  /** Redis. */
  readonly redis: RedisPlan;
  /** ACK. */
  readonly cluster: ClusterPlan;
  /** How long logs live. */
  readonly logs: LogPlan;
  /** Who is told of the managed resources. */
  readonly alarms: AlarmPlan;
  /** What Prometheus watches, and who is told. */
  readonly monitoring: MonitoringPlan;
  /** What the cluster offers to everything that runs in it. */
  readonly platform: PlatformPlan;
  /** When alerts on the gateway ring, where that differs from their own numbers. @default nowhere */
  readonly alerts?: AlertPlan;
}
