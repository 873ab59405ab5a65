/** Kubernetes versions as the service names them, and which may follow which. */
import { ApiError } from '../../api-error';

/** `1.34.3-aliyun.1` → [1, 34, 3, 1] */
function partsOf(version: string): readonly number[] {
  return version
    .split(/\D+/)
    .filter((part) => part !== '')
    .map(Number);
}

/** Negative when the first is the older one. Reads any dotted version, so add-ons' too. */
export function compareVersions(one: string, other: string): number {
  const [mine, theirs] = [partsOf(one), partsOf(other)];
  for (let position = 0; position < Math.max(mine.length, theirs.length); position += 1) {
    const difference = (mine[position] ?? 0) - (theirs[position] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * The double does not keep the list of versions on offer, which changes by the month: any in the right form will do.
 * @throws ApiError when it is not in that form
 */
export function checkVersion(version: string): string {
  if (/^1\.\d+\.\d+-aliyun\.\d+$/.test(version)) return version;
  throw new ApiError('InvalidParameter', `The Kubernetes version (${version}) is not of the form 1.34.3-aliyun.1.`);
}

/** @throws ApiError when the step is none forward, or skips a minor version */
export function checkUpgrade(from: string, to: string): string {
  checkVersion(to);
  if (compareVersions(to, from) <= 0) {
    throw new ApiError('InvalidParameter', `The version (${to}) is not above the present one (${from}).`);
  }
  const [, fromMinor = 0] = partsOf(from);
  const [, toMinor = 0] = partsOf(to);
  if (toMinor - fromMinor > 1) {
    throw new ApiError('InvalidParameter', `An upgrade from ${from} to ${to} skips a minor version.`);
  }
  return to;
}
