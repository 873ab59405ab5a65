import { judge } from '../../../providers/alicloud/budget';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import selection from '../../../providers/alicloud/resources.json';
import { compareSchemas, cutSchema, parseJson, renderSchema, type Selection } from '../../../providers/alicloud/schema';

const answer = parseJson(
  JSON.stringify({
    format_version: '1.0',
    provider_schemas: {
      'registry.opentofu.org/aliyun/alicloud': {
        provider: { version: 0, block: { attributes: { region: { type: 'string' } } } },
        resource_schemas: {
          alicloud_vswitch: { version: 0, block: {} },
          alicloud_vpc: {
            version: 1,
            block: { attributes: { tags: { type: ['map', 'string'] }, cidr: { type: 'string' } } },
          },
          alicloud_db_instance: { version: 0, block: {} },
        },
        data_source_schemas: { alicloud_zones: { version: 0, block: {} } },
        functions: { f: {} },
      },
    },
  }),
);
const wanted: Selection = {
  provider: 'aliyun/alicloud',
  version: '1.285.0',
  resources: ['alicloud_vswitch', 'alicloud_vpc'],
  dataSources: [],
};

describe('the cut of the schema', () => {
  test('[T1] holds the provider and what is selected, sorted, and nothing else, whichever registry it came from', () => {
    expect(renderSchema(cutSchema(answer, wanted))).toBe(`{
 "format_version": "1.0",
 "provider_schemas": {
  "registry.terraform.io/aliyun/alicloud": {
   "provider": {
    "block": {
     "attributes": {
      "region": {
       "type": "string"
      }
     }
    },
    "version": 0
   },
   "resource_schemas": {
    "alicloud_vpc": {
     "block": {
      "attributes": {
       "cidr": {
        "type": "string"
       },
       "tags": {
        "type": [
         "map",
         "string"
        ]
       }
      }
     },
     "version": 1
    },
    "alicloud_vswitch": {
     "block": {},
     "version": 0
    }
   }
  }
 }
}
`);
  });

  test('[T1] has data sources where they are selected', () => {
    const text = renderSchema(cutSchema(answer, { ...wanted, dataSources: ['alicloud_zones'] }));
    expect(text).toContain('"data_source_schemas": {\n    "alicloud_zones"');
  });

  test('[T1] is the same text in whatever order resources.json has them', () => {
    const turned = { ...wanted, resources: [...wanted.resources].reverse() };
    expect(renderSchema(cutSchema(answer, turned))).toBe(renderSchema(cutSchema(answer, wanted)));
  });

  test('[T1] names every selected type that the provider lacks, and the nearest that it has', () => {
    const wrong = { ...wanted, resources: ['alicloud_vcp', 'alicloud_vpc', 'alicloud_db_instances'] };
    expect(() => cutSchema(answer, wrong)).toThrow(
      [
        'aliyun/alicloud 1.285.0 has no resource alicloud_vcp; correct it in resources.json (nearest: alicloud_vpc, alicloud_vswitch, alicloud_db_instance)',
        'aliyun/alicloud 1.285.0 has no resource alicloud_db_instances; correct it in resources.json (nearest: alicloud_db_instance, alicloud_vswitch, alicloud_vpc)',
      ].join('\n'),
    );
  });

  test('[T1] refuses an answer without the provider, and one that is no schema', () => {
    expect(() => cutSchema(answer, { ...wanted, provider: 'other/one' })).toThrow(
      /must have other\/one and has registry\.opentofu\.org\/aliyun\/alicloud; ask a configuration that requires it/,
    );
    expect(() => cutSchema([], wanted)).toThrow(
      /"provider_schemas" is missing in the schema; it must be the answer of/,
    );
  });
});

describe('the check of the schema', () => {
  const real = renderSchema(cutSchema(answer, wanted));

  test('[T1] finds nothing in the same bytes', () => {
    expect(compareSchemas(real, real)).toEqual([]);
  });

  test('[T1] names the resource and the attribute that differ', () => {
    const committed = real.replace('"version": 1', '"version": 2').replace('"cidr"', '"cidr_block"');
    expect(compareSchemas(committed, real)).toEqual([
      'alicloud_vpc.cidr: absent in schema.json, present in the provider',
      'alicloud_vpc.cidr_block: present in schema.json, absent in the provider',
      'alicloud_vpc.version: 2 in schema.json, 1 in the provider',
    ]);
  });

  test('[T1] does not let another layout pass', () => {
    expect(compareSchemas(real.trimEnd(), real)).toEqual([expect.stringMatching(/in another order or layout/)]);
  });

  test('[T1] the committed schema has exactly the types of resources.json, in the committed layout', () => {
    const text = readFileSync(join(__dirname, '../../../providers/alicloud/schema.json'), 'utf8');
    expect(renderSchema(cutSchema(parseJson(text), selection)) === text).toBe(true);
  });
});

describe('the budget of the bindings', () => {
  test.each([
    [{ bytes: 3_100_000, seconds: 1.2 }, ['passed', 'passed']],
    [{ bytes: 5_000_001, seconds: 1.2 }, ['failed', 'passed']],
    [{ bytes: 3_100_000, seconds: 2.5 }, ['passed', 'warning']],
  ])('[T1] %j is %j: weight fails, time only warns', (cost, outcomes) => {
    expect(judge(cost).map(({ outcome }) => outcome)).toEqual(outcomes);
  });
});
