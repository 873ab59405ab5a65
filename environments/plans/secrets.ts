/** The gateway's secrets: how they get into pods, and which values people have put into KMS. */

/** How secrets get from KMS into pods. Changing it is a rollout. */
export type SecretStorePlan =
  /** By the cluster's own component (`csi-secrets-store-provider-alibabacloud`), with the role of the gateway's service account. */
  | { readonly kind: 'csi' }
  /** By External Secrets Operator, which somebody else runs, from a ClusterSecretStore that may read this environment's secrets. */
  | { readonly kind: 'external-secrets'; readonly clusterSecretStore: string };

/** The gateway's secrets. Connection strings are made by the data stack; what is here is put into KMS by a person. */
export interface SecretPlan {
  readonly store: SecretStorePlan;
  /**
   * Number of the value in use of each, from 1. After a new value was put into KMS, raising the number is what makes the
   * pods read it: docs/workload.md, "Rotating a secret".
   */
  readonly revisions: {
    /** The key that may do everything: KMS secret `<environment>-admin-api-key`. */
    readonly adminKey: number;
    /** Keys of Model Studio, separated by commas: KMS secret `<environment>-dashscope-api-key`. */
    readonly upstreamKeys: number;
    /** Keys for the second region: KMS secret `<environment>-dashscope-fallback-api-key`. @default none: there is no second region */
    readonly fallbackUpstreamKeys?: number;
  };
}
