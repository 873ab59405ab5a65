/**
 * What the gateway stack renders, held against the gateway itself: it is started with the rendered settings and secrets
 * and asked what the kubelet, the Services and the autoscaler would ask it.
 */
import { Release } from '@cdktf/provider-helm/lib/release';
import { ConfigMapV1 } from '@cdktf/provider-kubernetes/lib/config-map-v1';
import { DeploymentV1 } from '@cdktf/provider-kubernetes/lib/deployment-v1';
import { HorizontalPodAutoscalerV2 } from '@cdktf/provider-kubernetes/lib/horizontal-pod-autoscaler-v2';
import { IngressV1 } from '@cdktf/provider-kubernetes/lib/ingress-v1';
import { NamespaceV1 } from '@cdktf/provider-kubernetes/lib/namespace-v1';
import { NetworkPolicyV1 } from '@cdktf/provider-kubernetes/lib/network-policy-v1';
import { PodDisruptionBudgetV1 } from '@cdktf/provider-kubernetes/lib/pod-disruption-budget-v1';
import { PriorityClassV1 } from '@cdktf/provider-kubernetes/lib/priority-class-v1';
import { ServiceAccountV1 } from '@cdktf/provider-kubernetes/lib/service-account-v1';
import { ServiceV1 } from '@cdktf/provider-kubernetes/lib/service-v1';
import { TerraformStack } from 'cdktf';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { Script } from 'node:vm';
import { parse } from 'yaml';
import { VARIABLES } from '../../app/src/config';
import { fileVariable } from '../../app/src/config/secret-file';
import { readConfig } from '../../app/src/read-config';
import { ALIASES, ROUTES } from '../../app/src/routes';
import { start, stopAll, type Running } from '../../app/test/running';
import { REQUEST_RATE_METRIC, requestRateRule } from '../../constructs/platform/request-rate';
import { environments } from '../../environments';
import { build } from '../../main';
import { GATEWAY_SERVICE_ACCOUNT } from '../../stacks/names';
import { synthesizeStack, testApp, type SynthesizedStack } from '../synthesize';

const APP = resolve(__dirname, '../../app');

type Labels = Readonly<Record<string, string>>;
interface Variable {
  readonly name: string;
  readonly value: string;
}
interface Probe {
  readonly http_get: { readonly path: string; readonly port: string };
}
interface Container {
  readonly name: string;
  readonly env: readonly Variable[];
  readonly env_from: readonly { readonly config_map_ref: { readonly name: string } }[];
  readonly volume_mount: readonly { readonly name: string; readonly mount_path: string }[];
  readonly working_dir: string;
  readonly args?: readonly string[];
  readonly security_context: { readonly run_as_user: string; readonly run_as_group: string };
}
interface Gateway extends Container {
  readonly port: readonly { readonly name: string; readonly container_port: number }[];
  readonly startup_probe: Probe;
  readonly liveness_probe: Probe;
  readonly readiness_probe: Probe;
  readonly lifecycle: { readonly pre_stop: readonly { readonly exec: { readonly command: readonly string[] } }[] };
}
interface Volume {
  readonly name: string;
  readonly csi?: { readonly volume_attributes: { readonly secretProviderClass: string } };
}
interface Pod {
  readonly service_account_name: string;
  readonly termination_grace_period_seconds: number;
  readonly container: readonly [Gateway];
  readonly init_container: readonly [Container];
  readonly volume: readonly Volume[];
  readonly topology_spread_constraint: readonly {
    readonly label_selector: readonly { readonly match_labels: Labels }[];
  }[];
  readonly affinity: object;
  readonly dns_config: { readonly option: readonly { readonly name: string; readonly value: string }[] };
}
interface DeploymentSpec {
  readonly selector: { readonly match_labels: Labels };
  readonly template: { readonly metadata: { readonly labels: Labels }; readonly spec: Pod };
}
interface SecretValues {
  readonly groups: readonly {
    readonly name: string;
    readonly secrets: readonly { readonly secret: string; readonly file: string }[];
  }[];
}

