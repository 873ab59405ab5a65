/** Products in the RPC style: one path, the action and its parameters in the query and the form body. */
import { ApiError } from './api-error';
import type { Cloud } from './cloud';
import { decode, encode, unflatten } from './model';
import type { Fields, ModelClass } from './model';
import type { ModelledAction, Product } from './product';
import { applyRules } from './request-rules';
import type { RequestRules } from './request-rules';
import type { WireRequest } from './wire';
import { json } from './wire';

export interface RpcCall<Request> {
  readonly request: Fields<Request>;
  readonly cloud: Cloud;
  /** From the parameters or the host. */
  readonly region: string;
}

interface RpcActionProps<Request, Response> extends RequestRules<Request> {
  /** `CreateVpc`. */
  readonly name: string;
  readonly request: ModelClass<Request>;
  readonly response: ModelClass<Response>;
  /** Parameters that clients send although the published model lacks them, each with its reason in a comment. */
  readonly extra?: readonly string[];
  /** Does it. `requestId` is added to the answer. */
  readonly handle: (call: RpcCall<Request>) => Fields<Response>;
}

/** An action whose types are closed over, so that actions of different models stand in one list. */
export interface RpcAction extends ModelledAction {
  readonly run: (parameters: Record<string, unknown>, cloud: Cloud, region: string) => Record<string, unknown>;
}

/** The gateway's own codes, the same in every product: `MissingVpcId`, `InvalidNatType`. */
const CODES = { missing: (name: string) => `Missing${name}`, invalid: (name: string) => `Invalid${name}` };

export function rpcAction<Request, Response>(props: RpcActionProps<Request, Response>): RpcAction {
  return {
    name: props.name,
    requestModel: props.request,
    required: (props.required ?? []).map(String),
    run: (parameters, cloud, region) => {
      const request = decode(props.request, parameters, props.extra);
      applyRules(props.request, request, props, CODES);
      return encode(props.response, props.handle({ request, cloud, region }));
    },
  };
}

export interface RpcProductProps {
  readonly name: string;
  /** `2016-04-28`; a call for another version is refused. */
  readonly version: string;
  readonly hosts: RegExp;
  readonly actions: readonly RpcAction[];
  readonly throttling?: Product['throttling'];
}

/** Parameters that belong to the gateway in front of every product, not to an action. */
const GATEWAY_PARAMETERS = new Set([
  'AccessKeyId',
  'Action',
  'Format',
  'SecureTransport',
  'SecurityToken',
  'Signature',
  'SignatureMethod',
  'SignatureNonce',
  'SignatureType',
  'SignatureVersion',
  'SourceIp',
  'Timestamp',
  'Version',
]);

/** Hosts name the region where they are regional: `vpc.cn-hangzhou.aliyuncs.com`, `r-kvstore.cn-hangzhou…`. */
const HOST_REGION = /\.([a-z]{2}-[a-z]+(?:-\d+)?)\.aliyuncs\.com$/;

export function rpcProduct(props: RpcProductProps): Product {
  const actions = new Map(props.actions.map((action) => [action.name, action]));
  return {
    name: props.name,
    actions: props.actions,
    serves: (host) => props.hosts.test(host),
    ...(props.throttling && { throttling: props.throttling }),
    refuse: (error, requestId) =>
      json(error.status, { RequestId: requestId, HostId: 'double', Code: error.code, Message: error.message }),
    recognise: (request) => {
      const sent = parametersOf(request);
      // Newer SDKs name the action and version in headers.
      const name = sent.get('Action') ?? request.headers['x-acs-action'] ?? '';
      const version = sent.get('Version') ?? request.headers['x-acs-version'];
      const action = actions.get(name);
      if (action === undefined || version !== props.version) {
        throw new ApiError(
          'InvalidAction.NotFound',
          `Specified api is not found: ${props.name} ${version ?? '(no version)'} ${name}.`,
          404,
        );
      }
      const parameters = unflatten([...sent].filter(([key]) => !GATEWAY_PARAMETERS.has(key)));
      const region = sent.get('RegionId') ?? HOST_REGION.exec(request.host)?.[1] ?? 'cn-hangzhou';
      // The gateway takes RegionId for every action, also for those whose model does not list it.
      if (!Object.values(action.requestModel.names()).includes('RegionId')) delete parameters.RegionId;
      return {
        action: name,
        parameters,
        answer: (cloud, requestId) => json(200, { ...action.run(parameters, cloud, region), RequestId: requestId }),
      };
    },
  };
}

function parametersOf(request: WireRequest): Map<string, string> {
  const parameters = new Map(request.query);
  const type = request.headers['content-type'] ?? '';
  const text = request.body.toString('utf8');
  if (text === '') return parameters;
  if (type.includes('json')) {
    const body: unknown = JSON.parse(text);
    for (const [key, value] of Object.entries(body ?? {})) {
      parameters.set(key, typeof value === 'string' ? value : JSON.stringify(value));
    }
  } else {
    for (const [key, value] of new URLSearchParams(text)) parameters.set(key, value);
  }
  return parameters;
}
