/**
 * Everything that watches and is watched, without a cluster: replicas of the gateway before a real Redis and a real MariaDB,
 * a real Prometheus with the environment's rules, a real Alertmanager with its routing, and everybody who is told.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { freePort, start, type Running } from '../../../app/bench/process';
import { startMariaDb, stopMariaDbs, type MariaDb } from '../../../app/test/services/mariadb';
import { startRedisServer, stopRedisServers, type RedisServer } from '../../../app/test/services/redis-server';
import { stopProxies } from '../../../app/test/services/tcp-proxy';
import { renderRuleFile, type RuleGroup } from '../../../constructs/monitoring/alerts';
import { alertRouting, renderAlertmanagerFile, type ReceiverName } from '../../../constructs/monitoring/routing';
import { GATEWAY, HTTP_PORT } from '../../../constructs/workload/names';
import { CloudServices } from '../../kubernetes/cloud-services';
import { preparePrograms } from '../../toolchain';
import { thisHost } from '../../toolchain/host';
import { Client } from './client';
import type { Deployment } from './deployment';
import { writeHistory } from './history';
import { buildGateway, Pod } from './pod';
import { PrometheusApi } from './prometheus';
import { Receivers } from './receivers';
import { ModelStudio, type TemperName } from './upstream';

/** How often Prometheus evaluates rules and scrapes what says nothing else, in seconds, as the platform stack has it. */
const EVALUATION_SECONDS = 15;
/** Where both say that they are ready. */
const READY_PATH = '/-/ready';

/** What a replica has of its own. */
export interface PodWish {
  readonly temper: TemperName;
  /** Settings over the environment's. */
  readonly settings?: Readonly<Record<string, string>>;
  /** @default Redis and MariaDB of the stage: `shared`; without, it has its own memory and a file */
  readonly stores?: 'shared' | { readonly databaseUrl: string } | 'own';
}

export class Stage {
  readonly #pods = new Map<string, Pod>();
  readonly #ended: (() => Promise<unknown>)[] = [];
  #prometheus: PrometheusApi | undefined;
  #alertmanager = '';
  #made = 0;

  private constructor(
    readonly deployment: Deployment,
    private readonly folder: string,
    readonly receivers: Receivers,
    readonly upstream: ModelStudio,
    readonly redis: RedisServer,
    readonly mariadb: MariaDb,
  ) {}

  /**
   * @param groups the rules that Prometheus loads
   * @param folder made anew
   * @throws Error that names what is not installed, and how to get it
   */
  static async raise(deployment: Deployment, groups: readonly RuleGroup[], folder: string): Promise<Stage> {
    CloudServices.mustBeInstalled((command) => thisHost().find(command));
    const programs = await preparePrograms(['prometheus', 'promtool', 'alertmanager']);
    await buildGateway();
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const receivers = await Receivers.start(deployment.environment.monitoring.channels);
    const [upstream, redis, mariadb] = await Promise.all([ModelStudio.start(), startRedisServer(), startMariaDb()]);
    const stage = new Stage(deployment, folder, receivers, upstream, redis, mariadb);
    try {
      await stage.#startAlertmanager(programs.alertmanager);
      await stage.#startPrometheus(programs, groups);
    } catch (fault) {
      await stage.strike();
      throw fault;
    }
    return stage;
  }

