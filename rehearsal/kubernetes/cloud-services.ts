/**
 * What the cloud runs beside the cluster, for as long as a rehearsal does: a real MariaDB in the place of RDS, a real
 * Redis, and a stand-in for Model Studio. The cluster resolves every name of the cloud to where these listen.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Acceptance } from './acceptance';
import type { ServerIdentity } from './certificates';
import { must, succeeds } from './command';
import { Daemons } from './daemons';
import { NETWORK, type ClusterFolder } from './layout';
import { answerAsModelStudio } from './model-studio';
import { redisConfiguration } from './redis-configuration';

/** Milliseconds. */
const READY_WITHIN = 60_000;
const MYSQL_PORT = 3306;
const REDIS_PORT = 6379;
const HTTPS_PORT = 443;

/** Where each program comes from, for who does not have it. */
const PROGRAMS = {
  mariadbd: 'mariadb-server',
  'mariadb-install-db': 'mariadb-server',
  mariadb: 'mariadb-client',
  'redis-server': 'redis-server',
} as const;

export class CloudServices {
  readonly #daemons: Daemons;
  readonly #folder: string;
  readonly #accepted = new Acceptance((url) => this.#take(url));
  #redis: number | undefined;
  #modelStudio: Server | undefined;

  constructor(cluster: ClusterFolder) {
    this.#daemons = new Daemons(cluster.root, cluster.logs);
    this.#folder = join(cluster.root, 'cloud');
  }

  /** @throws Error that names what is not installed, and how to get it */
  static mustBeInstalled(find: (command: string) => string | undefined): void {
    const missing = Object.entries(PROGRAMS).filter(([program]) => find(program) === undefined);
    if (missing.length === 0) return;
    const packages = [...new Set(missing.map(([, debian]) => debian))].join(' ');
    throw new Error(
      `${missing.map(([program]) => program).join(', ')} must be on the PATH for what pods store; on Debian: apt-get install ${packages}`,
    );
  }

  /** Starts MariaDB and the stand-in for Model Studio; Redis is started with the password that it is first asked with. */
  async start(identity: ServerIdentity): Promise<void> {
    mkdirSync(this.#folder, { recursive: true });
    for (const [name, content] of Object.entries<string>({ ...identity })) {
      writeFileSync(this.#file(`${name}.pem`), content, { mode: 0o600 });
    }
    await this.#startMariaDb();
    const server = createServer({ key: identity.key, cert: identity.certificate }, answerAsModelStudio);
    await new Promise<void>((listening, failed) => {
      server.once('error', failed).listen(HTTPS_PORT, NETWORK.host, listening);
    });
    this.#modelStudio = server;
  }

  /**
   * Makes the service behind a connection string take it, password and all: RDS and Redis know their accounts by the cloud's
   * API, and these do not.
   */
  accept(url: string): Promise<void> {
    return this.#accepted.of(url);
  }

  async stop(): Promise<void> {
    const server = this.#modelStudio;
    server?.closeAllConnections();
    await new Promise<void>((closed) => {
      if (server === undefined) closed();
      else
        server.close(() => {
          closed();
        });
    });
  }

  async #take(url: string): Promise<void> {
    const { protocol, username, password, pathname } = new URL(url);
    if (protocol === 'mysql:') this.#grant(username, password, pathname.slice(1));
    if (protocol === 'redis:' || protocol === 'rediss:') await this.#startRedis(password, protocol === 'rediss:');
  }

  get #socket(): string {
    return this.#file('mariadb.sock');
  }

  #file(name: string): string {
    return join(this.#folder, name);
  }

  async #startMariaDb(): Promise<void> {
    const data = this.#file('mariadb');
    mkdirSync(data);
    // A server that starts removes all temporary tables that it finds: another's on this machine are none of its business.
    const common = ['--no-defaults', '--user=root', `--datadir=${data}`, `--tmpdir=${this.#folder}`];
    must('mariadb-install-db', [...common, '--auth-root-authentication-method=normal', '--skip-test-db']);
    this.#daemons.start('mariadb', 'mariadbd', [
      ...common,
      `--socket=${this.#socket}`,
      `--pid-file=${this.#file('mariadb.pid')}`,
      `--ssl-ca=${this.#file('authority.pem')}`,
      `--ssl-cert=${this.#file('certificate.pem')}`,
      `--ssl-key=${this.#file('key.pem')}`,
      `--bind-address=${NETWORK.host}`,
      `--port=${MYSQL_PORT}`,
      '--skip-name-resolve',
      '--innodb-buffer-pool-size=32M',
      '--performance-schema=OFF',
    ]);
    await this.#until('MariaDB', () => succeeds('mariadb', [`--socket=${this.#socket}`, '-e', 'select 1']));
  }

  #grant(user: string, password: string, database: string): void {
    const input = [
      `create database if not exists \`${database}\` character set utf8mb4;`,
      `create or replace user '${user}'@'%' identified by '${password}';`,
      `grant all on \`${database}\`.* to '${user}'@'%';`,
    ].join('\n');
    must('mariadb', [`--socket=${this.#socket}`], { input });
  }

  async #startRedis(password: string, tls: boolean): Promise<void> {
    const file = this.#file('redis.conf');
    const files = { certificate: this.#file('certificate.pem'), key: this.#file('key.pem') };
    const content = redisConfiguration({
      address: NETWORK.host,
      port: REDIS_PORT,
      password,
      ...(tls && { tls: { ...files, authority: this.#file('authority.pem') } }),
    });
    // In a file: what is on a command line is seen by everybody.
    writeFileSync(file, content, { mode: 0o600 });
    // Another password is another Redis, on the same address.
    if (this.#redis !== undefined) await this.#daemons.stop(this.#redis);
    this.#redis = this.#daemons.start('redis', 'redis-server', [file]);
    await sleep(200);
    this.#daemons.mustLive();
  }

  async #until(what: string, check: () => boolean): Promise<void> {
    const until = Date.now() + READY_WITHIN;
    while (!check()) {
      this.#daemons.mustLive();
      if (Date.now() > until) throw new Error(`${what} does not answer within ${READY_WITHIN / 1000} s`);
      await sleep(200);
    }
  }
}
