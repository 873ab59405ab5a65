/** A replica of the gateway, as the image runs it: the built service with the environment's settings, on a loopback port. */
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, start, type Running } from '../../../app/bench/process';
import { ROUTES } from '../../../app/src/routes';
import { killTree } from '../../processes';
import { PROJECT } from '../../workspace';
import { UPSTREAM_KEYS } from './upstream';

const execute = promisify(execFile);

const DIST = join(PROJECT, 'app', 'dist');

/** The administrator's key of every replica. It opens nothing else. */
export const ADMIN_KEY = 'bgk-drill-0123456789abcdef';

/** Builds the service once, as the image does. */
export async function buildGateway(): Promise<void> {
  await execute(process.execPath, [join(PROJECT, 'app', 'build.mjs')], { cwd: PROJECT });
}

export interface PodProps {
  readonly name: string;
  /** An empty folder of its own. */
  readonly folder: string;
  /** The environment's settings, and this replica's own over them. */
  readonly settings: Readonly<Record<string, string>>;
}

export class Pod {
  private constructor(
    readonly name: string,
    readonly port: number,
    private readonly running: Running,
  ) {}

  /** Migrates its database, as the init container does, and starts it. @throws Error with its last words when it does not */
  static async start({ name, folder, settings }: PodProps): Promise<Pod> {
    mkdirSync(folder, { recursive: true });
    const port = await freePort();
    const env = {
      ...settings,
      HOST: '127.0.0.1',
      PORT: String(port),
      ADMIN_API_KEY: ADMIN_KEY,
      DASHSCOPE_API_KEY: UPSTREAM_KEYS.join(','),
      JOURNAL_DIRECTORY: join(folder, 'journal'),
    };
    await execute(process.execPath, [join(DIST, 'database', 'migrate.js')], {
      cwd: folder,
      env: { PATH: process.env['PATH'], ...env },
    });
    const running = await start({
      command: [process.execPath, join(DIST, 'main.js')],
      cwd: folder,
      env,
      readyUrl: `http://127.0.0.1:${port}${ROUTES.ready}`,
    });
    return new Pod(name, port, running);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Where Prometheus finds it. */
  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Ends it at once, as a node that is lost does. */
  async kill(): Promise<void> {
    killTree(this.running.pid);
    await this.running.stop();
  }
}
