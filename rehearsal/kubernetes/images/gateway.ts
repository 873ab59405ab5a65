/**
 * The gateway's own image, as `npm run image` builds it, under the name that an environment's pods ask for. It is made to
 * trust one certificate authority more: that of the stand-in for Model Studio, which answers under the real one's name.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { buildImage, STANDS_IN } from '../../../app/image/builder';
import type { Cache } from '../../toolchain/cache';
import type { ImageSource } from './store';

/** Where the authority's certificate is in the image. */
const TRUSTED = '/rehearsal/authority.pem';
const REFERENCE = 'localhost/bailian-gateway-with-authority:rehearsal';

/** What the image is made of, for the report. */
export const GATEWAY_IMAGE_STANDS_IN = STANDS_IN;

/**
 * @param alias the name that pods ask for
 * @param authority PEM of the certificate to trust
 */
export async function gatewayImage(cache: Cache, alias: string, authority: string): Promise<ImageSource> {
  const { image, buildah } = await buildImage(cache);
  const id = buildah.run('inspect', '--type', 'image', '--format', '{{.FromImageID}}', image);
  return {
    reference: REFERENCE,
    alias,
    identity: createHash('sha256').update(id).update(authority).digest('hex'),
    write: (path) => {
      const folder = mkdtempSync(join(tmpdir(), 'gateway-image-'));
      const container = buildah.run('from', '--pull-never', image);
      try {
        const file = join(folder, 'authority.pem');
        writeFileSync(file, authority);
        buildah.run('add', '--quiet', '--chmod', '0444', container, file, TRUSTED);
        buildah.run('config', '--env', `NODE_EXTRA_CA_CERTS=${TRUSTED}`, container);
        buildah.run('commit', '--quiet', '--format', 'docker', container, REFERENCE);
        buildah.run('push', '--quiet', REFERENCE, `docker-archive:${path}:${REFERENCE}`);
      } finally {
        buildah.run('rm', container);
        rmSync(folder, { recursive: true, force: true });
      }
      return Promise.resolve();
    },
  };
}
