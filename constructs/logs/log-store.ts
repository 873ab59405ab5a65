/** A store of a log project and its index: without one, what is in it can be neither searched nor counted. */
import { Construct } from 'constructs';
import type { LogStoreConfig } from '@cdktf/provider-alicloud/lib/log-store';
import { LogStore as LogStoreResource } from '@cdktf/provider-alicloud/lib/log-store';
import { LogStoreIndex } from '@cdktf/provider-alicloud/lib/log-store-index';
import { preventDestroy } from '../policy/protection';

/** What the fields of a log hold. */
export type LogFields = Readonly<Record<string, 'text' | 'long' | 'double'>>;

/** Fields of a flow log's record. Source: VPC documentation, "Overview of flow logs". */
export const FLOW_LOG_FIELDS: LogFields = {
  action: 'text',
  'vswitch-id': 'text',
  'eni-id': 'text',
  direction: 'text',
  srcaddr: 'text',
  dstaddr: 'text',
  srcport: 'long',
  dstport: 'long',
  protocol: 'long',
  packets: 'long',
  bytes: 'long',
};

/** Where words end: the console's own proposal. */
const TOKEN = ', \'";=()[]{}?@&<>/:\n\t\r';
const RETENTION_DAYS = { min: 90, max: 3650 } as const;
/** Shards at the start, and how many a flood may split them into. A shard takes 5 MB/s. */
const SHARDS = { initial: 2, max: 64 } as const;

export interface LogStoreProps {
  /** Name, 2–63 lower-case letters, digits, hyphens and underscores. ForceNew: the logs go with it. */
  readonly name: string;
  readonly projectName: string;
  /** Days it keeps, 90–3650. Lowering it deletes what is older. */
  readonly retentionDays: number;
  /** Fields with an index of their own. @default none: full text only */
  readonly fields?: LogFields;
  /** Refuses deletion in Terraform. @default true */
  readonly protect?: boolean;
  /** The last word on the store's own arguments. @default none */
  readonly overrides?: Partial<LogStoreConfig>;
}

export class LogStore extends Construct {
  /** The resource, for what the props do not offer. */
  readonly store: LogStoreResource;
  readonly index: LogStoreIndex;

  constructor(scope: Construct, id: string, props: LogStoreProps) {
    super(scope, id);
    const { retentionDays, fields = {}, protect = true } = props;
    if (!/^[a-z0-9][a-z0-9_-]{0,61}[a-z0-9]$/.test(props.name)) {
      throw new Error(
        `logStore.name (${props.name}) must be 2 to 63 lower-case letters, digits, hyphens and underscores`,
      );
    }
    if (!Number.isInteger(retentionDays) || retentionDays < RETENTION_DAYS.min || retentionDays > RETENTION_DAYS.max) {
      throw new Error(
        `logStore.retentionDays (${retentionDays}) must be a whole number from ${RETENTION_DAYS.min}, below which an incident ` +
          `cannot be looked into, to ${RETENTION_DAYS.max}, which is for ever`,
      );
    }

    // Logs live here: renaming the store or the id of this construct, or changing shardCount or the encryption's type,
    // replaces it, and every log in it is gone.
    this.store = new LogStoreResource(this, 'store', {
      projectName: props.projectName,
      logstoreName: props.name,
      mode: 'standard',
      retentionPeriod: retentionDays,
      shardCount: SHARDS.initial,
      autoSplit: true,
      maxSplitShardCount: SHARDS.max,
      appendMeta: true,
      enableWebTracking: false,
      encryptConf: { enable: true, encryptType: 'default' },
      lifecycle: preventDestroy(protect),
      ...props.overrides,
    });
    this.index = new LogStoreIndex(this, 'index', {
      project: props.projectName,
      logstore: this.store.logstoreName,
      fullText: { caseSensitive: false, includeChinese: true, token: TOKEN },
      fieldSearch: Object.entries(fields).map(([name, type]) => ({
        name,
        type,
        enableAnalytics: true,
        // Only text has words, and the service gives a number's back empty.
        ...(type === 'text' ? { token: TOKEN, caseSensitive: false, includeChinese: false } : {}),
      })),
    });
  }
}