const app = build(testApp());
const rendered = environments.map((environment) => {
  const stack = app.node.findChild(`${environment.name}-gateway`);
  if (!TerraformStack.isStack(stack)) throw new Error(`${environment.name} has no gateway stack`);
  const synthesized = synthesizeStack(stack);
  const spec = synthesized.only(DeploymentV1).spec as DeploymentSpec;
  return {
    name: environment.name,
    environment,
    synthesized,
    spec,
    pod: spec.template.spec,
    labels: spec.template.metadata.labels,
    container: spec.template.spec.container[0],
    migration: spec.template.spec.init_container[0],
    data: synthesized.only(ConfigMapV1).data as Labels,
    secrets: secretValues(synthesized),
  };
});
type Rendered = (typeof rendered)[number];

function secretValues(stack: SynthesizedStack): SecretValues {
  const release = stack.every(Release).find(({ name }) => name === 'gateway-secrets');
  const [values] = (release?.values ?? []) as readonly string[];
  return parse(String(values)) as SecretValues;
}

/** The environment of the process in a pod, as the kubelet makes it, with the secrets' files below `root`. */
function processEnvironment({ data, container }: Rendered, root: string): Record<string, string> {
  const values: Labels = {
    ADMIN_API_KEY: 'bgk-planted-administrator',
    DASHSCOPE_API_KEY: 'sk-planted',
    DATABASE_URL: `sqlite:${join(root, 'gateway.db')}`,
    REDIS_URL: 'redis://127.0.0.1:1',
  };
  const files = Object.fromEntries(
    container.env.flatMap(({ name, value }) => {
      const variable = name.replace(/_FILE$/, '');
      if (variable === name) return [];
      const path = join(root, value);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, values[variable] ?? 'planted');
      return [[name, path]];
    }),
  );
  return { ...data, ...files };
}

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gateway-pod-'));
});
afterEach(async () => {
  await stopAll();
  rmSync(root, { recursive: true, force: true });
});

/** The real gateway with what is rendered, but on a free port of this machine alone and with a journal below `root`. */
const started = (one: Rendered): Promise<Running> =>
  start({
    ...processEnvironment(one, root),
    HOST: '127.0.0.1',
    PORT: '0',
    JOURNAL_DIRECTORY: join(root, 'journal'),
    // In their place are files.
    ADMIN_API_KEY: '',
    DATABASE_URL: '',
    LOG_LEVEL: 'silent',
    SHUTDOWN_DRAIN_MS: '0',
  });