  get prometheus(): PrometheusApi {
    if (this.#prometheus === undefined) throw new Error('Prometheus does not run');
    return this.#prometheus;
  }

  /** The receivers that the environment's channels reach. */
  get reached(): ReadonlySet<ReceiverName> {
    return new Set(this.#routing.receivers.map(({ name }) => name));
  }

  get pods(): readonly Pod[] {
    return [...this.#pods.values()];
  }

  /** Starts a replica, and has Prometheus find it. @returns who asks it with the administrator's key */
  async addPod(name: string, { temper, settings = {}, stores = 'own' }: PodWish): Promise<Client> {
    this.#made += 1;
    const folder = join(this.folder, `${this.#made}-${name}`);
    const urls =
      stores === 'shared'
        ? { DATABASE_URL: this.mariadb.url, REDIS_URL: this.redis.url }
        : { DATABASE_URL: stores === 'own' ? `sqlite:${join(folder, 'gateway.db')}` : stores.databaseUrl };
    const pod = await Pod.start({
      name,
      folder,
      settings: {
        ...this.deployment.settings,
        DASHSCOPE_BASE_URL: this.upstream.baseUrl(temper),
        ...urls,
        ...settings,
      },
    });
    this.#pods.set(name, pod);
    this.#writeTargets();
    return new Client(pod.url);
  }

  /** Ends a replica at once; Prometheus goes on to look for it, or forgets it as the operator has it do. */
  async endPod(name: string, isForgotten: boolean): Promise<void> {
    const pod = this.#pods.get(name);
    if (pod === undefined) return;
    if (isForgotten) {
      this.#pods.delete(name);
      this.#writeTargets();
    }
    await pod.kill();
  }

  /** States of alerts that Alertmanager holds, such as `suppressed`, by name and severity. */
  async statesInAlertmanager(alert: string, severity: string): Promise<readonly string[]> {
    const filter = new URLSearchParams([
      ['filter', `alertname="${alert}"`],
      ['filter', `severity="${severity}"`],
    ]).toString();
    const response = await fetch(`${this.#alertmanager}/api/v2/alerts?${filter}`);
    const alerts = (await response.json()) as readonly { readonly status: { readonly state: string } }[];
    return alerts.map(({ status }) => status.state);
  }

  /** Writes a file of the stage. @returns its path */
  write(name: string, content: string): string {
    const file = join(this.folder, name);
    writeFileSync(file, content, { mode: 0o600 });
    return file;
  }

  /** Ends everything that this stage started. */
  async strike(): Promise<void> {
    await Promise.all(this.pods.map((pod) => pod.kill()));
    for (const end of this.#ended.reverse()) await end();
    await stopProxies();
    // Those of faults that were never mended as well.
    await Promise.all([stopRedisServers(), stopMariaDbs(), this.upstream.stop(), this.receivers.stop()]);
  }

  get #routing() {
    return alertRouting(this.deployment.environment.name, this.receivers.channels);
  }

  /** Labels that the operator gives to a target of the gateway's ServiceMonitor. */
  #labelsOf(pod: string): Readonly<Record<string, string>> {
    const { namespace } = this.deployment;
    return { namespace, job: GATEWAY, service: GATEWAY, pod, container: GATEWAY, endpoint: HTTP_PORT.name };
  }

  #writeTargets(): void {
    const targets = this.pods.map(({ name, address }) => ({ targets: [address], labels: this.#labelsOf(name) }));
    this.write('targets.json', JSON.stringify(targets));
  }

  async #startAlertmanager(program: string): Promise<void> {
    const { secrets, pagerDutyUrl, authority } = this.receivers;
    const config = this.write('alertmanager.yml', renderAlertmanagerFile(this.#routing, { secrets, pagerDutyUrl }));
    const address = `127.0.0.1:${await freePort()}`;
    this.#alertmanager = `http://${address}`;
    this.#keep(
      await start({
        command: [
          ...[program, `--config.file=${config}`, `--storage.path=${join(this.folder, 'alertmanager')}`],
          ...[`--web.listen-address=${address}`, '--cluster.listen-address='],
        ],
        // The mail server's certificate is made up for this stage.
        env: { SSL_CERT_FILE: this.write('authority.pem', authority) },
        readyUrl: `${this.#alertmanager}${READY_PATH}`,
      }),
    );
  }

  async #startPrometheus(
    { prometheus, promtool }: Readonly<Record<'prometheus' | 'promtool', string>>,
    groups: readonly RuleGroup[],
  ): Promise<void> {
    const data = join(this.folder, 'prometheus');
    const file = join(this.folder, 'history.txt');
    await writeHistory({ promtool, file, data, target: this.#labelsOf('before') });
    this.#writeTargets();
    const rules = this.write('rules.yml', renderRuleFile(groups));
    const config = this.write('prometheus.yml', this.#configuration(rules));
    const address = `127.0.0.1:${await freePort()}`;
    this.#prometheus = new PrometheusApi(`http://${address}`);
    this.#keep(
      await start({
        command: [
          ...[prometheus, `--config.file=${config}`, `--storage.tsdb.path=${data}`],
          ...[`--web.listen-address=${address}`, '--storage.tsdb.retention.time=30d', '--log.level=warn'],
        ],
        readyUrl: `http://${address}${READY_PATH}`,
      }),
    );
  }

  /** As the operator writes it of the ServiceMonitor, with a file in the place of Kubernetes to find targets by. */
  #configuration(rules: string): string {
    const [endpoint] = this.deployment.monitoring.serviceMonitor.endpoints;
    if (endpoint === undefined) throw new Error('the ServiceMonitor has no endpoint');
    return stringify({
      global: { scrape_interval: `${EVALUATION_SECONDS}s`, evaluation_interval: `${EVALUATION_SECONDS}s` },
      rule_files: [rules],
      alerting: { alertmanagers: [{ static_configs: [{ targets: [new URL(this.#alertmanager).host] }] }] },
      scrape_configs: [
        {
          job_name: 'serviceMonitor/gateway',
          metrics_path: endpoint.path,
          scrape_interval: endpoint.interval,
          scrape_timeout: endpoint.scrapeTimeout,
          file_sd_configs: [{ files: [join(this.folder, 'targets.json')], refresh_interval: '5s' }],
        },
      ],
    });
  }

  #keep(running: Running): void {
    this.#ended.push(() => running.stop());
  }
}
