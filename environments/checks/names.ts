/** Names, region and tags: what the cloud would refuse only in the middle of a deployment. */
import { TAG_VALUE } from '../../constructs/policy/tag-values';
import type { Environment } from '../environment';
import { shaped, type Fault } from './fault';

/** Checks the name, the region and the tags. */
export function* names(environment: Environment): Iterable<Fault> {
  yield* shaped(
    'name',
    environment.name,
    /^(?=.{2,12}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
    '2–12 lower-case letters, digits and single hyphens, first a letter: the longest resource name leaves it no more; shorten it',
  );
  yield* shaped(
    'region',
    environment.region,
    /^[a-z]{2}(-[a-z]+)+(-\d+)?$/,
    'a region id such as cn-hangzhou or ap-southeast-1; take it from the region list of the cloud',
  );
  for (const key of ['owner', 'service', 'costCenter'] as const) {
    yield* shaped(
      `tags.${key}`,
      environment.tags[key],
      TAG_VALUE,
      '1–128 characters without space at either end, no http(s):// in it, not beginning with aliyun or acs:; every resource carries it, so say who or what it is',
    );
  }
}
