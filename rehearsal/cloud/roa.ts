/** Products in the REST style (ROA): the operation is a method and a path pattern, the parameters are JSON. */
import { ApiError } from './api-error';
import type { Cloud } from './cloud';
import { decode, encode } from './model';
import type { Fields, ModelClass } from './model';
import type { ModelledAction, Product } from './product';
import { applyRules } from './request-rules';
import type { RequestRules } from './request-rules';
import type { WireRequest, WireResponse } from './wire';
import { json } from './wire';

export interface RoaCall<Request> {
  /** Query and JSON body, read by the operation's model. */
  readonly request: Fields<Request>;
  readonly cloud: Cloud;
  /** What the path's `{names}` matched. */
  readonly path: (name: string) => string;
  readonly wire: WireRequest;
  readonly region: string;
}

interface RoaOperationProps<Request, Response> extends RequestRules<Request> {
  /** The published name: `DescribeClusterDetail`. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';
  /** `/clusters/{cluster_id}/nodepools`. */
  readonly path: string;
  readonly request: ModelClass<Request>;
  /** The model of the body, or of each item where the body is a list; absent where it is empty. */
  readonly response?: ModelClass<Response>;
  readonly extra?: readonly string[];
  /** Puts the parameters into the model's form, where the real service is laxer about it. @default as they are */
  readonly normalize?: (parameters: Readonly<Record<string, unknown>>) => Record<string, unknown>;
  /** HTTP status of success. @default 200 */
  readonly status?: number;
  readonly handle: (call: RoaCall<Request>) => Fields<Response> | readonly Fields<Response>[];
}

export interface RoaOperation extends ModelledAction {
  readonly method: string;
  readonly path: string;
  readonly pattern: RegExp;
  readonly run: (request: WireRequest, names: Record<string, string>, cloud: Cloud, region: string) => WireResponse;
}

/** The model of what an operation has none of: no field in its request or its answer. */
export class Empty {
  /** Keeps the type apart from `{}`, which any value has. */
  readonly nothing?: undefined;

  static names(): Record<string, string> {
    return {};
  }

  static types(): Record<string, unknown> {
    return {};
  }
}

const CODES = { missing: () => 'MissingParameter', invalid: () => 'InvalidParameter' };

export function roaOperation<Request, Response>(props: RoaOperationProps<Request, Response>): RoaOperation {
  return {
    name: props.name,
    method: props.method,
    path: props.path,
    pattern: new RegExp(`^${props.path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}/?$`),
    requestModel: props.request,
    required: (props.required ?? []).map(String),
    run: (wire, matched, cloud, region) => {
      const parameters = parametersOf(wire);
      const request = decode(props.request, props.normalize?.(parameters) ?? parameters, props.extra);
      applyRules(props.request, request, props, CODES);
      const path = (name: string): string => {
        const value = matched[name];
        if (value === undefined) throw new Error(`${props.path} has no {${name}}`);
        return decodeURIComponent(value);
      };
      const answer = props.handle({ request, cloud, path, wire, region });
      return json(props.status ?? 200, props.response ? encodeAll(props.response, answer) : answer);
    },
  };
}

function encodeAll<T>(model: ModelClass<T>, answer: Fields<T> | readonly Fields<T>[]): unknown {
  // `Array.isArray` does not narrow a readonly list.
  const isList = (value: typeof answer): value is readonly Fields<T>[] => Array.isArray(value);
  return isList(answer) ? answer.map((item) => encode(model, item)) : encode(model, answer);
}

export interface RoaProductProps {
  readonly name: string;
  readonly hosts: RegExp;
  readonly operations: readonly RoaOperation[];
  readonly refuse?: Product['refuse'];
  readonly throttling?: Product['throttling'];
}

const HOST_REGION = /\.([a-z]{2}-[a-z]+(?:-\d+)?)\.(?:log\.)?aliyuncs\.com$/;

export function roaProduct(props: RoaProductProps): Product {
  return {
    name: props.name,
    actions: props.operations,
    serves: (host) => props.hosts.test(host),
    ...(props.throttling && { throttling: props.throttling }),
    refuse:
      props.refuse ??
      ((error, requestId) => json(error.status, { request_id: requestId, code: error.code, message: error.message })),
    recognise: (request) => {
      for (const operation of props.operations) {
        if (operation.method !== request.method) continue;
        const match = operation.pattern.exec(request.path);
        if (match === null) continue;
        const region = HOST_REGION.exec(request.host)?.[1] ?? 'cn-hangzhou';
        return {
          action: operation.name,
          parameters: { path: request.path, ...parametersOf(request) },
          answer: (cloud) => operation.run(request, match.groups ?? {}, cloud, region),
        };
      }
      throw new ApiError('InvalidAction.NotFound', `${props.name} has no ${request.method} ${request.path}.`, 404);
    },
  };
}

function parametersOf(request: WireRequest): Record<string, unknown> {
  const parameters: Record<string, unknown> = Object.fromEntries(request.query);
  const text = request.body.toString('utf8');
  if (text === '') return parameters;
  const body: unknown = JSON.parse(text);
  // A list as the whole body is the field `body` in the published models.
  if (Array.isArray(body)) return { ...parameters, body };
  return { ...parameters, ...(typeof body === 'object' && body !== null ? body : {}) };
}
