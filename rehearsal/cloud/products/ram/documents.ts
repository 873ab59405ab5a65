/** Policy documents, read as far as RAM itself checks them when one is written. */
import { ApiError } from '../../api-error';

const MOST_BYTES = { PolicyDocument: 6144, AssumeRolePolicyDocument: 4096 } as const;

/** What a statement must name, by the document that it stands in. */
const WANTED = {
  PolicyDocument: ['Effect', 'Action', 'Resource'],
  AssumeRolePolicyDocument: ['Effect', 'Action', 'Principal'],
} as const;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * @returns the document, as it was written
 * @throws ApiError `InvalidParameter.<kind>.Length`, or `.Format` when it is no document of that kind
 */
export function checkedDocument(kind: keyof typeof WANTED, text: string | undefined): string {
  const document = text ?? '';
  const malformed = (why: string): ApiError =>
    new ApiError(`InvalidParameter.${kind}.Format`, `The parameter - "${kind}" is not a valid policy: ${why}.`);
  if (Buffer.byteLength(document) > MOST_BYTES[kind]) {
    throw new ApiError(
      `InvalidParameter.${kind}.Length`,
      `The parameter - "${kind}" is longer than ${MOST_BYTES[kind]} bytes.`,
    );
  }

  let parsed: unknown;
  try {
    parsed = JSON.parse(document);
  } catch {
    throw malformed('it is not JSON');
  }
  if (!isObject(parsed) || parsed.Version !== '1') throw malformed('its Version is not "1"');
  const statements = Array.isArray(parsed.Statement) ? parsed.Statement : [parsed.Statement];
  for (const statement of statements) {
    if (!isObject(statement)) throw malformed('it has no Statement');
    const missing = WANTED[kind].filter(
      (name) => statement[name] === undefined && statement[`Not${name}`] === undefined,
    );
    if (missing.length > 0) throw malformed(`a statement lacks ${missing.join(', ')}`);
    if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') {
      throw malformed(`the Effect (${JSON.stringify(statement.Effect)}) is neither Allow nor Deny`);
    }
  }
  return document;
}
