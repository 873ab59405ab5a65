/** Which fields hold secrets, in any product's spelling, and what stands for them in records and snapshots. */

const SECRET = /password|secretdata|secret_data|accesskey|token$|user_?config|plaintext|private_?key/i;

/** Names of calls and of pages, which whoever reads a record looks for. */
const HARMLESS = /^(client|next)_?token$/i;

/** What stands where a secret was. */
const MASKED = '(secret)';

/** The same fields, without the values of secrets at any depth, also in JSON that is sent as text. */
export function maskSecrets(fields: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      SECRET.test(name) && !HARMLESS.test(name) ? MASKED : maskedWithin(value),
    ]),
  );
}

function maskedWithin(value: unknown): unknown {
  if (typeof value === 'string') return maskedText(value);
  if (Array.isArray(value)) return value.map(maskedWithin);
  if (value instanceof Map) return maskSecrets(fieldsOf(value));
  return typeof value === 'object' && value !== null ? maskSecrets(value) : value;
}

/** A map as an object, which JSON can write. */
const fieldsOf = (map: ReadonlyMap<unknown, unknown>): Record<string, unknown> =>
  Object.fromEntries([...map].map(([name, value]) => [String(name), value]));

function maskedText(text: string): string {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.stringify(maskedWithin(JSON.parse(text)));
  } catch {
    return text;
  }
}
