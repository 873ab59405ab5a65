/** What RDS sells: engines, classes and disks. Source: "Primary instance types" and CreateDBInstance. */
import { ApiError } from '../../api-error';

const ENGINES: Readonly<Record<string, readonly string[]>> = { MySQL: ['5.6', '5.7', '8.0'] };

/** How an instance is reached. */
export const NETWORK = { port: '3306' } as const;

/** @throws ApiError `InvalidEngine.Malformed`, `InvalidEngineVersion.Malformed` */
export function checkEngine(engine: string, version: string): void {
  const versions = ENGINES[engine];
  if (versions === undefined) {
    throw new ApiError('InvalidEngine.Malformed', `Specified engine (${engine}) is not valid.`);
  }
  if (!versions.includes(version)) {
    throw new ApiError('InvalidEngineVersion.Malformed', `Specified engine version (${version}) is not valid.`);
  }
}

/** The last part of a class says the edition: 2 nodes are highly available, 1 is basic. */
const CLASS = /^(?:mysql|rds\.mysql)\.[a-z0-9]+(?:\.[a-z0-9]+)?\.(?<nodes>[12])c?[m]?$/;
const NODES: Readonly<Record<string, string>> = { HighAvailability: '2', Basic: '1' };

/** @throws ApiError `InvalidDBInstanceClass.NotFound`, `InvalidInstanceLevel.Malformed` */
export function checkClass(name: string, category: string): void {
  const nodes = CLASS.exec(name)?.groups?.nodes;
  if (nodes === undefined) {
    throw new ApiError('InvalidDBInstanceClass.NotFound', `Specified DB instance class (${name}) is not found.`, 404);
  }
  if ((NODES[category] ?? nodes) !== nodes) {
    throw new ApiError(
      'InvalidInstanceLevel.Malformed',
      `Current DB instance level (${name}) does not support the edition ${category}.`,
      403,
    );
  }
}

/** GiB of an ESSD disk. */
const STORAGE = { least: 20, most: 64_000, step: 5 } as const;

/** @throws ApiError `InvalidStorage.Format` */
export function checkStorage(size: number | undefined): number {
  const { least, most, step } = STORAGE;
  if (size === undefined || size < least || size > most || size % step !== 0) {
    throw new ApiError(
      'InvalidStorage.Format',
      `Specified Storage (${String(size)} GiB) is not from ${String(least)} to ${String(most)} in steps of ${String(step)}.`,
    );
  }
  return size;
}
