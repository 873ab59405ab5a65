import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Terraform } from '../../terraform';

let directory: string;
let stack: Terraform;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'terraform-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** A stack whose `terraform` writes down what it is asked for and answers each command from this table. */
function withAnswers(answers: Readonly<Record<string, { readonly code?: number; readonly output?: unknown }>>): void {
  const binary = join(directory, 'terraform');
  const cases = Object.entries(answers).map(([command, { code = 0, output }], at) => {
    const file = join(directory, `answer-${at}`);
    writeFileSync(file, output === undefined ? '' : JSON.stringify(output));
    return `'${command}'*) cat '${file}'; exit ${code};;`;
  });
  const script = [
    '#!/bin/sh',
    `echo "$*" >> '${join(directory, 'asked')}'`,
    'case "$*" in',
    ...cases,
    'esac',
    'exit 99',
  ];
  writeFileSync(binary, script.join('\n'));
  chmodSync(binary, 0o755);
  const logs = join(directory, 'logs');
  stack = new Terraform('dev-network', directory, { binary, environment: {}, logs });
}

const asked = (): string[] => readFileSync(join(directory, 'asked'), 'utf8').trim().split('\n');

const change = (address: string, ...actions: string[]) => ({ address, change: { actions } });

describe('terraform', () => {
  test('[L3] plans into a file and names what that would change, and not what it only reads', async () => {
    withAnswers({
      plan: {},
      'show -json': {
        output: {
          resource_changes: [
            change('alicloud_vpc.a', 'no-op'),
            change('data.alicloud_zones.b', 'read'),
            change('alicloud_vpc.c', 'update'),
            change('alicloud_vpc.d', 'delete', 'create'),
          ],
        },
      },
    });
    expect(await stack.changes(['-refresh-only'])).toEqual([
      { address: 'alicloud_vpc.c', actions: ['update'] },
      { address: 'alicloud_vpc.d', actions: ['delete', 'create'] },
    ]);
    const file = join(directory, 'rehearsal.tfplan');
    expect(asked()).toEqual([`plan -input=false -no-color -out=${file} -refresh-only`, `show -json ${file}`]);
  });

  test('[L3] changes nothing by a plan that names no resource', async () => {
    withAnswers({ plan: {}, 'show -json': { output: {} } });
    expect(await stack.changes()).toEqual([]);
  });

  test('[L3] that fails says which stack, which command and where its log is', async () => {
    withAnswers({ plan: { code: 1 } });
    const log = join(directory, 'logs', 'dev-network.log');
    await expect(stack.changes()).rejects.toThrow(
      `dev-network: terraform plan -input=false -no-color -out=${join(directory, 'rehearsal.tfplan')} ended with 1; see ${log}`,
    );
    expect(readFileSync(log, 'utf8')).toContain('plan -input=false');
    expect(asked()).toHaveLength(1);
  });

  test('[L3] says of an apply whether it went through, and throws not', async () => {
    withAnswers({ apply: { code: 1 } });
    expect(await stack.apply()).toBe(false);
    withAnswers({ apply: {} });
    expect(await stack.apply()).toBe(true);
    expect(asked().at(-1)).toBe('apply -auto-approve -input=false -no-color');
  });

  test('[L3] lists every instance of the managed resources of its state, and no data source', async () => {
    const resource = (mode: string, name: string, ...instances: object[]) => ({
      mode,
      type: 'alicloud_vpc',
      name,
      instances,
    });
    withAnswers({
      'state pull': {
        output: {
          resources: [
            resource('managed', 'one', { attributes: { id: 'vpc-1' } }),
            resource('data', 'two', { attributes: { id: 'vpc-2' } }),
            resource(
              'managed',
              'three',
              { index_key: 0, attributes: { id: 'vpc-3' } },
              { index_key: 'b', attributes: {} },
            ),
          ],
        },
      },
    });
    expect(await stack.resources()).toEqual([
      { address: 'alicloud_vpc.one', type: 'alicloud_vpc', id: 'vpc-1' },
      { address: 'alicloud_vpc.three[0]', type: 'alicloud_vpc', id: 'vpc-3' },
      { address: 'alicloud_vpc.three["b"]', type: 'alicloud_vpc', id: '' },
    ]);
  });

  test('[L3] holds nothing where there is no state yet', async () => {
    withAnswers({ 'state pull': {} });
    expect(await stack.resources()).toEqual([]);
  });
});
