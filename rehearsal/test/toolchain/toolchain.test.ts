import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import { dirname, join } from 'node:path';
import helmBindings from '@cdktf/provider-helm/package.json';
import kubernetesBindings from '@cdktf/provider-kubernetes/package.json';
import randomBindings from '@cdktf/provider-random/package.json';
import alicloudSelection from '../../../providers/alicloud/resources.json';
import { Cache } from '../../toolchain/cache';
import { Interrupted } from '../../toolchain/host';
import { PROVIDERS, REGISTRY_HOSTS, type Provider } from '../../toolchain/providers';
import { prepareToolchain, type Toolchain, type ToolchainOptions } from '../../toolchain/toolchain';
import { fakeHost, type FakeHost } from './fake-host';

let root: string;
let told: string;
beforeEach(() => {
  root = mkdtempSync(join(os.tmpdir(), 'toolchain-'));
  told = '';
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

const prepare = (host: FakeHost, options: ToolchainOptions = {}): Promise<Toolchain> =>
  prepareToolchain({
    host,
    cache: new Cache(join(root, 'cache')),
    output: { write: (text: string) => (told += text) },
    ...options,
  });

/** Every file below a folder, as paths from it. */
const filesBelow = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
        .sort()
    : [];

const GOOD = { terraform: '1.11.4', go: '1.26.8' };

describe('the table of providers', () => {
  test.each(PROVIDERS.map((row): [string, Provider] => [row.source, row]))('[L3] pins %s in every part', (_, row) => {
    expect(row.source).toMatch(/^[a-z0-9-]+\/[a-z0-9-]+$/);
    expect(row.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(row.build.name).toBe(`terraform-provider-${row.source.split('/')[1] ?? ''}`);
    expect(row.build.version).toMatch(/^v\d+\.\d+\.\d+/);
    for (const { version } of row.build.replaces ?? []) expect(version).toMatch(/^v\d+\.\d+\.\d+/);
    expect(row.build.coldSeconds).toBeGreaterThan(0);
  });

  test('[L3] asks for the versions that the bindings were made for', () => {
    expect(Object.fromEntries(PROVIDERS.map(({ source, version }) => [source, version]))).toEqual({
      'aliyun/alicloud': alicloudSelection.version,
      'hashicorp/random': randomBindings.cdktf.provider.version,
      'hashicorp/kubernetes': kubernetesBindings.cdktf.provider.version,
      'hashicorp/helm': helmBindings.cdktf.provider.version,
    });
  });
});

describe('prepareToolchain', () => {
  test('[L3] builds the providers where no registry answers, and offers them under both hosts', async () => {
    const toolchain = await prepare(fakeHost({ commands: GOOD }));
    const mirror = join(dirname(toolchain.cliConfigFile), 'providers');
    expect(filesBelow(mirror)).toEqual(
      REGISTRY_HOSTS.flatMap((host) => [
        `${host}/aliyun/alicloud/1.285.0/linux_amd64/terraform-provider-alicloud_v1.285.0`,
        `${host}/hashicorp/random/3.7.2/linux_amd64/terraform-provider-random_v3.7.2`,
        `${host}/hashicorp/kubernetes/2.38.0/linux_amd64/terraform-provider-kubernetes_v2.38.0`,
        `${host}/hashicorp/helm/3.1.1/linux_amd64/terraform-provider-helm_v3.1.1`,
      ]).sort(),
    );
    expect(toolchain.terraform).toBe('/path/terraform');
    expect(toolchain.environment).toEqual({
      TF_CLI_CONFIG_FILE: toolchain.cliConfigFile,
      CHECKPOINT_DISABLE: '1',
      TERRAFORM_BINARY_NAME: '/path/terraform',
    });
    expect(readFileSync(toolchain.cliConfigFile, 'utf8')).toBe(
      `provider_installation {\n  filesystem_mirror {\n    path = "${mirror}"\n  }\n}\n`,
    );
  });

  test('[L3] says beforehand what it builds, why and for how long, and afterwards what stands in for what', async () => {
    const { report } = await prepare(fakeHost({ commands: GOOD }));
    expect(told).toMatch(
      /^Building terraform-provider-alicloud, terraform-provider-random, terraform-provider-kubernetes, terraform-provider-helm from the Go modules \(registry\.terraform\.io is out of reach\)\.\nThis takes about 10 minutes on two cores, once;/,
    );
    expect(report).toEqual([
      'Terraform 1.11.4 from the PATH (/path/terraform)',
      'aliyun/alicloud 1.285.0, built from github.com/aliyun/terraform-provider-alicloud@v1.285.0',
      'hashicorp/random 3.7.2: github.com/terraform-providers/terraform-provider-random@v1.3.2-0.20260824155315-e1092b0cfc07 stands in for it, under the version that @cdktf/provider-random asks for',
      'hashicorp/kubernetes 2.38.0: github.com/hashicorp/terraform-provider-kubernetes@v1.13.4-0.20260821094251-3a33fb6cc605 stands in for it, under the version that @cdktf/provider-kubernetes asks for',
      'hashicorp/helm 3.1.1: github.com/hashicorp/terraform-provider-helm@v1.3.3-0.20260629194918-a4f1c1d8b008 stands in for it, under the version that @cdktf/provider-helm asks for',
    ]);
  });

  test('[L3] builds once: the second time it says nothing and builds nothing', async () => {
    const first = await prepare(fakeHost({ commands: GOOD }));
    told = '';
    const host = fakeHost({ commands: GOOD });
    expect(await prepare(host)).toEqual(first);
    expect(host.ran).toEqual(['go env GOVERSION', 'terraform version -json']);
    expect(told).toBe('');
  });

  test('[L3] gives the module its replacements before it fetches', async () => {
    let goMod = '';
    const host = fakeHost({
      commands: GOOD,
      interfere: (_command, args, { cwd = '' }) => {
        if (args[0] === 'get') goMod = readFileSync(join(cwd, 'go.mod'), 'utf8');
        return undefined;
      },
    });
    await prepare(host, { providers: ['aliyun/alicloud'] });
    expect(goMod).toContain(
      'replace github.com/alibabacloud-go/alibabacloud-gateway-oss => github.com/alibabacloud-go/alibabacloud-gateway-oss v0.0.23\n',
    );
    expect(host.ran).toContain('go get -tool github.com/aliyun/terraform-provider-alicloud@v1.285.0');
  });

  test('[L3] takes the providers from the registry where it answers, and leaves others to it', async () => {
    const host = fakeHost({ commands: GOOD, inReach: true });
    const toolchain = await prepare(host);
    expect(host.ran.filter((line) => line.startsWith('go build'))).toEqual([]);
    expect(toolchain.report).toEqual([
      'Terraform 1.11.4 from the PATH (/path/terraform)',
      'aliyun/alicloud 1.285.0 from registry.terraform.io',
      'hashicorp/random 3.7.2 from registry.terraform.io',
      'hashicorp/kubernetes 2.38.0 from registry.terraform.io',
      'hashicorp/helm 3.1.1 from registry.terraform.io',
    ]);
    const folder = dirname(toolchain.cliConfigFile);
    expect(filesBelow(join(folder, 'providers'))).toContain(
      'registry.terraform.io/hashicorp/random/3.7.2/linux_amd64/terraform-provider-random_v3.7.2_x5',
    );
    expect(readFileSync(toolchain.cliConfigFile, 'utf8')).toContain(
      'direct {\n    exclude = ["registry.terraform.io/aliyun/alicloud", "registry.opentofu.org/aliyun/alicloud",',
    );
    const again = fakeHost({ commands: GOOD });
    expect(await prepare(again)).toEqual(toolchain);
    expect(again.probed).toEqual([]);
  });

  test('[L3] builds when the registry answers but does not give the package', async () => {
    const interfere: NonNullable<Parameters<typeof fakeHost>[0]['interfere']> = (_command, args) =>
      args[0] === 'init' ? { code: 1, stdout: '', stderr: 'no route to the download' } : undefined;
    const { report } = await prepare(fakeHost({ commands: GOOD, inReach: true, interfere }));
    expect(told).toContain('no route to the download');
    expect(report[1]).toContain('built from');
    const asked = prepare(fakeHost({ commands: GOOD, interfere }), {
      origin: 'registry',
      cache: new Cache(join(root, 'other')),
    });
    await expect(asked).rejects.toThrow(/could not be fetched from registry\.terraform\.io:\nno route to the download/);
  });

  test.each([
    [{ BAILIAN_GATEWAY_PROVIDERS: 'build' }, 'built from'],
    [{ BAILIAN_GATEWAY_PROVIDERS: 'registry' }, 'from registry.terraform.io'],
  ])('[L3] obeys %j without asking a registry', async (environment, origin) => {
    const host = fakeHost({ commands: GOOD, environment });
    const { report } = await prepare(host);
    expect(report[1]).toContain(origin);
    expect(host.probed).toEqual([]);
  });

  test('[L3] refuses an origin that is none and says which there are', async () => {
    const host = fakeHost({ commands: GOOD, environment: { BAILIAN_GATEWAY_PROVIDERS: 'internet' } });
    await expect(prepare(host)).rejects.toThrow(/"registry" or "build", not from "internet"; correct --providers/);
  });

  test('[L3] builds OpenTofu to stand in for a Terraform that is too old', async () => {
    const { terraform, environment, report } = await prepare(
      fakeHost({ commands: { terraform: '1.10.5', go: '1.26.8' } }),
    );
    expect(terraform).toMatch(/builds\/tofu\/v1\.12\.6\/linux_amd64-go1\.26\.8-[0-9a-f]{12}\/tofu$/);
    expect(environment).toMatchObject({ TERRAFORM_BINARY_NAME: terraform });
    expect(report[0]).toBe(
      'OpenTofu 1.12.6, built from github.com/opentofu/opentofu@v1.12.6, stands in for Terraform: terraform on the PATH is 1.10.5 and must be 1.11.0 or newer, and tofu is not on the PATH',
    );
    expect(told).toContain('OpenTofu stands in for Terraform');
  });

  test('[L3] takes OpenTofu from the PATH before it builds one, and asks its own registry', async () => {
    const host = fakeHost({ commands: { tofu: '1.11.2', go: '1.26.8' } });
    const { terraform, report } = await prepare(host);
    expect(terraform).toBe('/path/tofu');
    expect(report[0]).toBe(
      'OpenTofu 1.11.2 from the PATH (/path/tofu), stands in for Terraform: terraform is not on the PATH',
    );
    expect(host.probed).toEqual(['registry.opentofu.org']);
  });

  test.each([
    [
      { terraform: '1.11.4' },
      /out of reach\. terraform-provider-alicloud is built from .* and go is not on the PATH; install it from https:\/\/go\.dev\/dl/,
    ],
    [
      { terraform: '1.11.4', go: '1.25.3' },
      /with Go 1\.26\.0 or newer, and the one on the PATH is go1\.25\.3; install it/,
    ],
    [{}, /terraform is not on the PATH, .* or install Terraform 1\.11\.0 or newer/],
  ])('[L3] with only %j says what is missing and the way out, and starts nothing', async (commands, message) => {
    const host = fakeHost({ commands });
    await expect(prepare(host)).rejects.toThrow(message);
    expect(host.ran.filter((line) => /^go (get|build)/.test(line))).toEqual([]);
    expect(told).toBe('');
  });

  test('[L3] still serves what was built when Go is gone', async () => {
    const first = await prepare(fakeHost({ commands: GOOD }));
    expect(await prepare(fakeHost({ commands: { terraform: '1.11.4' } }))).toEqual(first);
  });

  test.each([
    [
      'fails',
      { code: 1, stdout: '', stderr: 'undefined: thing' },
      /go could not build .*\(exit code 1\).*\nundefined: thing/,
    ],
    ['is interrupted', undefined, /interrupted by SIGINT/],
  ])('[L3] a build that %s leaves nothing, and the next one succeeds', async (_, result, message) => {
    const host = fakeHost({
      commands: GOOD,
      interfere: (_command, args) => {
        if (args[0] !== 'build') return undefined;
        if (result) return result;
        throw new Interrupted('SIGINT');
      },
    });
    await expect(prepare(host)).rejects.toThrow(message);
    expect(filesBelow(root)).toEqual([]);
    await expect(prepare(fakeHost({ commands: GOOD }))).resolves.toHaveProperty('terraform', '/path/terraform');
  });
});
