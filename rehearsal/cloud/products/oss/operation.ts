/** One operation of OSS, and what it is given: the method, what it is about, and a subresource in the query. */
import type { Cloud } from '../../cloud';
import type { WireRequest, WireResponse } from '../../wire';

export interface OssCall {
  readonly cloud: Cloud;
  /** Empty for an operation on the service. */
  readonly bucketName: string;
  /** Empty for an operation on the service or a bucket. */
  readonly key: string;
  readonly wire: WireRequest;
  readonly region: string;
}

export interface OssOperation {
  /** The published name: `PutBucketLifecycle`. */
  readonly name: string;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly on: 'service' | 'bucket' | 'object';
  /** The parameter in the query that names it. @default none: the plain operation on the thing */
  readonly subresource?: string;
  readonly run: (call: OssCall) => WireResponse;
}
