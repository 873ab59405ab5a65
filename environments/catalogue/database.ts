/**
 * RDS MySQL 8.0 instance classes on cloud disks (ESSD), x86 ("standard"), in the one-node and the two-node edition.
 * Source: https://help.aliyun.com/zh/rds/apsaradb-rds-for-mysql/primary-apsaradb-rds-for-mysql-instance-types
 * (the tables "Basic" and "High-availability, cloud disk"; the connections are the classes' default `max_connections`).
 * Which class a region has in stock was not checked: the purchase page knows.
 */

/** One size of database. */
export interface DatabaseClass {
  /** Instance type of the one-node (Basic) edition. @default none: the size exists with two nodes only */
  readonly basic?: string;
  /** Instance type of the two-node (High-availability) edition. */
  readonly highAvailability: string;
  /** Virtual CPUs of each node. */
  readonly vcpus: number;
  /** Memory of each node, GiB. */
  readonly memoryGiB: number;
  /** The most connections that the class takes. */
  readonly maxConnections: number;
}

/** Sizes on offer, by the part of the type's name that both editions share: `n` shares its host's CPU, `x` owns it. */
export const DATABASE_CLASSES = {
  'n2.medium': {
    basic: 'mysql.n2.medium.1',
    highAvailability: 'mysql.n2.medium.2c',
    vcpus: 2,
    memoryGiB: 4,
    maxConnections: 4_000,
  },
  'n4.medium': {
    basic: 'mysql.n4.medium.1',
    highAvailability: 'mysql.n4.medium.2c',
    vcpus: 2,
    memoryGiB: 8,
    maxConnections: 6_000,
  },
  'x4.medium': { highAvailability: 'mysql.x4.medium.2c', vcpus: 2, memoryGiB: 8, maxConnections: 6_000 },
  'x2.large': { highAvailability: 'mysql.x2.large.2c', vcpus: 4, memoryGiB: 8, maxConnections: 6_000 },
  'x4.large': { highAvailability: 'mysql.x4.large.2c', vcpus: 4, memoryGiB: 16, maxConnections: 8_000 },
  'x4.xlarge': { highAvailability: 'mysql.x4.xlarge.2c', vcpus: 8, memoryGiB: 32, maxConnections: 10_000 },
} as const satisfies Record<string, DatabaseClass>;

/** The name of a size on offer. */
export type DatabaseClassName = keyof typeof DATABASE_CLASSES;

/**
 * The table with every row seen as a {@link DatabaseClass}, for code that asks whether an optional member is there.
 */
export function databaseClass(name: DatabaseClassName): DatabaseClass {
  return DATABASE_CLASSES[name];
}

/** Bounds of an ESSD PL1 disk, GiB; it grows in steps, and the page above gives both ends. */
export const DATABASE_STORAGE_GIB = { min: 20, max: 64_000, step: 5 } as const;
