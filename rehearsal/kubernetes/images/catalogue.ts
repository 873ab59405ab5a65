/**
 * The images that pods of the cluster ask for and that are made here, of the programs that the toolchain builds. Each has
 * the name and the tag under which its publisher offers it, so that no chart and no manifest is changed for them.
 */
import { PROGRAMS, type ProgramName } from '../../toolchain';
import { NOBODY, type ImageProps } from './image';

/** What a container is made from when nothing else runs in it yet. */
export const PAUSE_IMAGE = 'localhost/pause:1';

interface CataloguedImage {
  readonly reference: string;
  /** Programs in it: the path in the image, and which one it is. The first one is the entry point. */
  readonly programs: Readonly<Record<string, ProgramName>>;
  /** @default nobody */
  readonly user?: string;
}

/** Without the `v` that modules are numbered with. */
const versionOf = (name: ProgramName): string => PROGRAMS[name].version.replace(/^v/, '');

export const IMAGES = [
  { reference: PAUSE_IMAGE, programs: { '/pause': 'pause' } },
  {
    reference: `registry.k8s.io/coredns/coredns:v${versionOf('coredns')}`,
    programs: { '/coredns': 'coredns' },
    // It answers on port 53, for which its pod has the capability, and a capability is root's only.
    user: '0',
  },
  {
    reference: `quay.io/prometheus-operator/prometheus-operator:v${versionOf('prometheusOperator')}`,
    programs: { '/bin/operator': 'prometheusOperator' },
  },
  {
    reference: `quay.io/prometheus-operator/prometheus-config-reloader:v${versionOf('configReloader')}`,
    programs: { '/bin/prometheus-config-reloader': 'configReloader' },
  },
  {
    // Its modules are numbered otherwise than its releases.
    reference: `quay.io/prometheus/prometheus:v${PROGRAMS.prometheus.linkerVariables['github.com/prometheus/common/version.Version']}`,
    programs: { '/bin/prometheus': 'prometheus' },
  },
  {
    reference: `quay.io/prometheus/alertmanager:v${versionOf('alertmanager')}`,
    programs: { '/bin/alertmanager': 'alertmanager', '/bin/amtool': 'amtool' },
  },
  {
    reference: `quay.io/prometheus/node-exporter:v${versionOf('nodeExporter')}`,
    programs: { '/bin/node_exporter': 'nodeExporter' },
  },
  {
    reference: 'registry.k8s.io/prometheus-adapter/prometheus-adapter:rehearsal',
    programs: { '/adapter': 'customMetrics' },
  },
] as const satisfies readonly CataloguedImage[];

/** The image, with the paths at which its programs were built. */
export function imageOf(
  { reference, programs, user = NOBODY }: CataloguedImage,
  paths: Readonly<Record<ProgramName, string>>,
): ImageProps {
  const files = Object.entries(programs).map(([path, name]) => [path, paths[name]] as const);
  const entrypoint = files.slice(0, 1).map(([path]) => path);
  return { reference, files: Object.fromEntries(files), entrypoint, user };
}
