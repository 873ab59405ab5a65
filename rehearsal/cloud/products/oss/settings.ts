/**
 * A bucket's settings: each is a document under a subresource, put whole, answered as it was put, and deleted where
 * that is possible. One line a setting; what is checked of it is in rules.ts.
 */
import { ApiError } from '../../api-error';
import { bucketOf, checkAcl, ownerOf } from './buckets';
import type { Bucket } from './buckets';
import type { OssCall, OssOperation } from './operation';
import { checkHttps, checkLifecycle, checkLogging, checkPolicy, checkTagging, oneOf } from './rules';
import { emptyAnswer, readXml, textAt, writeXml, xmlAnswer } from './xml';
import type { Xml } from './xml';

interface Setting {
  readonly subresource: string;
  /** What the operations are called after their verb. */
  readonly noun: string;
  /** The document's root element. */
  readonly root: string;
  /** What is answered while nothing was put: a document, or the code of a refusal. */
  readonly absent: { readonly document: Xml } | { readonly code: string };
  readonly check?: (document: Xml, call: OssCall) => void;
  /** @default true */
  readonly deletable?: boolean;
}

const SETTINGS: readonly Setting[] = [
  {
    subresource: 'versioning',
    noun: 'BucketVersioning',
    root: 'VersioningConfiguration',
    absent: { document: '' },
    check: oneOf(['Enabled', 'Suspended'], 'Status'),
    deletable: false,
  },
  {
    subresource: 'encryption',
    noun: 'BucketEncryption',
    root: 'ServerSideEncryptionRule',
    absent: { code: 'NoSuchServerSideEncryptionRule' },
    check: oneOf(['AES256', 'KMS', 'SM4'], 'ApplyServerSideEncryptionByDefault', 'SSEAlgorithm'),
  },
  {
    subresource: 'lifecycle',
    noun: 'BucketLifecycle',
    root: 'LifecycleConfiguration',
    absent: { code: 'NoSuchLifecycle' },
    check: checkLifecycle,
  },
  {
    subresource: 'publicAccessBlock',
    noun: 'BucketPublicAccessBlock',
    root: 'PublicAccessBlockConfiguration',
    absent: { document: { BlockPublicAccess: 'false' } },
    check: oneOf(['true', 'false'], 'BlockPublicAccess'),
  },
  {
    subresource: 'httpsConfig',
    noun: 'BucketHttpsConfig',
    root: 'HttpsConfiguration',
    absent: { code: 'NoSuchHttpsConfig' },
    check: checkHttps,
    deletable: false,
  },
  {
    subresource: 'logging',
    noun: 'BucketLogging',
    root: 'BucketLoggingStatus',
    absent: { document: '' },
    check: checkLogging,
  },
  {
    subresource: 'tagging',
    noun: 'BucketTags',
    root: 'Tagging',
    absent: { document: { TagSet: '' } },
    check: checkTagging,
  },
  {
    subresource: 'referer',
    noun: 'BucketReferer',
    root: 'RefererConfiguration',
    absent: { document: { AllowEmptyReferer: 'true', RefererList: '' } },
    deletable: false,
  },
  {
    subresource: 'transferAcceleration',
    noun: 'BucketTransferAcceleration',
    root: 'TransferAccelerationConfiguration',
    absent: { code: 'NoSuchTransferAccelerationConfiguration' },
    check: oneOf(['true', 'false'], 'Enabled'),
    deletable: false,
  },
  {
    subresource: 'accessmonitor',
    noun: 'BucketAccessMonitor',
    root: 'AccessMonitorConfiguration',
    absent: { document: { Status: 'Disabled' } },
    check: oneOf(['Enabled', 'Disabled'], 'Status'),
    deletable: false,
  },
  { subresource: 'cors', noun: 'BucketCors', root: 'CORSConfiguration', absent: { code: 'NoSuchCORSConfiguration' } },
  {
    subresource: 'website',
    noun: 'BucketWebsite',
    root: 'WebsiteConfiguration',
    absent: { code: 'NoSuchWebsiteConfiguration' },
  },
];

const absent = (code: string): ApiError =>
  new ApiError(code, 'The bucket you specified does not have this configuration.', 404);

