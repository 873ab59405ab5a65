/** A key as administrators see it, and as the database has it. */
import type { Selectable } from 'kysely';
import type { Caller, Permission } from '../caller';
import { PERMISSIONS } from '../caller';
import type { ApiKeysTable } from '../database/schema';
import type { Priority } from '../quota/priority';
import { DEFAULT_PRIORITY, PRIORITIES } from '../quota/priority';

/** How often the holder of a key may ask, in place of USER_PER_*; null: as everyone. */
export interface KeyLimits {
  readonly perMinute: number | null;
  readonly perHour: number | null;
  readonly perDay: number | null;
}

/** What administrators decide about a key. Null: no bound. Times in milliseconds since 1970. */
export interface KeySettings {
  readonly name: string;
  readonly permissions: readonly Permission[];
  readonly models: readonly string[] | null;
  readonly dailyBudget: number | null;
  readonly limits: KeyLimits;
  readonly priority: Priority;
  readonly expiresAt: number | null;
}

/** What is changed about a key; absent members stay. */
export type KeyChange = Partial<Omit<KeySettings, 'limits'>> & { readonly limits?: Partial<KeyLimits> | undefined };

export interface KeyRecord extends KeySettings {
  readonly id: string;
  /** How the key begins: what tells keys apart, and opens nothing. */
  readonly prefix: string;
  readonly createdAt: number;
  readonly revokedAt: number | null;
}

type Row = Selectable<ApiKeysTable>;

export const recordOf = (row: Row): KeyRecord => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  // A permission or a model list that cannot be read allows nothing.
  permissions: PERMISSIONS.filter((permission) => textsOf(row.permissions).includes(permission)),
  models: row.models === null ? null : textsOf(row.models),
  dailyBudget: row.daily_budget,
  limits: { perMinute: row.per_minute, perHour: row.per_hour, perDay: row.per_day },
  priority: PRIORITIES.find((priority) => priority === row.priority) ?? DEFAULT_PRIORITY,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  revokedAt: row.revoked_at,
});

/** The columns that {@link KeySettings} are kept in, for those that are given. */
export const columnsOf = (change: KeyChange): Partial<Row> => {
  const { name, permissions, models, dailyBudget, limits = {}, priority, expiresAt } = change;
  return {
    ...(name === undefined ? {} : { name }),
    ...(permissions === undefined ? {} : { permissions: JSON.stringify(permissions) }),
    ...(models === undefined ? {} : { models: models === null ? null : JSON.stringify(models) }),
    ...(dailyBudget === undefined ? {} : { daily_budget: dailyBudget }),
    ...(limits.perMinute === undefined ? {} : { per_minute: limits.perMinute }),
    ...(limits.perHour === undefined ? {} : { per_hour: limits.perHour }),
    ...(limits.perDay === undefined ? {} : { per_day: limits.perDay }),
    ...(priority === undefined ? {} : { priority }),
    ...(expiresAt === undefined ? {} : { expires_at: expiresAt }),
  };
};

export const callerOf = (record: KeyRecord): Caller => ({
  keyId: record.id,
  name: record.name,
  permissions: new Set(record.permissions),
  models: record.models === null ? undefined : new Set(record.models),
  dailyBudget: record.dailyBudget ?? undefined,
  limits: {
    perMinute: record.limits.perMinute ?? undefined,
    perHour: record.limits.perHour ?? undefined,
    perDay: record.limits.perDay ?? undefined,
  },
  priority: record.priority,
});

const textsOf = (json: string): readonly string[] => {
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  } catch {
    return [];
  }
};
