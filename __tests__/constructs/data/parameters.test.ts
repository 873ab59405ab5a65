import { OosParameter } from '@cdktf/provider-alicloud/lib/oos-parameter';
import { Parameters } from '../../../constructs/data/parameters';
import { synthesize } from '../../synthesize';

const build = (values: Record<string, string>, path = 'bailian-gateway/test') =>
  synthesize((scope) => new Parameters(scope, 'parameters', { path, values }));

describe('Parameters', () => {
  test('[N7] keeps each setting under its path', () => {
    const stack = build({ REGION: 'cn-hangzhou', LOG_LEVEL: 'info' });
    expect(stack.count()).toEqual({ alicloud_oos_parameter: 2 });
    expect(stack.every(OosParameter)).toMatchObject([
      { parameter_name: 'bailian-gateway/test/LOG_LEVEL', type: 'String', value: 'info' },
      { parameter_name: 'bailian-gateway/test/REGION', type: 'String', value: 'cn-hangzhou' },
    ]);
  });

  test.each(['DB_PASSWORD', 'DASHSCOPE_API_KEY', 'SESSION_TOKEN', 'CLIENT_SECRET', 'DATABASE_URL', 'accessKey'])(
    '[D3] refuses %s, whose value the store would show',
    (name) => {
      expect(() => build({ [name]: 'x' })).toThrow(`parameter ${name} names a secret, and the store shows its values`);
    },
  );

  test.each([
    ['a path that is reserved', { A: 'x' }, 'OOS/test', /starts with a reserved word; begin the path otherwise/],
    ['a name with a space', { 'A B': 'x' }, 'p', /must be at most 180 letters/],
    ['an empty value', { A: '' }, 'p', /parameter A is empty, which the store refuses; leave it out/],
    ['a long value', { A: 'x'.repeat(4097) }, 'p', /has 4097 characters and 4096 is the most; shorten or split it/],
    ['a long name', { ['A'.repeat(180)]: 'x' }, 'p', /must be at most 180 letters/],
  ])('refuses %s', (_, values, path, message) => {
    expect(() => build(values, path)).toThrow(message);
  });

  test('reports every fault at once', () => {
    expect(() => build({ A: '', API_KEY: 'x' })).toThrow(/parameter A is empty[\s\S]*parameter API_KEY names a secret/);
  });
});
