/** Has Helm lint and render a chart of ours with given values. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments, stringify } from 'yaml';
import { CHARTS } from '../constructs/charts';
import type { KubernetesObject } from './custom-resources';

/** The charts of `charts/`. */
export type OwnChart = 'gateway-monitoring' | 'gateway-secrets';

const execute = promisify(execFile);

export class Helm {
  /**
   * @param path of helm
   * @param folder where values are written
   */
  constructor(
    private readonly path: string,
    private readonly folder: string,
  ) {}

  /** The objects that a release of the chart's own name would make. @throws Error when Helm refuses chart or values */
  async render(chart: OwnChart, namespace: string, values: object): Promise<readonly KubernetesObject[]> {
    const file = this.#write(values);
    await execute(this.path, ['lint', join(CHARTS, chart), '--strict', '--quiet', '--values', file]);
    const { stdout } = await execute(
      this.path,
      ['template', chart, join(CHARTS, chart), '--namespace', namespace, '--values', file],
      { maxBuffer: 64 * 1024 * 1024 },
    );
    return parseAllDocuments(stdout)
      .map((document) => document.toJS() as KubernetesObject | null)
      .filter((object) => object !== null);
  }

  /** Whether Helm takes the values. */
  async takes(chart: OwnChart, values: object): Promise<boolean> {
    return execute(this.path, ['lint', join(CHARTS, chart), '--strict', '--values', this.#write(values)]).then(
      () => true,
      () => false,
    );
  }

  #write(values: object): string {
    const file = join(this.folder, 'values.yaml');
    writeFileSync(file, stringify(values, { lineWidth: 0, aliasDuplicateObjects: false }));
    return file;
  }
}
