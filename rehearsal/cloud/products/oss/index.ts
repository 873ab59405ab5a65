/** OSS: buckets, their settings and the objects in them, by the bucket's own host or by path. */
import { ApiError } from '../../api-error';
import type { Product } from '../../product';
import type { WireRequest } from '../../wire';
import { bucketOperations } from './buckets';
import { listingOperations } from './listings';
import { objectOperations } from './objects';
import type { OssOperation } from './operation';
import { settingOperations } from './settings';
import { writeXml, xmlAnswer } from './xml';

const OPERATIONS = [...bucketOperations, ...settingOperations, ...listingOperations, ...objectOperations];

/** Parameters that only say how: every other one names a subresource, known here or not. */
const PLAIN =
  /^(prefix|marker|delimiter|max-keys|encoding-type|start-after|continuation-token|fetch-owner|key-marker|version-id-marker|versionId|region|tag-key|tag-value|x-oss-.+|Signature|Expires|OSSAccessKeyId|security-token)$/;

/** `[<bucket>.]oss-<region>[-internal].aliyuncs.com` */
const HOST = /^(?:([a-z0-9][a-z0-9-]*)\.)?oss-([a-z]{2}(?:-[a-z0-9]+)+?)(?:-internal)?\.aliyuncs\.com$/;

interface Target {
  readonly region: string;
  readonly bucketName: string;
  readonly key: string;
}

function targetOf({ host, path }: WireRequest): Target {
  const [, named, region = ''] = HOST.exec(host) ?? [];
  const decoded = decodeURIComponent(path).slice(1);
  if (named !== undefined) return { region, bucketName: named, key: decoded };
  const [bucketName = '', ...rest] = decoded.split('/');
  return { region, bucketName, key: rest.join('/') };
}

function operationOf({ method, query }: WireRequest, { bucketName, key }: Target): OssOperation | undefined {
  const on = key !== '' ? 'object' : bucketName !== '' ? 'bucket' : 'service';
  const candidates = OPERATIONS.filter((operation) => operation.method === method && operation.on === on);
  const subresource = [...query.keys()].find((name) => !PLAIN.test(name));
  return candidates.find((operation) => operation.subresource === subresource);
}

export const oss: Product = {
  name: 'Oss',
  serves: (host) => HOST.test(host),
  throttling: { code: 'QpsLimitExceeded', status: 503 },
  refuse: (error, requestId) => {
    const content = { Code: error.code, Message: error.message, RequestId: requestId, HostId: 'double' };
    const answer = xmlAnswer(writeXml('Error', content), error.status);
    return { ...answer, headers: { ...answer.headers, 'x-oss-request-id': requestId } };
  },
  recognise: (wire) => {
    const target = targetOf(wire);
    const operation = operationOf(wire, target);
    if (operation === undefined) {
      throw new ApiError(
        'NotImplemented',
        `OSS has no ${wire.method} ${wire.path}?${wire.query.toString()} here.`,
        501,
      );
    }
    return {
      action: operation.name,
      // No body: an object may be a state file, and that is full of secrets.
      parameters: {
        Bucket: target.bucketName,
        ...(target.key && { Key: target.key }),
        ...Object.fromEntries(wire.query),
      },
      answer: (cloud, requestId) => {
        const answer = operation.run({ cloud, wire, ...target });
        return { ...answer, headers: { ...answer.headers, 'x-oss-request-id': requestId } };
      },
    };
  },
};
