/** Tablestore's data API: one path an operation, protobuf both ways, the instance in the host and in a header. */
import { createHash } from 'node:crypto';
import { ApiError } from '../../api-error';
import type { Product } from '../../product';
import { DIRECT_HOST } from '../../wire';
import type { WireRequest, WireResponse } from '../../wire';
import { instances } from './instances';
import { encodeMessage } from './protocol';
import { rowOperations } from './row-operations';
import { tableOperations } from './tables';

const operations = new Map([...tableOperations, ...rowOperations].map((operation) => [operation.name, operation]));

/** Signed, so the real service answers none without them. */
const REQUIRED_HEADERS = [
  'x-ots-date',
  'x-ots-apiversion',
  'x-ots-accesskeyid',
  'x-ots-contentmd5',
  'x-ots-instancename',
  'x-ots-signature',
];

const md5 = (body: Buffer): string => createHash('md5').update(body).digest('base64');

function checkHeaders({ method, headers, body }: WireRequest): void {
  if (method !== 'POST') throw new ApiError('OTSMethodNotAllowed', 'Only POST method for requests is supported.', 405);
  const missing = REQUIRED_HEADERS.find((name) => !headers[name]);
  if (missing !== undefined) throw new ApiError('OTSParameterInvalid', `Missing header: '${missing}'.`);
  if (headers['x-ots-contentmd5'] !== md5(body)) {
    const detail = 'Mismatch between MD5 value of request body and x-ots-contentmd5 in header.';
    throw new ApiError('OTSAuthFailed', detail, 403);
  }
}

const protobuf = (status: number, body: Buffer, requestId: string): WireResponse => ({
  status,
  headers: {
    'content-type': 'application/x.pb2',
    'x-ots-contentmd5': md5(body),
    'x-ots-contenttype': 'protocol buffer',
    'x-ots-date': new Date().toISOString(),
    'x-ots-requestid': requestId,
  },
  body,
});

export const tablestoreData: Product = {
  name: 'Tablestore data',
  serves: (host) => host === DIRECT_HOST || host.endsWith('.ots.aliyuncs.com'),
  throttling: { code: 'OTSServerBusy', status: 503 },
  refuse: (error, requestId) =>
    protobuf(error.status, encodeMessage('Error', { code: error.code, message: error.message }), requestId),
  recognise: (request) => {
    const name = request.path.slice(1);
    const operation = operations.get(name);
    if (operation === undefined) throw new ApiError('OTSUnsupportedOperation', `Unsupported operation: '${name}'.`);
    checkHeaders(request);
    const instanceName = request.headers['x-ots-instancename'];
    return {
      action: name,
      // Rows are left out: what a lock says of its owner is his.
      parameters: { InstanceName: instanceName },
      answer: (cloud, requestId) => {
        const instance = instances.in(cloud.store).find(instanceName);
        if (instance === undefined) throw new ApiError('OTSAuthFailed', 'The instance is not found.', 403);
        return protobuf(200, operation.run(request.body, instance, cloud), requestId);
      },
    };
  },
};
