/** What OSS checks of a setting before it takes it. */
import { ApiError } from '../../api-error';
import { MOST_TAGS } from '../../tags';
import { buckets } from './buckets';
import type { OssCall } from './operation';
import { childOf, childrenOf, textAt } from './xml';
import type { Xml } from './xml';

const invalid = (message: string, code = 'InvalidArgument'): ApiError => new ApiError(code, message);

/** A rule that the text at a path is one of a few. */
export const oneOf =
  (allowed: readonly string[], ...path: readonly string[]) =>
  (document: Xml): void => {
    const value = textAt(document, ...path);
    if (value === undefined || !allowed.includes(value)) {
      throw invalid(`${path.join('.')} (${value ?? 'absent'}) is none of ${allowed.join(', ')}.`, 'MalformedXML');
    }
  };

/** Source: `PutBucketHttpsConfig`. */
const TLS_VERSIONS = ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

export function checkHttps(document: Xml): void {
  oneOf(['true', 'false'], 'TLS', 'Enable')(document);
  const versions = childrenOf(childOf(document, 'TLS'), 'TLSVersion');
  for (const version of versions) {
    if (typeof version !== 'string' || !TLS_VERSIONS.includes(version)) {
      throw invalid(`TLSVersion (${JSON.stringify(version)}) is none of ${TLS_VERSIONS.join(', ')}.`);
    }
  }
  if (textAt(document, 'TLS', 'Enable') === 'true' && versions.length === 0) {
    throw invalid('TLSVersion is needed where TLS is enabled.');
  }
}

export function checkLogging(document: Xml, { cloud }: OssCall): void {
  const target = textAt(document, 'LoggingEnabled', 'TargetBucket');
  if (target !== undefined && !buckets.in(cloud.store).find(target)) {
    throw invalid(`The target bucket for logging (${target}) does not exist.`, 'InvalidTargetBucketForLogging');
  }
}

export function checkTagging(document: Xml): void {
  const tags = childrenOf(childOf(document, 'TagSet'), 'Tag');
  if (tags.length > MOST_TAGS) throw invalid(`A bucket may have ${String(MOST_TAGS)} tags.`, 'InvalidTag');
  const keys = tags.map((tag) => textAt(tag, 'Key') ?? '');
  if (keys.some((key) => key === '' || key.length > 64)) throw invalid('A tag key is invalid.', 'InvalidTag');
  if (new Set(keys).size < keys.length) throw invalid('A tag key stands twice.', 'InvalidTag');
}

const LIFECYCLE_ACTIONS = [
  'Expiration',
  'Transition',
  'AbortMultipartUpload',
  'NoncurrentVersionExpiration',
  'NoncurrentVersionTransition',
];
const MOST_LIFECYCLE_RULES = 1000;

export function checkLifecycle(document: Xml, { wire }: OssCall): void {
  const rules = childrenOf(document, 'Rule');
  if (rules.length < 1 || rules.length > MOST_LIFECYCLE_RULES) {
    throw invalid(`There must be 1 to ${String(MOST_LIFECYCLE_RULES)} rules.`, 'MalformedXML');
  }
  const ids = rules.flatMap((rule) => textAt(rule, 'ID') ?? []);
  if (new Set(ids).size < ids.length) throw invalid('Rule ID must be unique.');
  for (const rule of rules) {
    oneOf(['Enabled', 'Disabled'], 'Status')(rule);
    if (!LIFECYCLE_ACTIONS.some((action) => childOf(rule, action) !== undefined)) {
      throw invalid('A rule must do something.', 'MalformedXML');
    }
  }
  if (wire.headers['x-oss-allow-same-action-overlap'] !== 'true') checkOverlap(rules);
}

/** Two rules may meet under one prefix only where they do different things there, unless the caller allows it. */
function checkOverlap(rules: readonly Xml[]): void {
  for (const [place, rule] of rules.entries()) {
    for (const other of rules.slice(place + 1)) {
      const [a, b] = [textAt(rule, 'Prefix') ?? '', textAt(other, 'Prefix') ?? ''];
      if (!a.startsWith(b) && !b.startsWith(a)) continue;
      const both = LIFECYCLE_ACTIONS.find((action) => childOf(rule, action) && childOf(other, action));
      if (both !== undefined) throw invalid(`Overlap for same action type ${both}: prefixes "${a}" and "${b}".`);
    }
  }
}

/** A policy is the only setting that is no XML. */
export function checkPolicy(body: string): void {
  try {
    const policy: unknown = JSON.parse(body);
    if (typeof policy === 'object' && policy !== null && 'Version' in policy && 'Statement' in policy) return;
  } catch {
    // Refused below, as is a document without its two parts.
  }
  throw invalid('The policy is not JSON with a Version and a Statement.', 'InvalidPolicyDocument');
}
