/**
 * A chart of ours as a Helm release takes it: copied beside the synthesized stack and named by its content, so that a plan
 * is the same wherever the checkout lies, and a changed template is a change of the release.
 */
import { AssetType, TerraformAsset } from 'cdktf';
import { Construct } from 'constructs';
import { join, resolve } from 'node:path';

/** Where our charts are. */
export const CHARTS = resolve(__dirname, '../../charts');

export interface LocalChartProps {
  /** Its folder below `charts/`. */
  readonly name: string;
}

export class LocalChart extends Construct {
  /** The copy, for what the props do not offer. */
  readonly asset: TerraformAsset;
  /** For `chart` of a release: relative to where Terraform runs, and another one whenever a file of the chart changes. */
  readonly path: string;

  constructor(scope: Construct, id: string, props: LocalChartProps) {
    super(scope, id);
    this.asset = new TerraformAsset(this, 'files', { path: join(CHARTS, props.name), type: AssetType.DIRECTORY });
    // With the dot, Helm never takes it for a name in a repository.
    this.path = `./${this.asset.path.replace(/\/$/, '')}`;
  }
}