describe.each(rendered)('The gateway of $name', (one) => {
  test('[T2] [K1] starts with the rendered settings and secrets, and answers every probe', async () => {
    const gateway = await started(one);
    expect(gateway.provider).toBe('dashscope');
    const { startup_probe, liveness_probe, readiness_probe } = one.container;
    for (const { http_get } of [startup_probe, liveness_probe, readiness_probe]) {
      expect({ ...http_get, status: (await gateway.get(http_get.path)).status }).toEqual({ ...http_get, status: 200 });
      expect(one.container.port.map(({ name }) => name)).toContain(http_get.port);
    }
    expect(readiness_probe.http_get.path).not.toBe(liveness_probe.http_get.path);
  });

  test('[T2] [K1] listens on the port of its container, on every interface', () => {
    const { host, port } = readConfig(processEnvironment(one, root));
    expect(one.container.port).toEqual([{ name: 'http', container_port: port, protocol: 'TCP' }]);
    expect(host).toBe('0.0.0.0');
  });

  test('[T2] [K3] reads every variable that it is given, and is given no other', () => {
    const read = new Set<string>();
    const env = processEnvironment(one, root);
    readConfig(
      new Proxy(env, {
        get: (all, name) => {
          read.add(String(name));
          return Reflect.get(all, name) as unknown;
        },
      }),
    );
    // What only the process itself reads, and what only traces would.
    const elsewhere = ['NODE_OPTIONS'];
    const given = [...Object.keys(one.data), ...one.container.env.map(({ name }) => name)];
    expect(given.filter((name) => !read.has(name) && !elsewhere.includes(name))).toEqual([]);
    expect(one.container.env_from).toEqual([{ config_map_ref: { name: 'gateway' } }]);
  });

  test('[T2] [K3] has a setting or a file for every variable that there is', () => {
    const missing = Object.entries(VARIABLES).flatMap(([name, variable]) => {
      if (!('secret' in variable)) return name in one.data ? [] : [name];
      const isThere = one.container.env.some((given) => given.name === fileVariable(name));
      return isThere || name === 'DASHSCOPE_FALLBACK_API_KEY' ? [] : [name];
    });
    expect(missing).toEqual([]);
  });

  test('[T2] [K3] finds each secret where its volume puts it, and each container its own', () => {
    for (const { container, group } of [
      { container: one.container, group: 'gateway' },
      { container: one.migration, group: 'migration' },
    ]) {
      const mount = container.volume_mount.find(({ name }) => name === `secrets-${group}`);
      const volume = one.pod.volume.find(({ name }) => name === mount?.name);
      const provided = one.secrets.groups.find(
        ({ name }) => name === volume?.csi?.volume_attributes.secretProviderClass,
      );
      const wanted = container.env.filter(({ name }) => name.endsWith('_FILE')).map(({ value }) => value);
      expect(wanted.map((path) => dirname(path))).toEqual(wanted.map(() => mount?.mount_path));
      expect(provided?.secrets.map(({ file }) => file)).toEqual(wanted.map((path) => basename(path)));
      expect(container.volume_mount.filter(({ name }) => name.startsWith('secrets-'))).toHaveLength(1);
    }
  });

  test('[T2] [K1] runs as the image does: user, folder, entries and the places that may be written to', () => {
    const dockerfile = readFileSync(join(APP, 'Dockerfile'), 'utf8');
    const { container, migration } = one;
    for (const each of [container, migration]) {
      expect(dockerfile).toContain(
        `\nUSER ${each.security_context.run_as_user}:${each.security_context.run_as_group}\n`,
      );
      expect(dockerfile).toContain(`\nWORKDIR ${each.working_dir}\n`);
    }
    const written = container.volume_mount.filter(({ name }) => !name.startsWith('secrets-'));
    const volumes = /\nVOLUME (\[.*\])\n/.exec(dockerfile)?.[1] ?? '[]';
    expect(written.map(({ mount_path }) => mount_path).sort()).toEqual([...(JSON.parse(volumes) as string[])].sort());
    const [entry = ''] = migration.args ?? [];
    const source = entry.replace(/^dist/, 'src').replace(/js$/, 'ts');
    expect(existsSync(join(APP, source))).toBe(true);
    // Only an entry of the build is a file of its own in the image.
    expect(readFileSync(join(APP, 'build.mjs'), 'utf8')).toContain(`'${basename(source)}'`);
    const [node, flag, program = ''] = container.lifecycle.pre_stop[0]?.exec.command ?? [];
    expect([node, flag]).toEqual(['node', '-e']);
    expect(() => new Script(program)).not.toThrow();
  });

  test('[T2] [K3] is found by every selector, and by no other name', () => {
    const { synthesized, labels, spec, pod } = one;
    const selectors: readonly unknown[] = [
      spec.selector.match_labels,
      ...pod.topology_spread_constraint.flatMap(({ label_selector }) =>
        label_selector.map((each) => each.match_labels),
      ),
      ...findAll(pod.affinity, 'match_labels'),
      ...synthesized.every(ServiceV1).flatMap((service) => findAll(service, 'selector')),
      ...findAll(synthesized.only(PodDisruptionBudgetV1).spec, 'match_labels'),
      ...synthesized
        .every(NetworkPolicyV1)
        .map(({ spec }) => (spec as { pod_selector: { match_labels?: Labels } }).pod_selector.match_labels ?? {}),
    ];
    expect(selectors.length).toBeGreaterThan(8);
    for (const selector of selectors) expect(labels).toMatchObject(selector as Labels);
    const target = { kind: 'Deployment', name: (synthesized.only(DeploymentV1).metadata as Labels).name };
    expect(synthesized.only(HorizontalPodAutoscalerV2).spec).toMatchObject({ scale_target_ref: target });
    for (const service of synthesized.every(ServiceV1)) {
      expect(findAll(service, 'target_port')).toEqual(['http']);
    }
    expect(pod.service_account_name).toBe(GATEWAY_SERVICE_ACCOUNT.name);
    expect(synthesized.only(ServiceAccountV1).metadata).toMatchObject({ name: GATEWAY_SERVICE_ACCOUNT.name });
  });

  test('[T2] [K5] is reached from outside where clients and administrators ask, and nowhere else', async () => {
    const [service] = one.synthesized
      .every(ServiceV1)
      .filter(({ metadata }) => (metadata as Labels).name === 'gateway');
    expect(findAll(one.synthesized.only(IngressV1), 'service')).toEqual(
      expect.arrayContaining([{ name: 'gateway', port: { name: (findAll(service, 'port')[0] as [Labels])[0].name } }]),
    );
    const prefixes = findAll(one.synthesized.only(IngressV1), 'path').filter((path) => typeof path === 'string');
    const routed = (path: string) => prefixes.some((prefix) => path === prefix || path.startsWith(`${prefix}/`));
    const { live, ready, detailed, metrics, openapi, ...open } = ROUTES;
    expect([live, ready, detailed, metrics, openapi].filter(routed)).toEqual([]);
    expect(Object.values(open).filter((path) => !routed(path))).toEqual([]);
    const gateway = await started(one);
    for (const path of [...Object.values(ALIASES).flat(), ROUTES.models].filter(routed)) {
      expect({ path, status: (await gateway.get(path)).status }).toEqual({ path, status: 200 });
    }
  });

  test('[T2] [K2] is scaled by a metric that the adapter makes of what it exposes', async () => {
    const names = findAll(one.synthesized.only(HorizontalPodAutoscalerV2), 'pods').flatMap((pods) =>
      findAll(pods, 'name'),
    );
    expect(names).toEqual([REQUEST_RATE_METRIC]);
    const { seriesQuery } = requestRateRule(one.environment.monitoring.scrapeIntervalSeconds);
    const gateway = await started(one);
    await gateway.get(ROUTES.models);
    const scrape = await (await gateway.get(ROUTES.metrics)).text();
    const sample = scrape.split('\n').find((line) => line.startsWith(seriesQuery.replace(/\{.*/, '{')));
    expect(sample).toContain(`route="${ROUTES.models}"`);
  });

  test('[T2] [K1] ends in time: preStop, drain and the longest answer fit into the grace period', () => {
    const { shutdown, upstream } = readConfig(processEnvironment(one, root));
    const [, , program = ''] = one.container.lifecycle.pre_stop[0]?.exec.command ?? [];
    const preStopMs = Number(/\d+/.exec(program)?.[0]);
    expect(preStopMs).toBeGreaterThan(0);
    // It is the gateway's part in which connections are closed without a request in them.
    expect(shutdown.drainMs).toBeGreaterThan(preStopMs);
    expect(preStopMs + shutdown.drainMs).toBe(one.environment.workload.timeouts.drain * 1_000);
    expect(shutdown.graceMs).toBeGreaterThanOrEqual(upstream.totalTimeoutMs);
    expect(preStopMs + shutdown.drainMs + shutdown.graceMs).toBeLessThan(
      one.pod.termination_grace_period_seconds * 1_000,
    );
  });

  test('[K1] owns nothing outside of its namespace that a gateway of another namespace could own, too', () => {
    for (const { synthesized } of rendered) {
      const namesOf = (resource: typeof NamespaceV1 | typeof PriorityClassV1): readonly string[] =>
        synthesized.every(resource).map(({ metadata }) => (metadata as { readonly name: string }).name);
      expect(namesOf(PriorityClassV1)).toEqual(namesOf(NamespaceV1));
    }
  });

  test('[T2] [K1] looks the upstream up by its whole name, and gives a lost DNS server up before the connection', () => {
    const { upstream } = readConfig(processEnvironment(one, root));
    const option = (noun: string): number => Number(one.pod.dns_config.option.find(({ name }) => name === noun)?.value);
    expect(upstream.region.baseUrl.hostname.split('.').length - 1).toBeGreaterThanOrEqual(option('ndots'));
    // A connection that is not there in time counts against the upstream; a name that is not found in time is asked again.
    expect(option('timeout') * option('attempts') * 1_000).toBeLessThan(upstream.connectTimeoutMs);
  });

  test('[K6] takes no more connections from the database than it has for all pods', () => {
    const { storage, workers } = readConfig(processEnvironment(one, root));
    expect(workers * storage.databasePool).toBeLessThanOrEqual(one.environment.workload.databasePoolSize);
  });
});

/** Every value of a key, however deep. */
function findAll(value: unknown, key: string): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  const members: readonly (readonly [string, unknown])[] = Object.entries(value);
  return members.flatMap(([name, member]) => (name === key ? [member, ...findAll(member, key)] : findAll(member, key)));
}
