/** Planted faults: names and tags. */
import { refuses } from './planted';

refuses('names and tags', [
  [
    'N8',
    'a name too long for a resource name',
    (e) => {
      e.name = 'production-east';
    },
    /^production-east: name \(production-east\) must be 2–12 .*; shorten it$/,
  ],
  [
    'N8',
    'an empty tag',
    (e) => {
      e.tags.owner = '';
    },
    /tags\.owner \(empty\) must be 1–128 characters/,
  ],
  [
    'N8',
    'a tag longer than the cloud takes',
    (e) => {
      e.tags.service = 'x'.repeat(129);
    },
    /tags\.service \(x+\) must be 1–128/,
  ],
  [
    'N8',
    'a tag that the cloud keeps for itself',
    (e) => {
      e.tags.costCenter = 'acs:ai';
    },
    /tags\.costCenter \(acs:ai\).*not beginning with/,
  ],

  [
    'N1',
    'a region that is none',
    (e) => {
      e.region = 'cn_hangzhou';
      e.network.zones = e.network.zones.map((zone) => ({ ...zone, id: zone.id.replace('cn-', 'cn_') }));
    },
    /region \(cn_hangzhou\) must be a region id such as cn-hangzhou/,
  ],
]);
