/**
 * Parameter Store of Operation Orchestration (OOS): settings that are no secrets, by name.
 * The models are written from the API reference of oos 2019-06-01; no package of them is installed.
 */
import { ApiError, notFound } from '../api-error';
import type { Cloud } from '../cloud';
import { defineModel, TEXT_MAP } from '../define-model';
import { DEFAULT_RESOURCE_GROUP } from '../resource-group';
import { rpcAction, rpcProduct } from '../rpc';
import { Kind } from '../store';
import type { Entity } from '../store';

interface Parameter extends Entity {
  /** Its name, unique in account and region. */
  readonly id: string;
  readonly parameterId: string;
  readonly type: string;
  readonly constraints: string;
  readonly createdAt: number;
  value: string;
  description: string;
  resourceGroupId: string;
  tags: Record<string, string>;
  version: number;
  updatedAt: number;
}

export const parameters = new Kind<Parameter>({
  noun: 'parameter',
  terraform: { type: 'alicloud_oos_parameter' },
  removal: (parameter) => `aliyun oos DeleteParameter --Name ${parameter.id}`,
});

const TYPES = ['String', 'StringList'] as const;
const MOST = { name: 180, value: 4096, description: 200 } as const;

function parameterNamed(cloud: Cloud, name: string | undefined): Parameter {
  return parameters.in(cloud.store).get(name, (unknown) => notFound('EntityNotExists.Parameter', 'parameter', unknown));
}

function checkedName(name: string): string {
  const reserved = /^(aliyun|acs|alibaba|oos)/i.test(name);
  if (!reserved && name.length <= MOST.name && /^[\w/-]{2,}$/.test(name)) return name;
  throw new ApiError(
    'InvalidParameter.Name',
    `The name (${name}) is not 2 to ${MOST.name} letters, digits, "-", "_" and "/", or begins with a reserved word.`,
  );
}

/** What the constraints of a parameter allow, as JSON; all of it is optional. */
interface Constraints {
  readonly AllowedValues?: readonly unknown[];
  readonly AllowedPattern?: string;
  readonly MinLength?: number;
  readonly MaxLength?: number;
}

function constraintsOf(text: string): Constraints {
  if (text === '') return {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) return parsed;
  } catch {
    // Refused below, like JSON that is no object.
  }
  throw new ApiError('InvalidParameter.Constraints', `The constraints (${text}) are not a JSON object.`);
}

function checkedValue(value: string, constraintText: string): string {
  const { AllowedValues, AllowedPattern, MinLength = 1, MaxLength = MOST.value } = constraintsOf(constraintText);
  if (value.length < MinLength || value.length > MaxLength) {
    throw new ApiError('InvalidParameter.Value', `The value is not ${MinLength} to ${MaxLength} characters.`);
  }
  const listed = AllowedValues?.includes(value) ?? true;
  if (!listed || (AllowedPattern !== undefined && !new RegExp(AllowedPattern).test(value))) {
    throw new ApiError('InvalidParameter.Value', 'The value does not meet the constraints of the parameter.');
  }
  return value;
}

const Described = defineModel({
  Id: 'string',
  Name: 'string',
  Type: 'string',
  Value: 'string',
  Description: 'string',
  Constraints: 'string',
  ParameterVersion: 'number',
  ResourceGroupId: 'string',
  ShareType: 'string',
  Tags: TEXT_MAP,
  CreatedBy: 'string',
  CreatedDate: 'string',
  UpdatedBy: 'string',
  UpdatedDate: 'string',
});

const Answer = defineModel({ Parameter: Described });

const described = (cloud: Cloud, parameter: Parameter) => ({
  id: parameter.parameterId,
  name: parameter.id,
  type: parameter.type,
  value: parameter.value,
  description: parameter.description,
  constraints: parameter.constraints,
  parameterVersion: parameter.version,
  resourceGroupId: parameter.resourceGroupId,
  shareType: 'Private',
  tags: parameter.tags,
  createdBy: `root(${cloud.accountId})`,
  createdDate: cloud.timestamp(parameter.createdAt),
  updatedBy: `root(${cloud.accountId})`,
  updatedDate: cloud.timestamp(parameter.updatedAt),
});

export const oos = rpcProduct({
  name: 'oos',
  version: '2019-06-01',
  hosts: /^oos(-vpc)?\.[a-z0-9-]+\.aliyuncs\.com$/,
  actions: [
    rpcAction({
      name: 'CreateParameter',
      request: defineModel({
        ClientToken: 'string',
        Name: 'string',
        Type: 'string',
        Value: 'string',
        Description: 'string',
        Constraints: 'string',
        Tags: TEXT_MAP,
        ResourceGroupId: 'string',
      }),
      response: Answer,
      required: ['name', 'type', 'value'],
      oneOf: { type: TYPES },
      handle: ({ request, cloud }) => {
        const name = checkedName(request.name ?? '');
        const { constraints = '', description = '' } = request;
        const value = checkedValue(request.value ?? '', constraints);
        if (description.length > MOST.description) {
          throw new ApiError('InvalidParameter.Description', `The description is longer than ${MOST.description}.`);
        }
        const all = parameters.in(cloud.store);
        if (all.find(name) !== undefined) {
          throw new ApiError('EntityAlreadyExists.Parameter', `The parameter (${name}) already exists.`, 409);
        }
        const parameter = all.insert({
          id: name,
          uses: [],
          readyAt: cloud.now(),
          parameterId: cloud.newId('p-'),
          type: request.type ?? 'String',
          constraints,
          createdAt: cloud.now(),
          updatedAt: cloud.now(),
          value,
          description,
          resourceGroupId: request.resourceGroupId ?? DEFAULT_RESOURCE_GROUP,
          tags: request.tags ?? {},
          version: 1,
        });
        return { parameter: described(cloud, parameter) };
      },
    }),
    rpcAction({
      name: 'GetParameter',
      request: defineModel({ Name: 'string', ParameterVersion: 'number', ResourceGroupId: 'string' }),
      response: Answer,
      required: ['name'],
      handle: ({ request, cloud }) => ({ parameter: described(cloud, parameterNamed(cloud, request.name)) }),
    }),
    rpcAction({
      name: 'UpdateParameter',
      request: defineModel({
        Name: 'string',
        Value: 'string',
        Description: 'string',
        Tags: TEXT_MAP,
        ResourceGroupId: 'string',
      }),
      response: Answer,
      required: ['name', 'value'],
      handle: ({ request, cloud }) => {
        const parameter = parameterNamed(cloud, request.name);
        parameter.value = checkedValue(request.value ?? parameter.value, parameter.constraints);
        parameter.description = request.description ?? parameter.description;
        parameter.resourceGroupId = request.resourceGroupId ?? parameter.resourceGroupId;
        parameter.tags = request.tags ?? parameter.tags;
        parameter.version += 1;
        parameter.updatedAt = cloud.now();
        return { parameter: described(cloud, parameter) };
      },
    }),
    rpcAction({
      name: 'DeleteParameter',
      request: defineModel({ Name: 'string' }),
      response: defineModel({}),
      required: ['name'],
      handle: ({ request, cloud }) => {
        parameters.in(cloud.store).remove(parameterNamed(cloud, request.name).id);
        return {};
      },
    }),
  ],
});
