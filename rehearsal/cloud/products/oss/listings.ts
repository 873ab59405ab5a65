/** What is in a bucket, a page at a time, and the deletion of many objects by one call. */
import { ApiError } from '../../api-error';
import { bucketOf, ownerOf, versioningOf } from './buckets';
import type { Bucket } from './buckets';
import type { Version } from './contents';
import type { OssCall, OssOperation } from './operation';
import { childrenOf, readXml, textAt, writeXml, xmlAnswer } from './xml';
import type { Xml } from './xml';

const USUAL_PAGE = 100;
const LONGEST_PAGE = 1000;

interface Listed {
  readonly key: string;
  readonly version: Version;
  readonly latest: boolean;
}

interface Listing {
  readonly items: readonly Listed[];
  readonly prefixes: readonly string[];
  /** The last of a page that is not the last: where the next begins. */
  readonly next: Listed | undefined;
}

/** Cuts a page out of what is sorted by key, and folds what has the delimiter behind the prefix into one line. */
function pageOf(all: readonly Listed[], prefix: string, delimiter: string, most: number): Listing {
  const items: Listed[] = [];
  const prefixes = new Set<string>();
  let last: Listed | undefined;
  for (const item of all) {
    if (!item.key.startsWith(prefix)) continue;
    const at = delimiter === '' ? -1 : item.key.indexOf(delimiter, prefix.length);
    const folded = at < 0 ? undefined : item.key.slice(0, at + delimiter.length);
    if (folded === undefined || !prefixes.has(folded)) {
      if (items.length + prefixes.size === most) return { items, prefixes: [...prefixes], next: last };
      if (folded === undefined) items.push(item);
      else prefixes.add(folded);
    }
    last = item;
  }
  return { items, prefixes: [...prefixes], next: undefined };
}

interface Asked {
  readonly prefix: string;
  readonly delimiter: string;
  readonly most: number;
  /** Writes a name as the caller asked for it. */
  readonly write: (name: string) => string;
}

function askedIn({ wire: { query } }: OssCall): Asked {
  const most = Number(query.get('max-keys') ?? String(USUAL_PAGE));
  if (!Number.isInteger(most) || most < 1 || most > LONGEST_PAGE) {
    throw new ApiError('InvalidArgument', `max-keys must be 1 to ${String(LONGEST_PAGE)}.`);
  }
  const encodes = query.get('encoding-type') === 'url';
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    most,
    write: encodes ? encodeURIComponent : (name) => name,
  };
}

/** What every listing says of itself. */
const frame = (
  { id }: Bucket,
  { prefix, delimiter, most, write }: Asked,
  { prefixes, next }: Listing,
): Record<string, Xml> => ({
  Name: id,
  Prefix: write(prefix),
  MaxKeys: String(most),
  Delimiter: write(delimiter),
  ...(write === encodeURIComponent && { EncodingType: 'url' }),
  IsTruncated: String(next !== undefined),
  CommonPrefixes: prefixes.map((name) => ({ Prefix: write(name) })),
});

const described = (version: Version, { storageClass }: Bucket): Record<string, Xml> => ({
  LastModified: new Date(version.at).toISOString(),
  ETag: `"${version.data?.etag ?? ''}"`,
  Type: 'Normal',
  Size: String(version.data?.bytes.length ?? 0),
  StorageClass: version.data?.headers['x-oss-storage-class'] ?? storageClass,
});

const after = (key: string, marker: string): boolean => Buffer.compare(Buffer.from(key), Buffer.from(marker)) > 0;

/** The two versions of the call differ in what they call the place where a page begins. */
function listObjects(call: OssCall, second: boolean): Record<string, Xml> {
  const { query } = call.wire;
  const bucket = bucketOf(call);
  const asked = askedIn(call);
  const token = query.get('continuation-token');
  const marker = second
    ? token === null
      ? (query.get('start-after') ?? '')
      : Buffer.from(token, 'base64url').toString('utf8')
    : (query.get('marker') ?? '');
  const all = bucket.contents
    .objects()
    .map((version) => ({ key: version.key, version, latest: true }))
    .filter(({ key }) => after(key, marker));
  const listing = pageOf(all, asked.prefix, asked.delimiter, asked.most);
  const next = listing.next?.key;
  return {
    ...frame(bucket, asked, listing),
    ...(second
      ? { KeyCount: String(listing.items.length + listing.prefixes.length) }
      : { Marker: asked.write(marker) }),
    ...(next !== undefined &&
      (second
        ? { NextContinuationToken: Buffer.from(next).toString('base64url') }
        : { NextMarker: asked.write(next) })),
    Contents: listing.items.map(({ key, version }) => ({
      Key: asked.write(key),
      ...described(version, bucket),
      ...(!second && { Owner: ownerOf(call.cloud) }),
    })),
  };
}

