/**
 * The project of Log Service that keeps an environment's logs, and its stores. The cluster makes the stores of its own
 * components in it; whoever else writes names a store here.
 *
 * Source: provider documentation of `alicloud_log_project`, `alicloud_log_store` and `alicloud_log_store_index` (1.285.0).
 */
import { Construct } from 'constructs';
import type { LogProjectConfig } from '@cdktf/provider-alicloud/lib/log-project';
import { LogProject as LogProjectResource } from '@cdktf/provider-alicloud/lib/log-project';
import type { LogStoreConfig } from '@cdktf/provider-alicloud/lib/log-store';
import { preventDestroy } from '../policy/protection';
import type { LogFields } from './log-store';
import { LogStore } from './log-store';

/** One store of a project. */
export interface LogStorePlan {
  /** Fields with an index of their own, by name; everything is found by its words in any case. @default none */
  readonly fields?: LogFields;
  /** Days it keeps. @default the project's */
  readonly retentionDays?: number;
}

export interface LogProjectProps {
  /** Name, 3–63 lower-case letters, digits and hyphens, unique in all of Log Service. ForceNew: the logs go with it. */
  readonly name: string;
  /** What it keeps. */
  readonly description: string;
  /** Days that stores keep, 90–3650; 3650 is for ever. Lowering it deletes what is older. */
  readonly retentionDays: number;
  /** The stores, by name. */
  readonly stores: Readonly<Record<string, LogStorePlan>>;
  /** Refuses deletion in Terraform; Log Service has no such flag. @default true */
  readonly protect?: boolean;
  /** The last word on the resources' own arguments. @default none */
  readonly overrides?: { readonly project?: Partial<LogProjectConfig>; readonly store?: Partial<LogStoreConfig> };
}

export class LogProject extends Construct {
  /** The resource, for what the props do not offer. */
  readonly project: LogProjectResource;
  private readonly stores: ReadonlyMap<string, LogStore>;

  constructor(scope: Construct, id: string, props: LogProjectProps) {
    super(scope, id);
    const { protect = true, overrides = {} } = props;
    if (!/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(props.name)) {
      throw new Error(
        `logProject.name (${props.name}) must be 3 to 63 lower-case letters, digits and hyphens, with no hyphen at either end`,
      );
    }

    // Logs live here: renaming the project or the id of this construct replaces it, and every log in it is gone.
    this.project = new LogProjectResource(this, 'project', {
      projectName: props.name,
      description: props.description,
      lifecycle: preventDestroy(protect),
      ...overrides.project,
    });
    this.stores = new Map(
      Object.entries(props.stores).map(([name, { fields = {}, retentionDays = props.retentionDays }]) => [
        name,
        new LogStore(this, name, {
          name,
          projectName: this.project.projectName,
          retentionDays,
          fields,
          protect,
          ...(overrides.store === undefined ? {} : { overrides: overrides.store }),
        }),
      ]),
    );
  }

  /** The project's name, as a reference: who uses it waits for the project. */
  get projectName(): string {
    return this.project.projectName;
  }

  /**
   * A store by its name.
   * @throws when the project has none of that name
   */
  store(name: string): LogStore {
    const store = this.stores.get(name);
    if (store === undefined) {
      throw new Error(
        `log project ${this.node.id} has no store ${name}; take one of ${[...this.stores.keys()].join(', ')}, or add it`,
      );
    }
    return store;
  }
}
