/** JSON for people: whatever fits on a line is on one, so that a snapshot is read in a minute. */

const WIDTH = 118;

export function compactJson(value: unknown, indent = ''): string {
  const line = JSON.stringify(value);
  if (typeof value !== 'object' || value === null || indent.length + line.length <= WIDTH) return spaced(value, line);
  const inner = `${indent}  `;
  const list = Array.isArray(value);
  const members = list
    ? value.map((item) => compactJson(item, inner))
    : Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}: ${compactJson(member, inner)}`);
  return `${list ? '[' : '{'}\n${members.map((member) => inner + member).join(',\n')}\n${indent}${list ? ']' : '}'}`;
}

/** One line, with a space where people put one. */
function spaced(value: unknown, line: string): string {
  if (typeof value !== 'object' || value === null) return line;
  if (Array.isArray(value)) return `[${value.map((item) => spaced(item, JSON.stringify(item))).join(', ')}]`;
  const members = Object.entries(value).map(
    ([key, member]) => `${JSON.stringify(key)}: ${spaced(member, JSON.stringify(member))}`,
  );
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}
