/** Tags as the products share them: their limits, and the two lists in which they cross the wire. */
import { ApiError } from './api-error';

export type Tags = Map<string, string>;

interface WireTag {
  readonly key?: string | undefined;
  readonly value?: string | undefined;
}

/** Most tags of one thing. Source: "Tag restrictions" of Resource Management, as the rest here. */
export const MOST_TAGS = 20;
const LONGEST = 128;
const RESERVED = /^(aliyun|acs:)|https?:\/\//i;

/**
 * Adds the tags of a request to those that a thing has.
 * @throws ApiError `InvalidTagKey.Malformed`, `InvalidTagValue.Malformed`, `QuotaExceeded.TagsPerResource`
 */
export function addTags(tags: Tags, sent: readonly WireTag[] | undefined): Tags {
  for (const { key = '', value = '' } of sent ?? []) {
    if (key === '' || key.length > LONGEST || RESERVED.test(key)) {
      throw new ApiError('InvalidTagKey.Malformed', `The specified Tag.n.Key (${key}) is not valid.`);
    }
    if (value.length > LONGEST || /https?:\/\//i.test(value)) {
      throw new ApiError('InvalidTagValue.Malformed', `The specified Tag.n.Value (${value}) is not valid.`);
    }
    tags.set(key, value);
  }
  if (tags.size > MOST_TAGS) {
    throw new ApiError(
      'QuotaExceeded.TagsPerResource',
      `The resource would have ${String(tags.size)} tags, and may have ${String(MOST_TAGS)}.`,
    );
  }
  return tags;
}

/** The tags of a request, checked. */
export const readTags = (sent: readonly WireTag[] | undefined): Tags => addTags(new Map(), sent);

/** The tags of an answer. */
export const writeTags = (tags: Tags): { key: string; value: string }[] =>
  [...tags].map(([key, value]) => ({ key, value }));

/** Takes tags away: those named, or all of them when none is named and `all` is set. */
export function removeTags(tags: Tags, keys: readonly string[] | undefined, all = false): void {
  if (keys === undefined && all) tags.clear();
  for (const key of keys ?? []) tags.delete(key);
}
