/**
 * Production is at least what staging is: the same structure, the same switches. Whatever differs is written down here
 * with its reason; an unwritten difference fails, and so does a written one that is none any more.
 */
import { prod } from '../../environments/prod';
import { staging } from '../../environments/staging';

/** Path → why the two may differ there. A path stands for everything below it. */
const ALLOWED: Readonly<Record<string, string>> = {
  name: 'two environments, two names',
  tier: 'staging serves nobody',
  'account.alias': 'one account an environment',
  'account.id': 'one account an environment',
  'tags.costCenter': 'staging is paid by development',
  'state.bucket': "a slip in one must not reach the other's state",
  'state.lockInstance': 'a lock for each state',
  'network.cidr': 'ranges apart, so that the two can be peered',
  'network.zones[].nodeCidr': 'ranges apart, so that the two can be peered',
  'network.zones[].podCidr': 'ranges apart, so that the two can be peered',
  'network.egressBandwidthMbps': 'staging has less to say to the world',
  'registry.instanceId': 'one account an environment, and the instance is bought in it',
  'ci.subjects': 'only the deployment to an environment may enter its account',
  profile: 'staging is smaller',
  'workload.settings.DAILY_BUDGET': 'staging may spend less',
  'workload.scaling.requestsPerSecond': 'a pod of staging is smaller',
  'ingress.host': 'two environments, two names',
  'database.backupRetentionDays': "staging's data is not worth a month",
  'database.logRetentionDays': "staging's data is not worth a month",
  'cluster.systemPool.maxNodes': 'staging is smaller',
  'cluster.workloadPool.maxNodes': 'staging is smaller',
  'cluster.maintenanceWindow.days': 'staging is upgraded a day before',
  'cluster.access[].id': 'one account an environment, and the roles live in it',
  'platform.monitoring.retentionDays': 'what went on in staging is soon of no interest',
  'platform.monitoring.storageGiB': 'staging is smaller',
  'platform.monitoring.prometheusReplicas': 'staging wakes nobody up',
  'platform.monitoring.alertmanagerReplicas': 'staging wakes nobody up',
  'logs.retentionDays': 'the audit trail of production is kept longer',
  'alarms.contacts': 'staging wakes nobody up',
  'alarms.paging': 'staging wakes nobody up',
  'alarms.warningHours': 'staging is looked after in working hours',
  'monitoring.channels.slack': 'a room for each environment',
  'monitoring.channels.pagerDuty': 'staging wakes nobody up',
};

/** Every leaf of a value by its path; places in a list are one path, `zones[].id`, and a list's length is a leaf too. */
function leaves(value: unknown, path = ''): readonly (readonly [path: string, leaf: string])[] {
  if (Array.isArray(value)) {
    return [
      [`${path}.length`, String(value.length)],
      ...value.flatMap((element: unknown) => leaves(element, `${path}[]`)),
    ];
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, member]) => leaves(member, path === '' ? key : `${path}.${key}`));
  }
  return [[path, JSON.stringify(value)]];
}

/** The leaves at each path, joined. */
function byPath(value: unknown): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  for (const [path, leaf] of leaves(value)) {
    paths.set(path, `${paths.get(path) ?? ''}${leaf} `);
  }
  return paths;
}

/** The paths at which two values differ, or which only one of them has. */
function differences(one: unknown, other: unknown): readonly string[] {
  const [ones, others] = [byPath(one), byPath(other)];
  return [...new Set([...ones.keys(), ...others.keys()])].filter((path) => ones.get(path) !== others.get(path));
}

/** The written path that stands for a path, if there is one. */
function allowance(path: string): string | undefined {
  return Object.keys(ALLOWED).find(
    (allowed) => path === allowed || path.startsWith(`${allowed}.`) || path.startsWith(`${allowed}[`),
  );
}

describe('Production and staging', () => {
  test('[N9] differ in nothing that is not written down with its reason', () => {
    expect(differences(prod, staging).filter((path) => allowance(path) === undefined)).toEqual([]);
  });

  test('[N9] differ in everything that is written down', () => {
    const used = new Set(differences(prod, staging).map(allowance));
    expect(Object.keys(ALLOWED).filter((path) => !used.has(path))).toEqual([]);
  });

  test('[N9] protect the same things, in production at the least', () => {
    expect(prod.protection).toEqual({ data: true, cluster: true });
    expect(staging.protection).toEqual(prod.protection);
  });

  test('[K8] are of different size, production being the larger in every number', () => {
    expect(prod.profile.replicas.min).toBeGreaterThan(staging.profile.replicas.min);
    expect(prod.profile.requests.cpuMillis).toBeGreaterThan(staging.profile.requests.cpuMillis);
    expect(prod.cluster.workloadPool.maxNodes).toBeGreaterThan(staging.cluster.workloadPool.maxNodes);
    expect(prod.database.backupRetentionDays).toBeGreaterThan(staging.database.backupRetentionDays);
    expect(prod.logs.retentionDays).toBeGreaterThan(staging.logs.retentionDays);
  });
});
