/** An image made of programs that need nothing else, as an OCI archive, without a container engine. */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  createReadStream,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { must } from '../command';

export interface ImageProps {
  /** The name that pods ask for, with its tag. */
  readonly reference: string;
  /** What is in it: absolute paths in the image, each with the file of this machine that is copied there. */
  readonly files: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  /** As `10001` or `10001:10001`. @default root */
  readonly user?: string;
}

/** The `nobody` that images run as whose publishers have it so. */
export const NOBODY = '65534';

const PASSWD = `root:x:0:0:root:/:/sbin/nologin\nnobody:x:${NOBODY}:${NOBODY}:nobody:/:/sbin/nologin\n`;
/** The same content makes the same archive, whoever makes it and when. */
const REPRODUCIBLE = [
  '--sort=name',
  '--mtime=@0',
  '--owner=0',
  '--group=0',
  '--numeric-owner',
  '--format=gnu',
] as const;

/**
 * Writes the archive.
 * Source: OCI image format specification 1.0, image layout, manifest and configuration.
 */
export async function writeImage(props: ImageProps, archive: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'image-'));
  try {
    const layer = join(folder, 'layer.tar');
    must('tar', ['--create', '--file', layer, ...REPRODUCIBLE, '--directory', layOut(props, folder), '.']);
    const layout = join(folder, 'layout');
    const blobs = join(layout, 'blobs', 'sha256');
    mkdirSync(blobs, { recursive: true });
    const add = (content: string): { readonly digest: string; readonly size: number } => {
      const hash = createHash('sha256').update(content).digest('hex');
      writeFileSync(join(blobs, hash), content);
      return { digest: `sha256:${hash}`, size: Buffer.byteLength(content) };
    };
    const layerHash = await hashOf(layer);
    const layerSize = statSync(layer).size;
    renameSync(layer, join(blobs, layerHash));
    const config = add(JSON.stringify(configOf(props, `sha256:${layerHash}`)));
    const manifest = add(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
        layers: [
          { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: `sha256:${layerHash}`, size: layerSize },
        ],
      }),
    );
    const index = {
      schemaVersion: 2,
      manifests: [
        {
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          ...manifest,
          annotations: { 'io.containerd.image.name': props.reference },
        },
      ],
    };
    writeFileSync(join(layout, 'index.json'), JSON.stringify(index));
    writeFileSync(join(layout, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
    must('tar', ['--create', '--file', archive, ...REPRODUCIBLE, '--directory', layout, '.']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The image's root: its files, a user, and a folder that anybody may write to. */
function layOut({ files }: ImageProps, folder: string): string {
  const root = join(folder, 'root');
  for (const name of ['etc', 'tmp']) mkdirSync(join(root, name), { recursive: true });
  chmodSync(join(root, 'tmp'), 0o1777);
  writeFileSync(join(root, 'etc', 'passwd'), PASSWD);
  for (const [path, source] of Object.entries(files)) {
    const target = join(root, path);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(source, target);
    chmodSync(target, statSync(source).mode & 0o777);
  }
  return root;
}

function configOf({ entrypoint, user }: ImageProps, layer: string): object {
  return {
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    config: { Entrypoint: entrypoint, Env: ['PATH=/bin'], ...(user !== undefined && { User: user }) },
    rootfs: { type: 'layers', diff_ids: [layer] },
    history: [{ created: '1970-01-01T00:00:00Z' }],
  };
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
