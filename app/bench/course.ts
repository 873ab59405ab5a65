/** One measurement from nothing to nothing: upstream and subject are started, loaded, and ended. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bodyOf, REPEATABLE, writeBodies } from './bodies';
import type { Cores } from './cores';
import { freePort, start } from './process';
import type { Running } from './process';
import type { Measured } from './results';
import type { Figures, Scenario, UpstreamManner } from './scenarios';
import { groundOf, subjectOf } from './subjects';
import type { SubjectName } from './subjects';

export interface Standing {
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The subject's process; `undefined` when the load goes straight to the upstream. */
  readonly process: Running | undefined;
  readonly startMs: number | undefined;
  /** A folder for whatever the measurement writes; gone afterwards. */
  readonly folder: string;
}

/** Runs `use` while the subject stands before its upstream. */
export const withSubject = async <T>(
  name: SubjectName,
  upstream: UpstreamManner,
  cores: Cores | undefined,
  use: (standing: Standing) => Promise<T>,
): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-gateway-'));
  const running: Running[] = [];
  try {
    const upstreamPort = await freePort();
    const upstreamOrigin = `http://127.0.0.1:${upstreamPort}`;
    running.push(await start(mockUpstream(upstreamPort, upstream, cores)));
    const subject = subjectOf(name);
    if (subject.launch === undefined) {
      return await use({ origin: upstreamOrigin, headers: {}, process: undefined, startMs: undefined, folder });
    }
    const ground = groundOf(folder, name, await freePort(), upstreamOrigin);
    const { readyPath, ...launch } = await subject.launch(ground);
    const origin = `http://127.0.0.1:${ground.port}`;
    const startedAt = performance.now();
    const process = await start({ ...launch, cores: cores?.server, readyUrl: `${origin}${readyPath}` });
    const startMs = performance.now() - startedAt;
    running.push(process);
    return await use({ origin, headers: subject.headers?.(ground) ?? {}, process, startMs, folder });
  } finally {
    for (const each of running.reverse()) await each.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

const mockUpstream = (port: number, { delayMs, frames, frameMs }: UpstreamManner, cores: Cores | undefined) => ({
  command: [
    process.execPath,
    '--import',
    'tsx',
    join(__dirname, 'mock-upstream.ts'),
    ...[port, delayMs, frames, frameMs].map(String),
  ],
  cwd: __dirname,
  cores: cores?.load,
  readyUrl: `http://127.0.0.1:${port}/`,
});

export interface CourseProps {
  readonly scenario: Scenario;
  readonly subject: SubjectName;
  readonly cores: Cores | undefined;
  readonly seconds: number;
  readonly streams: number;
}

export const measure = ({ scenario, subject, cores, seconds, streams }: CourseProps): Promise<Measured> =>
  withSubject(subject, scenario.upstream, cores, async ({ origin, headers, process, startMs, folder }) => {
    const bodies = join(folder, 'bodies');
    const more = scenario.repeatable ? REPEATABLE : {};
    if (scenario.prompts === 'distinct') writeBodies(bodies, subject, more);
    else writeFileSync(bodies, bodyOf('the one', more));
    const conditions = { origin, headers, cores: cores?.load, seconds, streams, bodies };
    const figures: Figures = await scenario.run(conditions);
    return { figures, residentMb: process?.residentMb(), startMs };
  });
