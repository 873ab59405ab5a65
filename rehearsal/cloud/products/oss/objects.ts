/** Objects: put, read and deleted one by one, with the checksums that clients verify. */
import { createHash } from 'node:crypto';
import { ApiError } from '../../api-error';
import type { WireResponse } from '../../wire';
import { bucketOf, encryptionOf, versioningOf } from './buckets';
import type { Bucket } from './buckets';
import type { Version } from './contents';
import type { OssCall, OssOperation } from './operation';
import { emptyAnswer } from './xml';

/** Kept with an object, and answered with it. */
const KEPT_HEADERS =
  /^(content-(type|encoding|disposition|language)|cache-control|expires|x-oss-(meta-.+|object-acl|storage-class|server-side-encryption.*))$/;

const LONGEST_KEY = 1023;

/** The `x-oss-version-id` of a version whose bucket kept versions when it was made. */
const versionHeader = ({ id }: Version): Record<string, string> => (id === 'null' ? {} : { 'x-oss-version-id': id });

function putObject(call: OssCall): WireResponse {
  const bucket = bucketOf(call);
  const { key, wire, cloud } = call;
  if (Buffer.byteLength(key) > LONGEST_KEY) throw new ApiError('InvalidObjectName', 'The object name is too long.');
  const digest = wire.headers['content-md5'];
  if (digest && digest !== createHash('md5').update(wire.body).digest('base64')) {
    throw new ApiError('InvalidDigest', 'The Content-MD5 you specified was invalid.');
  }
  if (wire.headers['x-oss-forbid-overwrite'] === 'true' && bucket.contents.find(key)?.data) {
    throw new ApiError('FileAlreadyExists', 'The object you specified already exists and can not be overwritten.', 409);
  }
  const sent = Object.entries(wire.headers).flatMap(([name, value]) =>
    value !== undefined && KEPT_HEADERS.test(name) ? [[name, value] as const] : [],
  );
  const headers = { ...defaultEncryption(bucket), ...Object.fromEntries(sent) };
  const version = bucket.contents.put(key, wire.body, headers, cloud.now(), versioningOf(bucket));
  return emptyAnswer(200, {
    ...versionHeader(version),
    ...encryptionHeaders(headers),
    etag: `"${version.data?.etag ?? ''}"`,
    'x-oss-hash-crc64ecma': version.data?.crc ?? '',
  });
}

function defaultEncryption(bucket: Bucket): Record<string, string> {
  const rule = encryptionOf(bucket);
  if (rule === undefined) return {};
  return {
    'x-oss-server-side-encryption': rule.algorithm,
    ...(rule.keyId && { 'x-oss-server-side-encryption-key-id': rule.keyId }),
  };
}

const encryptionHeaders = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('x-oss-server-side-encryption')));

function readObject(call: OssCall): WireResponse {
  const version = bucketOf(call).contents.find(call.key, call.wire.query.get('versionId'));
  if (version?.data === undefined) throw new ApiError('NoSuchKey', 'The specified key does not exist.', 404);
  const { bytes, etag, crc, headers } = version.data;
  return {
    status: 200,
    headers: {
      'content-type': 'application/octet-stream',
      'x-oss-storage-class': bucketOf(call).storageClass,
      ...headers,
      ...versionHeader(version),
      'content-length': String(bytes.length),
      etag: `"${etag}"`,
      'last-modified': new Date(version.at).toUTCString(),
      'x-oss-hash-crc64ecma': crc,
      'x-oss-object-type': 'Normal',
    },
    body: bytes,
  };
}

export const objectOperations: readonly OssOperation[] = [
  { name: 'PutObject', method: 'PUT', on: 'object', run: putObject },
  { name: 'GetObject', method: 'GET', on: 'object', run: readObject },
  { name: 'HeadObject', method: 'HEAD', on: 'object', run: readObject },
  { name: 'GetObjectMeta', method: 'HEAD', on: 'object', subresource: 'objectMeta', run: readObject },
  {
    name: 'DeleteObject',
    method: 'DELETE',
    on: 'object',
    run: (call) => {
      const bucket = bucketOf(call);
      const id = call.wire.query.get('versionId');
      const gone = id
        ? bucket.contents.purge(call.key, id)
        : bucket.contents.delete(call.key, call.cloud.now(), versioningOf(bucket));
      if (gone === undefined) return emptyAnswer(204);
      return emptyAnswer(204, { ...versionHeader(gone), ...(!gone.data && { 'x-oss-delete-marker': 'true' }) });
    },
  },
];