function operationsOf(setting: Setting): OssOperation[] {
  const { subresource, noun, root } = setting;
  const get: OssOperation = {
    name: `Get${noun}`,
    method: 'GET',
    on: 'bucket',
    subresource,
    run: (call) => {
      const document = bucketOf(call).settings[subresource];
      if (document !== undefined) return xmlAnswer(document);
      if ('code' in setting.absent) throw absent(setting.absent.code);
      return xmlAnswer(writeXml(root, setting.absent.document));
    },
  };
  const put: OssOperation = {
    name: `Put${noun}`,
    method: 'PUT',
    on: 'bucket',
    subresource,
    run: (call) => {
      const bucket = bucketOf(call);
      setting.check?.(readXml(call.wire.body, root), call);
      bucket.settings[subresource] = call.wire.body.toString('utf8');
      return emptyAnswer();
    },
  };
  const remove: OssOperation = {
    name: `Delete${noun}`,
    method: 'DELETE',
    on: 'bucket',
    subresource,
    run: (call) => {
      bucketOf(call).settings[subresource] = undefined;
      return emptyAnswer(204);
    },
  };
  return setting.deletable === false ? [get, put] : [get, put, remove];
}

const isBlocked = ({ settings }: Bucket): boolean =>
  settings.publicAccessBlock !== undefined &&
  textAt(readXml(settings.publicAccessBlock, 'PublicAccessBlockConfiguration'), 'BlockPublicAccess') === 'true';

/** Those that are no document: in a header, in JSON, or a field of the bucket itself. */
const OTHERS: readonly OssOperation[] = [
  {
    name: 'GetBucketAcl',
    method: 'GET',
    on: 'bucket',
    subresource: 'acl',
    run: (call) => {
      const { acl } = bucketOf(call);
      const policy = { Owner: ownerOf(call.cloud), AccessControlList: { Grant: acl } };
      return xmlAnswer(writeXml('AccessControlPolicy', policy));
    },
  },
  {
    name: 'PutBucketAcl',
    method: 'PUT',
    on: 'bucket',
    subresource: 'acl',
    run: (call) => {
      const bucket = bucketOf(call);
      bucket.acl = checkAcl(call.wire.headers['x-oss-acl'] ?? '', isBlocked(bucket));
      return emptyAnswer();
    },
  },
  {
    name: 'GetBucketPolicy',
    method: 'GET',
    on: 'bucket',
    subresource: 'policy',
    run: (call) => {
      const { policy } = bucketOf(call).settings;
      if (policy === undefined) throw absent('NoSuchBucketPolicy');
      return { status: 200, headers: { 'content-type': 'application/json' }, body: policy };
    },
  },
  {
    name: 'PutBucketPolicy',
    method: 'PUT',
    on: 'bucket',
    subresource: 'policy',
    run: (call) => {
      const policy = call.wire.body.toString('utf8');
      checkPolicy(policy);
      bucketOf(call).settings.policy = policy;
      return emptyAnswer();
    },
  },
  {
    name: 'DeleteBucketPolicy',
    method: 'DELETE',
    on: 'bucket',
    subresource: 'policy',
    run: (call) => {
      bucketOf(call).settings.policy = undefined;
      return emptyAnswer(204);
    },
  },
  {
    name: 'GetBucketResourceGroup',
    method: 'GET',
    on: 'bucket',
    subresource: 'resourceGroup',
    run: (call) => {
      const { resourceGroupId } = bucketOf(call);
      return xmlAnswer(writeXml('BucketResourceGroupConfiguration', { ResourceGroupId: resourceGroupId }));
    },
  },
  {
    name: 'PutBucketResourceGroup',
    method: 'PUT',
    on: 'bucket',
    subresource: 'resourceGroup',
    run: (call) => {
      const id = textAt(readXml(call.wire.body, 'BucketResourceGroupConfiguration'), 'ResourceGroupId');
      if (!id) throw new ApiError('MalformedXML', 'ResourceGroupId is missing.');
      bucketOf(call).resourceGroupId = id;
      return emptyAnswer();
    },
  },
];

export const settingOperations: readonly OssOperation[] = [...SETTINGS.flatMap(operationsOf), ...OTHERS];
