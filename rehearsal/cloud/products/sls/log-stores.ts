/** Log stores of a project, and the index by which what is in one can be searched. */
import type { EncryptConf } from '@alicloud/sls20201230/dist/models/EncryptConf';
import type { Index } from '@alicloud/sls20201230/dist/models/Index';
import type { Fields } from '../../model';
import { Kind } from '../../store';
import type { Entity } from '../../store';

/** What of a store can be changed. Retentions are in days. */
export interface LogStoreSettings {
  retention: number;
  hotRetention: number | undefined;
  infrequentRetention: number | undefined;
  autoSplit: boolean;
  mostShards: number;
  appendMeta: boolean;
  webTracking: boolean;
  encryption: Fields<EncryptConf> | undefined;
  mode: string;
}

export interface LogStore extends Entity, LogStoreSettings {
  /** {@link storeId}. */
  readonly id: string;
  readonly project: string;
  readonly name: string;
  readonly shards: number;
  readonly telemetryType: string;
  readonly createdAt: number;
  meteringMode: string;
  updatedAt: number;
}

export interface LogIndex extends Entity {
  /** {@link storeId} of its store. */
  readonly id: string;
  readonly project: string;
  index: Fields<Index>;
  updatedAt: number;
}

/** As Terraform writes it, too. */
export const storeId = (project: string, name: string): string => `${project}:${name}`;

export const logStores = new Kind<LogStore>({
  noun: 'log store',
  terraform: { type: 'alicloud_log_store' },
  removal: ({ project, name }) => `aliyun sls DeleteLogStore --project ${project} --logstore ${name}`,
});

export const logIndexes = new Kind<LogIndex>({
  noun: 'log store index',
  terraform: { type: 'alicloud_log_store_index' },
  removal: ({ project, id }) =>
    `aliyun sls DeleteIndex --project ${project} --logstore ${id.slice(project.length + 1)}`,
});
