/** What both nouns of a registry instance share: the instance, names, visibility, and how success is told. */
import { ApiError, notFound } from '../../api-error';
import { defineModel } from '../../define-model';

export const VISIBILITY = ['PUBLIC', 'PRIVATE'] as const;
export function checkInstance(id: string | undefined): string {
  if (id !== undefined && /^cri-[a-z0-9]+$/.test(id)) return id;
  throw notFound('INSTANCE_NOT_EXIST', 'instance', id ?? '');
}

export function checkedName(parameter: string, name: string | undefined, least: number, most: number): string {
  const text = name ?? '';
  const fits = text.length >= least && text.length <= most && /^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/.test(text);
  if (fits) return text;
  throw new ApiError(
    `INVALID_${parameter}`,
    `The name (${text}) is not ${least} to ${most} lower-case letters, digits, and between them ".", "_" and "-".`,
  );
}

/** Both nouns answer so where there is nothing to say. */
export const DONE = { isSuccess: true, code: 'success' } as const;
export const Done = defineModel({ IsSuccess: 'boolean', Code: 'string' });
