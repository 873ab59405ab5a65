import { stateOverride } from '../../state-backend';

const oss = (key: string) => ({
  bucket: 'states',
  key,
  tablestore_endpoint: 'https://dev-lock.cn-hangzhou.ots.aliyuncs.com',
});
const endpoint = (instance: string): string => `http://${instance}.lock@127.0.0.1:9`;

describe('the override of where states are', () => {
  test('[L3] sends the lock of the own state and of each state read to the double, and changes nothing else', () => {
    const config = {
      terraform: { backend: { oss: oss('network.tfstate') } },
      data: {
        terraform_remote_state: { foundation: { backend: 'oss', workspace: 'x', config: oss('foundation.tfstate') } },
      },
    };
    const lock = { tablestore_endpoint: 'http://dev-lock.lock@127.0.0.1:9' };
    expect(stateOverride(config, endpoint)).toEqual({
      terraform: { backend: { oss: { ...oss('network.tfstate'), ...lock } } },
      data: { terraform_remote_state: { foundation: { config: { ...oss('foundation.tfstate'), ...lock } } } },
    });
  });

  test('[L3] has no data where no other state is read', () => {
    const override = stateOverride({ terraform: { backend: { oss: oss('foundation.tfstate') } } }, endpoint);
    expect(override).not.toHaveProperty('data');
  });

  test('[L3] is none for a state in a file', () => {
    expect(stateOverride({ terraform: { backend: {} } }, endpoint)).toBeUndefined();
  });
});
