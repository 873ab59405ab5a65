/** Buckets: their names, which all accounts share, what they are made of, and how they are deleted. */
import { ApiError } from '../../api-error';
import type { Cloud } from '../../cloud';
import { DEFAULT_RESOURCE_GROUP } from '../../resource-group';
import { Kind } from '../../store';
import type { Entity } from '../../store';
import { Contents } from './contents';
import type { Versioning } from './contents';
import type { OssCall, OssOperation } from './operation';
import { childOf, emptyAnswer, readXml, textAt, writeXml, xmlAnswer } from './xml';
import type { Xml } from './xml';

export interface Bucket extends Entity {
  readonly region: string;
  readonly createdAt: string;
  readonly storageClass: string;
  readonly redundancyType: string;
  resourceGroupId: string;
  acl: string;
  /** The document of each setting that was put, by its subresource, as it was sent. */
  readonly settings: Record<string, string | undefined>;
  readonly contents: Contents;
}

export const buckets = new Kind<Bucket>({
  noun: 'bucket',
  terraform: { type: 'alicloud_oss_bucket' },
  removal: ({ id }) => `aliyun oss rm oss://${id} --bucket --all-versions --recursive --force`,
});

/** Source: "Bucket naming conventions" and `PutBucket` of OSS. */
const NAME = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;
const STORAGE_CLASSES = ['Standard', 'IA', 'Archive', 'ColdArchive', 'DeepColdArchive'];
const REDUNDANCY_TYPES = ['LRS', 'ZRS'];
const ACLS = ['private', 'public-read', 'public-read-write'];
const ENCRYPTIONS = ['AES256', 'KMS', 'SM4'];

/** @throws ApiError `NoSuchBucket`, or `AccessDenied` when it is asked for where it is not */
export function bucketOf({ cloud, bucketName, region }: OssCall): Bucket {
  const bucket = buckets
    .in(cloud.store)
    .get(bucketName, () => new ApiError('NoSuchBucket', 'The specified bucket does not exist.', 404));
  if (bucket.region !== region) {
    const detail = 'The bucket you are attempting to access must be addressed using the specified endpoint.';
    throw new ApiError('AccessDenied', detail, 403);
  }
  return bucket;
}

export function versioningOf({ settings }: Bucket): Versioning {
  const status = settings.versioning && textAt(readXml(settings.versioning, 'VersioningConfiguration'), 'Status');
  return status === 'Enabled' || status === 'Suspended' ? status : undefined;
}

/** The bucket's rule for objects that say nothing of their own encryption. */
export function encryptionOf({ settings }: Bucket): { algorithm: string; keyId: string | undefined } | undefined {
  const document = settings.encryption;
  const rule = document && childOf(readXml(document, 'ServerSideEncryptionRule'), 'ApplyServerSideEncryptionByDefault');
  const algorithm = rule && textAt(rule, 'SSEAlgorithm');
  return algorithm ? { algorithm, keyId: textAt(rule, 'KMSMasterKeyID') } : undefined;
}

/** @throws ApiError `InvalidArgument`, or `AccessDenied` for a public one while public access is blocked */
export function checkAcl(acl: string, blocked: boolean): string {
  if (!ACLS.includes(acl)) throw new ApiError('InvalidArgument', `no such bucket access control exists: ${acl}`);
  if (blocked && acl !== 'private') {
    throw new ApiError('AccessDenied', 'Put public bucket acl is not allowed while public access is blocked.', 403);
  }
  return acl;
}

function checkChoice(what: string, value: string, allowed: readonly string[]): string {
  if (!allowed.includes(value)) throw new ApiError('InvalidArgument', `The ${what} (${value}) is invalid.`);
  return value;
}

export const ownerOf = (cloud: Cloud): Xml => ({ ID: cloud.accountId, DisplayName: cloud.accountId });

const endpoints = (region: string): Record<string, string> => ({
  Location: `oss-${region}`,
  ExtranetEndpoint: `oss-${region}.aliyuncs.com`,
  IntranetEndpoint: `oss-${region}-internal.aliyuncs.com`,
});

