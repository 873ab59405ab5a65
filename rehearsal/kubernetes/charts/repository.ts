/**
 * A Helm repository with the stand-ins for the published charts that the platform stack asks for, under the versions that
 * it pins. They take the same values, as far as their own `values.yaml` names them. The double answers with it on the
 * published repository's own host, so that neither the stack nor its environment is changed for it.
 */
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { CHARTS, type ChartName } from '../../../constructs/platform/chart';
import { ToolchainFailure } from '../../toolchain';
import type { Cache } from '../../toolchain/cache';
import { lastLines } from '../../toolchain/failure';
import type { Host } from '../../toolchain/host';
import { must } from '../command';

export interface StandInProps {
  /** Path of helm. */
  readonly helm: string;
  /** Folder with the operator's definitions; see {@link operatorDefinitions}. */
  readonly definitions: string;
}

/** The one whose resource definitions are the operator's. */
const WITH_DEFINITIONS: ChartName = 'prometheus-operator-crds';

/** The repository's files, by their names in it. */
export function standInRepository({ helm, definitions }: StandInProps): ReadonlyMap<string, Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'charts-'));
  try {
    const packages = Object.entries(CHARTS).map(([chart, version]) => {
      const copy = join(folder, chart);
      cpSync(join(__dirname, chart), copy, { recursive: true });
      if (chart === WITH_DEFINITIONS) cpSync(definitions, join(copy, 'definitions'), { recursive: true });
      must(helm, ['package', copy, '--version', version, '--app-version', version, '--destination', folder]);
      const file = `${chart}-${version}.tgz`;
      return { chart, version, file, content: readFileSync(join(folder, file)) };
    });
    // Source: Helm's documentation of the chart repository format. JSON is YAML.
    const entries = packages.map(({ chart, version, file, content }) => {
      const digest = createHash('sha256').update(content).digest('hex');
      return [chart, [{ apiVersion: 'v2', name: chart, version, urls: [file], digest }]] as const;
    });
    const index = JSON.stringify({ apiVersion: 'v1', entries: Object.fromEntries(entries) });
    return new Map([
      ['index.yaml', Buffer.from(index)],
      ...packages.map(({ file, content }) => [file, content] as const),
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Where the operator's module has its custom resource definitions. */
const DEFINITIONS = join('example', 'prometheus-operator-crd');

/** The release whose definitions the pinned chart has. The operator that runs here is an older one, since of this one a part is on no proxy. */
const OPERATOR = { module: 'github.com/prometheus-operator/prometheus-operator', version: 'v0.94.1' } as const;

/**
 * The folder with the operator's own custom resource definitions, out of its module; fetched now when need be. Without what
 * they say for people: Helm keeps a release in a Secret, which takes 1 MiB.
 */
export function operatorDefinitions(host: Host, cache: Cache): Promise<string> {
  const { module, version } = OPERATOR;
  return cache.once(
    `prometheus-operator-definitions/${version}-bare`,
    () => undefined,
    async (folder) => {
      const go = host.find('go');
      if (go === undefined) throw new ToolchainFailure('go is not on the PATH; install it from https://go.dev/dl');
      const { code, stdout, stderr } = await host.run(go, ['mod', 'download', '-json', `${module}@${version}`]);
      if (code !== 0) {
        throw new ToolchainFailure(
          `go could not fetch ${module}@${version}; GOPROXY must name a proxy in reach:\n${lastLines(stderr)}`,
        );
      }
      const { Dir: source } = JSON.parse(stdout) as { readonly Dir: string };
      for (const name of readdirSync(join(source, DEFINITIONS)).filter((each) => each.endsWith('.yaml'))) {
        const definition: unknown = parse(readFileSync(join(source, DEFINITIONS, name), 'utf8'));
        writeFileSync(join(folder, name), JSON.stringify(withoutDescriptions(definition)));
      }
    },
  );
}

/** A field of that name that is a text; a property of that name is a schema. */
function withoutDescriptions(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDescriptions);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, content]) => name !== 'description' || typeof content !== 'string')
      .map(([name, content]) => [name, withoutDescriptions(content)]),
  );
}
