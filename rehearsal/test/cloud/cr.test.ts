import { cr } from '../../cloud/products/cr';
import { Caller } from './caller';
import type { Answer } from './caller';

type Parameters = Readonly<Record<string, string>>;

const InstanceId = 'cri-0123456789abcdef';
const namespace = { InstanceId, NamespaceName: 'gateway', AutoCreateRepo: 'false', DefaultRepoType: 'PRIVATE' };
const repository = {
  InstanceId,
  RepoNamespaceName: 'gateway',
  RepoName: 'app',
  RepoType: 'PRIVATE',
  Summary: 'one',
  TagImmutability: 'true',
};

function registry() {
  const caller = new Caller([cr]);
  const call = (action: string, parameters: Parameters): Promise<Answer> =>
    caller.rpc(`cr.cn-hangzhou.aliyuncs.com 2018-12-01 ${action}`, parameters);
  return { caller, call };
}

describe('Container Registry', () => {
  test('[N5] answers namespace and repository as they were made and changed, and lets them go in order', async () => {
    const { caller, call } = registry();
    await call('CreateNamespace', namespace);
    const { RepoId } = (await call('CreateRepository', repository)).body;
    await call('UpdateRepository', { InstanceId, RepoId: String(RepoId), RepoType: 'PRIVATE', Summary: 'two' });
    await call('UpdateNamespace', { InstanceId, NamespaceName: 'gateway', DefaultRepoType: 'PUBLIC' });
    expect((await call('GetNamespace', { InstanceId, NamespaceName: 'gateway' })).body).toMatchObject({
      IsSuccess: true,
      AutoCreateRepo: false,
      DefaultRepoType: 'PUBLIC',
    });
    expect(
      (await call('GetRepository', { InstanceId, RepoNamespaceName: 'gateway', RepoName: 'app' })).body,
    ).toMatchObject({ IsSuccess: true, RepoId, Summary: 'two', TagImmutability: true });
    expect(caller.cloud.store.inventory().map(({ terraform }) => terraform?.importId)).toEqual([
      `${InstanceId}:gateway`,
      `${InstanceId}:gateway:app`,
    ]);
    await call('DeleteRepository', { InstanceId, RepoId: String(RepoId) });
    await call('DeleteNamespace', { InstanceId, NamespaceName: 'gateway' });
    expect(caller.cloud.store.inventory()).toEqual([]);
  });

  test.each<[string, Parameters, string]>([
    ['CreateNamespace', namespace, 'NAMESPACE_ALREADY_EXIST'],
    ['CreateNamespace', { ...namespace, NamespaceName: 'Upper' }, 'INVALID_NAMESPACE_NAME'],
    ['CreateNamespace', { ...namespace, InstanceId: 'crx-1' }, 'INSTANCE_NOT_EXIST'],
    ['CreateNamespace', { ...namespace, NamespaceName: 'new', DefaultRepoType: 'SECRET' }, 'InvalidDefaultRepoType'],
    ['GetNamespace', { InstanceId, NamespaceName: 'none' }, 'NAMESPACE_NOT_EXIST'],
    ['DeleteNamespace', { InstanceId, NamespaceName: 'gateway' }, 'NAMESPACE_NOT_EMPTY'],
    ['CreateRepository', repository, 'REPO_ALREADY_EXIST'],
    ['CreateRepository', { ...repository, RepoNamespaceName: 'none' }, 'NAMESPACE_NOT_EXIST'],
    ['CreateRepository', { ...repository, RepoName: 'new', Summary: 'x'.repeat(101) }, 'INVALID_REPO_SUMMARY'],
    ['GetRepository', { InstanceId, RepoNamespaceName: 'gateway', RepoName: 'none' }, 'REPO_NOT_EXIST'],
  ])('[N5] refuses %s %j with %s', async (action, parameters, code) => {
    const { call } = registry();
    await call('CreateNamespace', namespace);
    await call('CreateRepository', repository);
    expect((await call(action, parameters)).body.Code).toBe(code);
  });
});
