import { oos } from '../../cloud/products/oos';
import { Caller } from './caller';
import type { Answer } from './caller';

type Parameters = Readonly<Record<string, string>>;

const parameter = { Name: 'gateway/dev/LOG_LEVEL', Type: 'String', Value: 'info', Tags: '{"owner":"a"}' };

function store() {
  const caller = new Caller([oos]);
  const call = (action: string, parameters: Parameters): Promise<Answer> =>
    caller.rpc(`oos.cn-hangzhou.aliyuncs.com 2019-06-01 ${action}`, parameters);
  return { caller, call };
}

describe('Parameter Store', () => {
  test('[N7] answers a parameter as it was made, and counts its versions', async () => {
    const { caller, call } = store();
    await call('CreateParameter', parameter);
    await call('UpdateParameter', { Name: parameter.Name, Value: 'debug' });
    expect((await call('GetParameter', { Name: parameter.Name })).body.Parameter).toMatchObject({
      Name: parameter.Name,
      Type: 'String',
      Value: 'debug',
      Tags: { owner: 'a' },
      ParameterVersion: 2,
    });
    await call('DeleteParameter', { Name: parameter.Name });
    expect(caller.cloud.store.inventory()).toEqual([]);
  });

  test('[N7] makes one parameter of a call that is repeated with its client token', async () => {
    const { call } = store();
    await call('CreateParameter', { ...parameter, ClientToken: 't1' });
    expect((await call('CreateParameter', { ...parameter, ClientToken: 't1' })).status).toBe(200);
    expect((await call('CreateParameter', { ...parameter, ClientToken: 't2' })).body.Code).toBe(
      'EntityAlreadyExists.Parameter',
    );
  });

  test.each<[string, Parameters, string]>([
    ['CreateParameter', { ...parameter, Name: 'oos/mine' }, 'InvalidParameter.Name'],
    ['CreateParameter', { ...parameter, Name: 'new', Type: 'Secret' }, 'InvalidType'],
    ['CreateParameter', { Name: 'new', Type: 'String' }, 'MissingValue'],
    ['CreateParameter', { ...parameter, Name: 'new', Constraints: 'no JSON' }, 'InvalidParameter.Constraints'],
    ['CreateParameter', { ...parameter, Name: 'new', Constraints: '{"MinLength":9}' }, 'InvalidParameter.Value'],
    ['UpdateParameter', { Name: parameter.Name, Value: 'x'.repeat(4097) }, 'InvalidParameter.Value'],
    ['GetParameter', { Name: 'none' }, 'EntityNotExists.Parameter'],
    ['DeleteParameter', { Name: 'none' }, 'EntityNotExists.Parameter'],
  ])('[N7] refuses %s %j with %s', async (action, parameters, code) => {
    const { call } = store();
    await call('CreateParameter', parameter);
    expect((await call(action, parameters)).body.Code).toBe(code);
  });
});
