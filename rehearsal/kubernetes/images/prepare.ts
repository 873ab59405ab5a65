/** Everything that a cluster is made of and that is kept between clusters: the programs, the container runtime, the images. */
import { preparePrograms, type ProgramName } from '../../toolchain';
import { Cache } from '../../toolchain/cache';
import { thisHost } from '../../toolchain/host';
import { Progress } from '../../toolchain/progress';
import type { Daemons } from '../daemons';
import { prepareDebianParts, type DebianParts } from '../debian-parts';
import { imageOf, IMAGES } from './catalogue';
import { writeImage } from './image';
import { prepareStore, type ImageSource } from './store';

export interface ClusterParts {
  /** Path of the executable with all of Kubernetes in it. */
  readonly kube: string;
  /** Path of the driver that mounts secrets. */
  readonly secretsDriver: string;
  readonly runtime: DebianParts;
  /** The images that each node has from the beginning. */
  readonly store: string;
}

/** What runs in a pod or as Kubernetes itself. */
const NAMES = [
  ...new Set<ProgramName>([
    'kubernetes',
    'secretsDriver',
    ...IMAGES.flatMap(({ programs }) => Object.values<ProgramName>(programs)),
  ]),
];

/** @param more images that are made elsewhere, such as the gateway's */
export async function prepareImages(daemons: Daemons, more: readonly ImageSource[] = []): Promise<ClusterParts> {
  const host = thisHost();
  const cache = Cache.ofUser(host.environment);
  const progress = new Progress(process.stderr);
  const paths = await preparePrograms(NAMES);
  const parts = await prepareDebianParts(host, cache, progress);
  const made = IMAGES.map((image): ImageSource => ({
    reference: image.reference,
    // A build is kept under everything that went into it.
    identity: Object.values(image.programs)
      .map((name: ProgramName) => paths[name])
      .join(),
    write: (path) => writeImage(imageOf(image, paths), path),
  }));
  const store = await prepareStore({ cache, progress, parts, daemons, images: [...made, ...more] });
  return { kube: paths.kubernetes, secretsDriver: paths.secretsDriver, runtime: parts, store };
}
