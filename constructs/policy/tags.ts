/**
 * Puts the four tags on every resource that can carry them: who owns it, where it belongs, what it is part of and who
 * pays. A tag that a construct set by hand stays as it is.
 *
 * Taggable is whatever has an argument `tags`: in every resource of the provider that this project uses it is a map of
 * strings (a test holds the schema to that). Not to be confused with it: `labels` of a node pool, which are the nodes'
 * Kubernetes labels, and `tag_immutability` of an image repository.
 */
import type { IAspect } from 'cdktf';
import { Fn, TerraformResource, Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { TAG_VALUE, TAG_VALUE_LENGTH } from './tag-values';

/** Keys of the tags, in the cloud's spelling. */
export const TAG_KEYS = ['owner', 'environment', 'service', 'cost-center'] as const;

/** A tag that every taggable resource carries. */
export type TagKey = (typeof TAG_KEYS)[number];

/** A value for each of them. */
export type TagValues = Readonly<Record<TagKey, string>>;

/** What a resource's class looks like that has `tags`. */
interface Taggable {
  tags: Record<string, string>;
  readonly tagsInput?: Record<string, string>;
}

export class Tags implements IAspect {
  /** @throws when a value is empty, too long, or of a form that the cloud refuses */
  constructor(readonly values: TagValues) {
    for (const key of TAG_KEYS) {
      const value = values[key];
      if (value.length === 0 || value.length > TAG_VALUE_LENGTH) {
        throw new Error(
          `tag ${key} has ${value.length} characters and must have 1 to ${TAG_VALUE_LENGTH}; give it a name that people know`,
        );
      }
      if (!TAG_VALUE.test(value)) {
        throw new Error(
          `tag ${key} (${value}) holds an address, a prefix of the cloud's own or a space at an end, which it refuses; choose plain words`,
        );
      }
    }
  }

  visit(node: IConstruct): void {
    if (!isTaggable(node)) {
      return;
    }
    const byHand = node.tagsInput ?? {};
    // A map that is known only when it is applied cannot be spread here, so Terraform merges it: the later one wins.
    node.tags = Token.isUnresolved(byHand)
      ? Token.asStringMap(Fn.merge([{ ...this.values }, byHand]))
      : { ...this.values, ...byHand };
  }
}

/** Whether a resource can carry tags. */
export function isTaggable(node: IConstruct): node is TerraformResource & Taggable {
  return node instanceof TerraformResource && 'tags' in node && 'tagsInput' in node;
}
