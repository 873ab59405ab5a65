/** JSON that KMS takes and keeps: policies, and tags as `CreateKey` and `CreateSecret` are given them. */
import { ApiError } from '../../api-error';
import type { Cloud } from '../../cloud';
import { MOST_TAGS } from '../../tags';

/** What a key or secret of a KMS instance has unless it is given one: the account may do everything. */
export const usualPolicy = (cloud: Cloud): string =>
  JSON.stringify({
    Statement: [
      {
        Action: ['kms:*'],
        Effect: 'Allow',
        Principal: { RAM: [`acs:ram::${cloud.accountId}:*`] },
        Resource: ['*'],
        Sid: 'kms default policy',
      },
    ],
    Version: '1',
  });

/** @throws ApiError `InvalidParameter` for what is no policy document */
export function checkedPolicy(text: string): string {
  const document = parsed(text, 'Policy');
  if (typeof document === 'object' && document !== null && 'Statement' in document && 'Version' in document)
    return text;
  throw new ApiError('InvalidParameter', 'Policy has no Statement and Version.');
}

/** @param text `[{"TagKey":"a","TagValue":"b"}]` */
export function tagsFromJson(text: string | undefined): Map<string, string> {
  const list = text === undefined ? [] : parsed(text, 'Tags');
  if (!Array.isArray(list) || list.length > MOST_TAGS) {
    throw new ApiError('InvalidParameter', `Tags is no list of at most ${MOST_TAGS}.`);
  }
  return new Map(list.map((tag: unknown) => [stringIn(tag, 'TagKey'), stringIn(tag, 'TagValue')]));
}

function stringIn(object: unknown, name: string): string {
  const value: unknown = typeof object === 'object' && object !== null ? Reflect.get(object, name) : undefined;
  if (typeof value === 'string') return value;
  throw new ApiError('InvalidParameter', `Tags has an item without ${name}.`);
}

function parsed(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError('InvalidParameter', `${name} is no JSON.`);
  }
}
