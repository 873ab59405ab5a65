/** Versions of tools, as `1.11.4` or `go1.26.8`, and their order. */

/** The first three numbers in `text`, the missing ones as 0. Undefined when there is no number at all. */
function parseVersion(text: string): readonly [number, number, number] | undefined {
  const found = /(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(text);
  return found ? [Number(found[1]), Number(found[2] ?? 0), Number(found[3] ?? 0)] : undefined;
}

/** Whether `version` is `minimum` or newer. Text without a number is not. */
export function isAtLeast(version: string, minimum: string): boolean {
  const [have, need] = [parseVersion(version), parseVersion(minimum)];
  if (!have || !need) return false;
  for (const index of [0, 1, 2] as const) {
    if (have[index] !== need[index]) return have[index] > need[index];
  }
  return true;
}