function listVersions(call: OssCall): Record<string, Xml> {
  const { query } = call.wire;
  const bucket = bucketOf(call);
  const asked = askedIn(call);
  const [keyMarker, idMarker] = [query.get('key-marker') ?? '', query.get('version-id-marker')];
  const every = bucket.contents.versions().map((item) => ({ key: item.version.key, ...item }));
  const place = every.findIndex(({ key, version }) => key === keyMarker && version.id === idMarker);
  const all = place >= 0 ? every.slice(place + 1) : every.filter(({ key }) => after(key, keyMarker));
  const listing = pageOf(all, asked.prefix, asked.delimiter, asked.most);
  const written = ({ key, version, latest }: Listed): Record<string, Xml> => ({
    Key: asked.write(key),
    VersionId: version.id,
    IsLatest: String(latest),
    Owner: ownerOf(call.cloud),
  });
  return {
    ...frame(bucket, asked, listing),
    KeyMarker: asked.write(keyMarker),
    VersionIdMarker: idMarker ?? '',
    ...(listing.next && {
      NextKeyMarker: asked.write(listing.next.key),
      NextVersionIdMarker: listing.next.version.id,
    }),
    Version: listing.items
      .filter(({ version }) => version.data)
      .map((item) => ({ ...written(item), ...described(item.version, bucket) })),
    DeleteMarker: listing.items
      .filter(({ version }) => !version.data)
      .map((item) => ({ ...written(item), LastModified: new Date(item.version.at).toISOString() })),
  };
}

function deleteMultiple(call: OssCall): Record<string, Xml> {
  const bucket = bucketOf(call);
  const { write } = askedIn(call);
  const body = readXml(call.wire.body, 'Delete');
  const objects = childrenOf(body, 'Object');
  if (objects.length < 1 || objects.length > LONGEST_PAGE) {
    throw new ApiError('MalformedXML', `There must be 1 to ${String(LONGEST_PAGE)} objects.`);
  }
  const deleted = objects.map((object): Record<string, Xml> => {
    const key = textAt(object, 'Key') ?? '';
    const id = textAt(object, 'VersionId');
    if (id) {
      const gone = bucket.contents.purge(key, id);
      const marker = gone !== undefined && !gone.data && { DeleteMarker: 'true', DeleteMarkerVersionId: id };
      return { Key: write(key), VersionId: id, ...marker };
    }
    const marker = bucket.contents.delete(key, call.cloud.now(), versioningOf(bucket));
    return { Key: write(key), ...(marker && { DeleteMarker: 'true', DeleteMarkerVersionId: marker.id }) };
  });
  return textAt(body, 'Quiet') === 'true' ? {} : { EncodingType: 'url', Deleted: deleted };
}

export const listingOperations: readonly OssOperation[] = [
  {
    name: 'ListObjectsV2',
    method: 'GET',
    on: 'bucket',
    subresource: 'list-type',
    run: (call) => xmlAnswer(writeXml('ListBucketResult', listObjects(call, true))),
  },
  {
    name: 'ListObjectVersions',
    method: 'GET',
    on: 'bucket',
    subresource: 'versions',
    run: (call) => xmlAnswer(writeXml('ListVersionsResult', listVersions(call))),
  },
  {
    name: 'ListObjects',
    method: 'GET',
    on: 'bucket',
    run: (call) => xmlAnswer(writeXml('ListBucketResult', listObjects(call, false))),
  },
  {
    name: 'DeleteMultipleObjects',
    method: 'POST',
    on: 'bucket',
    subresource: 'delete',
    run: (call) => xmlAnswer(writeXml('DeleteResult', deleteMultiple(call))),
  },
];
