/**
 * `npm run image`: builds the image from its Dockerfile and runs it as a cluster does, read-only and without privilege:
 * asks its health, has it migrate a database, ends it by SIGTERM, measures it. Needs root; says what stands in for what.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cache } from '../../rehearsal/toolchain/cache';
import { ROUTES } from '../src/routes';
import { buildImage, STANDS_IN } from './builder';
import { Container } from './container';
import type { ContainerProps, ImageConfig } from './container';
import { run } from './tools';

/** The largest that the image may be, unpacked, in MB of a million bytes. */
const SIZE_MB = 200;
const START_MS = 30_000;
const PORT = 18_080;
/** Not real ones; production wants some. */
const KEYS = { DASHSCOPE_API_KEY: 'sk-rehearsal', ADMIN_API_KEY: 'sk-rehearsal-admin-0123456789abcdef' } as const;

const SHELLS = ['bin/sh', 'bin/bash', 'usr/bin/sh', 'usr/bin/bash'] as const;

const check = (what: string, holds: boolean, seen: string): void => {
  if (!holds) throw new Error(`NOT so: ${what}; seen: ${seen}`);
  process.stdout.write(`  ${what}\n`);
};

/** @throws Error when it does not answer in time */
const whenReady = async (container: Container): Promise<Response> => {
  const until = Date.now() + START_MS;
  while (Date.now() < until) {
    try {
      const response = await fetch(`http://127.0.0.1:${PORT}${ROUTES.ready}`);
      if (response.ok) return response;
    } catch {
      // Not yet listening.
    }
    await sleep(100);
  }
  throw new Error(`the container was not ready after ${START_MS} ms; it said:\n${container.said}`);
};

const inspectFiles = (rootfs: string): void => {
  const bytes = Number(run('du', ['-s', '--bytes', rootfs]).split('\t')[0]);
  check(`below ${SIZE_MB} MB unpacked: ${(bytes / 1e6).toFixed(0)} MB`, bytes / 1e6 < SIZE_MB, `${bytes} bytes`);
  const shells = run('find', [rootfs, '-type', 'f'])
    .split('\n')
    .filter((path) => SHELLS.some((shell) => path.endsWith(`/${shell}`)));
  check('no shell', shells.length === 0, shells.join(' '));
  const bill = JSON.parse(readFileSync(join(rootfs, 'app', 'sbom.cdx.json'), 'utf8')) as {
    readonly bomFormat: string;
    readonly components: readonly { readonly name: string }[];
  };
  const names = new Set(bill.components.map(({ name }) => name));
  const listed = bill.bomFormat === 'CycloneDX' && ['node', 'fastify', 'libsql'].every((name) => names.has(name));
  check(`bill of materials: ${bill.components.length} components, Node.js among them`, listed, [...names].join(' '));
};

const serve = async (props: ContainerProps): Promise<void> => {
  const container = new Container(props);
  try {
    const ready = await whenReady(container);
    check('ready, with nothing writable but its volumes', ready.ok, String(ready.status));
    const live = await fetch(`http://127.0.0.1:${PORT}${ROUTES.live}`);
    check(`${ROUTES.live} answers 200`, live.status === 200, String(live.status));
    const [, ...healthcheck] = props.image.Healthcheck.Test;
    const health = container.exec(...healthcheck);
    check('HEALTHCHECK, run inside, ends with 0', health.code === 0, health.said);
    const who = container.exec('node', '-p', 'process.getuid() + ":" + process.getgid()');
    check(`runs as ${props.image.User}`, who.said.trim() === props.image.User, who.said);
    const write = container.exec('node', '-e', 'require("fs").writeFileSync("/app/dist/x", "")');
    check('writing beside its volumes fails: read-only', write.said.includes('EROFS'), write.said);
    const name = container.exec(
      'node',
      '-e',
      'require("dns").lookup("localhost", (error, to) => console.log(error ?? to))',
    );
    check('names are resolved', name.said.trim() === '127.0.0.1', name.said);
    const begun = Date.now();
    container.signal('TERM');
    const code = await container.ended;
    const took = `${Date.now() - begun} ms`;
    check(
      `SIGTERM to process 1 ends it in order, with 0, in ${took}`,
      code === 0,
      `${String(code)}\n${container.said}`,
    );
    check(
      'its last line says closed',
      container.said.trimEnd().endsWith('"msg":"closed"}'),
      container.said.slice(-500),
    );
  } finally {
    container.remove();
  }
};

const migrate = async (props: ContainerProps): Promise<void> => {
  const container = new Container(props, ['dist/database/migrate.js']);
  try {
    const code = await container.ended;
    check(
      '`node dist/database/migrate.js` of the same image ends with 0',
      code === 0,
      `${String(code)}\n${container.said}`,
    );
  } finally {
    container.remove();
  }
};

const rehearse = async (): Promise<void> => {
  process.stdout.write(`Stands in: ${STANDS_IN}; runc in place of a cluster's runtime; the machine's network.\n`);
  const { image, buildah } = await buildImage(Cache.ofUser(process.env));
  const inspected = JSON.parse(buildah.run('inspect', '--type', 'image', image)) as { Docker: { config: ImageConfig } };
  const container = buildah.run('from', '--pull-never', image);
  const folder = mkdtempSync(join(tmpdir(), 'gateway-image-'));
  try {
    const rootfs = buildah.run('mount', container);
    process.stdout.write(`The image ${image}:\n`);
    inspectFiles(rootfs);
    const env = { ...KEYS, PORT: String(PORT), SHUTDOWN_DRAIN_MS: '200' };
    const propsOf = (name: string): ContainerProps => {
      mkdirSync(join(folder, name));
      return {
        name: `gateway-${name}-${process.pid}`,
        rootfs,
        image: inspected.Docker.config,
        env,
        folder: join(folder, name),
      };
    };
    await migrate(propsOf('migrate'));
    await serve(propsOf('serve'));
  } finally {
    buildah.run('rm', container);
    rmSync(folder, { recursive: true, force: true });
  }
};

rehearse().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