function putBucket(call: OssCall): void {
  const { cloud, bucketName, region, wire } = call;
  if (!NAME.test(bucketName)) throw new ApiError('InvalidBucketName', 'The specified bucket is not valid.');
  const body = wire.body.length > 0 ? readXml(wire.body, 'CreateBucketConfiguration') : '';
  const storageClass = checkChoice('StorageClass', textAt(body, 'StorageClass') ?? 'Standard', STORAGE_CLASSES);
  const redundancyType = checkChoice(
    'DataRedundancyType',
    textAt(body, 'DataRedundancyType') ?? 'LRS',
    REDUNDANCY_TYPES,
  );
  const acl = checkAcl(wire.headers['x-oss-acl'] || 'private', false);
  const known = buckets.in(cloud.store).find(bucketName);
  if (known !== undefined) {
    // Putting one's own bucket again only changes who may reach it.
    const same = known.storageClass === storageClass && known.redundancyType === redundancyType;
    if (!same || known.region !== region) {
      throw new ApiError('BucketAlreadyExists', 'The requested bucket name is not available.', 409);
    }
    known.acl = acl;
    return;
  }
  if (buckets.in(cloud.store).all().length >= cloud.quotas.buckets) {
    throw new ApiError(
      'TooManyBuckets',
      `You have attempted to create more than ${String(cloud.quotas.buckets)} buckets.`,
    );
  }
  const encryption = encryptionDocument(wire.headers);
  buckets.in(cloud.store).insert({
    id: bucketName,
    uses: [],
    readyAt: cloud.now(),
    region,
    createdAt: new Date(cloud.now()).toISOString(),
    storageClass,
    redundancyType,
    resourceGroupId: wire.headers['x-oss-resource-group-id'] || DEFAULT_RESOURCE_GROUP,
    acl,
    settings: { ...(encryption && { encryption }) },
    contents: new Contents(),
  });
}

/** Encryption may be asked for with the bucket itself, in headers. */
function encryptionDocument(headers: OssCall['wire']['headers']): string | undefined {
  const algorithm = headers['x-oss-server-side-encryption'];
  if (!algorithm) return undefined;
  const keyId = headers['x-oss-server-side-encryption-key-id'];
  const dataEncryption = headers['x-oss-server-side-data-encryption'];
  return writeXml('ServerSideEncryptionRule', {
    ApplyServerSideEncryptionByDefault: {
      SSEAlgorithm: checkChoice('x-oss-server-side-encryption', algorithm, ENCRYPTIONS),
      ...(keyId && { KMSMasterKeyID: keyId }),
      ...(dataEncryption && { KMSDataEncryption: dataEncryption }),
    },
  });
}

export const bucketOperations: readonly OssOperation[] = [
  {
    name: 'ListBuckets',
    method: 'GET',
    on: 'service',
    run: ({ cloud, wire }) => {
      const prefix = wire.query.get('prefix') ?? '';
      const most = Number(wire.query.get('max-keys') ?? '100');
      const found = buckets
        .in(cloud.store)
        .where(({ id }) => id.startsWith(prefix) && id > (wire.query.get('marker') ?? ''))
        .sort((a, b) => (a.id < b.id ? -1 : 1));
      const shown = found.slice(0, most);
      return xmlAnswer(
        writeXml('ListAllMyBucketsResult', {
          Owner: ownerOf(cloud),
          Prefix: prefix,
          IsTruncated: String(found.length > most),
          NextMarker: found.length > most ? (shown.at(-1)?.id ?? '') : '',
          Buckets: {
            Bucket: shown.map(({ id, region, createdAt, storageClass, resourceGroupId }) => ({
              Name: id,
              CreationDate: createdAt,
              Region: region,
              StorageClass: storageClass,
              ResourceGroupId: resourceGroupId,
              ...endpoints(region),
            })),
          },
        }),
      );
    },
  },
  {
    name: 'PutBucket',
    method: 'PUT',
    on: 'bucket',
    run: (call) => {
      putBucket(call);
      return emptyAnswer(200, { location: `/${call.bucketName}` });
    },
  },
  {
    name: 'GetBucketInfo',
    method: 'GET',
    on: 'bucket',
    subresource: 'bucketInfo',
    run: (call) => {
      const bucket = bucketOf(call);
      const versioning = versioningOf(bucket);
      const encryption = encryptionOf(bucket);
      const accelerated = bucket.settings.transferAcceleration?.includes('<Enabled>true</Enabled>') ?? false;
      return xmlAnswer(
        writeXml('BucketInfo', {
          Bucket: {
            Name: bucket.id,
            CreationDate: bucket.createdAt,
            ...endpoints(bucket.region),
            StorageClass: bucket.storageClass,
            DataRedundancyType: bucket.redundancyType,
            ResourceGroupId: bucket.resourceGroupId,
            TransferAcceleration: accelerated ? 'Enabled' : 'Disabled',
            CrossRegionReplication: 'Disabled',
            AccessMonitor: bucket.settings.accessmonitor?.includes('<Status>Enabled</Status>') ? 'Enabled' : 'Disabled',
            ...(versioning && { Versioning: versioning }),
            Owner: ownerOf(call.cloud),
            AccessControlList: { Grant: bucket.acl },
            ServerSideEncryptionRule: {
              SSEAlgorithm: encryption?.algorithm ?? 'None',
              ...(encryption?.keyId && { KMSMasterKeyID: encryption.keyId }),
            },
          },
        }),
      );
    },
  },
  {
    name: 'DeleteBucket',
    method: 'DELETE',
    on: 'bucket',
    run: (call) => {
      const bucket = bucketOf(call);
      if (!bucket.contents.isEmpty) {
        throw new ApiError('BucketNotEmpty', 'The bucket you tried to delete is not empty.', 409);
      }
      buckets.in(call.cloud.store).remove(bucket.id);
      return emptyAnswer(204);
    },
  },
];
