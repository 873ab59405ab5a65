import { CrEeNamespace } from '@cdktf/provider-alicloud/lib/cr-ee-namespace';
import { CrEeRepo } from '@cdktf/provider-alicloud/lib/cr-ee-repo';
import type { ImageRepositoryProps } from '../../../constructs/registry/image-repository';
import { ImageRepository } from '../../../constructs/registry/image-repository';
import { synthesize } from '../../synthesize';

const props: ImageRepositoryProps = {
  instanceId: 'cri-abc123',
  namespace: 'acme',
  repository: 'gateway',
  summary: 'The gateway',
  host: 'registry.cn-hangzhou.aliyuncs.com',
};

describe('ImageRepository', () => {
  test('[N5] is a private repository of immutable tags in a namespace that makes none by itself', () => {
    const stack = synthesize((scope) => new ImageRepository(scope, 'images', props));
    expect(stack.count()).toEqual({ alicloud_cr_ee_namespace: 1, alicloud_cr_ee_repo: 1 });
    expect(stack.only(CrEeNamespace)).toEqual({
      instance_id: 'cri-abc123',
      name: 'acme',
      auto_create: false,
      default_visibility: 'PRIVATE',
      lifecycle: { prevent_destroy: true },
    });
    expect(stack.only(CrEeRepo)).toEqual({
      instance_id: 'cri-abc123',
      namespace: `\${alicloud_cr_ee_namespace.${Object.keys(stack.byId(CrEeNamespace))[0] ?? ''}.name}`,
      name: 'gateway',
      summary: 'The gateway',
      repo_type: 'PRIVATE',
      tag_immutability: true,
      lifecycle: { prevent_destroy: true },
    });
  });

  test('[N5] names an image by its digest, and refuses a tag', () => {
    const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
    const named: string[] = [];
    synthesize((scope) => named.push(new ImageRepository(scope, 'images', props).image(digest)));
    expect(named).toEqual([`registry.cn-hangzhou.aliyuncs.com/acme/gateway@${digest}`]);
    expect(() => synthesize((scope) => new ImageRepository(scope, 'images', props).image('latest'))).toThrow(
      /image digest \(latest\) must be sha256: and 64 hex digits; a tag may point to another image tomorrow/,
    );
  });

  test('[N9] may be destroyed where nothing is protected, and overridden', () => {
    const overrides = { namespace: { autoCreate: true }, repository: { detail: 'more' } };
    const stack = synthesize((scope) => new ImageRepository(scope, 'images', { ...props, protect: false, overrides }));
    expect(stack.only(CrEeNamespace)).toMatchObject({ auto_create: true, lifecycle: { prevent_destroy: false } });
    expect(stack.only(CrEeRepo)).toMatchObject({ detail: 'more', lifecycle: { prevent_destroy: false } });
  });

  test.each<[Partial<ImageRepositoryProps>, RegExp]>([
    [{ instanceId: 'acme' }, /instanceId \(acme\) must be the id of a registry instance/],
    [{ namespace: '-acme' }, /namespace \(-acme\) must be 2 to 120 lower-case/],
    [{ repository: 'x'.repeat(65) }, /repository \(x+\) must be 2 to 64/],
    [{ repository: 'g' }, /repository \(g\)/],
  ])('[N5] refuses %j and says the way out', (fault, message) => {
    expect(() => synthesize((scope) => new ImageRepository(scope, 'images', { ...props, ...fault }))).toThrow(message);
  });
});
