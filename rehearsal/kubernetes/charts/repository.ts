/**
 * A Helm repository with the stand-ins for the published charts that the platform stack asks for, under the versions that
 * it pins. They take the same values, as far as their own `values.yaml` names them. The double answers with it on the
 * published repository's own host, so that neither the stack nor its environment is changed for it.
 */
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHARTS, type ChartName } from '../../../constructs/platform/chart';
import { must } from '../command';

export interface StandInProps {
  /** Path of helm. */
  readonly helm: string;
  /** Folder with the operator's definitions; see `definitions.ts`. */
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
