/** Add-ons: the components of a cluster that the service installs and upgrades. */
import { ApiError, notFound } from '../../api-error';
import type { Cloud } from '../../cloud';
import { Kind } from '../../store';
import type { Entity } from '../../store';
import { CATALOGUE } from './catalogue';
import type { CatalogueEntry } from './catalogue';
import type { Cluster } from './clusters';
import { belongsToCluster } from './members';

interface AddOn extends Entity {
  /** Cluster and name. */
  readonly id: string;
  readonly clusterId: string;
  readonly name: string;
  version: string;
  /** JSON, as it was given. */
  config: string;
}

export const addOns = belongsToCluster(
  new Kind<AddOn>({
    noun: 'add-on',
    terraform: { type: 'alicloud_cs_kubernetes_addon' },
    removal: ({ clusterId, name }) =>
      `aliyun cs POST /clusters/${clusterId}/components/uninstall --body '[{"name":"${name}"}]'`,
  }),
);

/** The id of a record: a cluster has each component once. */
export const idOf = (clusterId: string, name: string): string => `${clusterId}:${name}`;

/** @throws ApiError `AddonNotFound` */
export function entryOf(name: string): CatalogueEntry {
  const entry = CATALOGUE[name];
  if (entry === undefined) throw notFound('AddonNotFound', 'add-on', name);
  return entry;
}

/** @throws ApiError `AddonNotFound` */
export const installed = (cloud: Cloud, clusterId: string, name: string): AddOn =>
  addOns.in(cloud.store).get(idOf(clusterId, name), () => notFound('AddonNotFound', 'add-on of the cluster', name));

/** @throws ApiError `InvalidParameter` when it is neither empty nor a JSON object */
export function checkConfig(name: string, config: string): void {
  if (config === '') return;
  try {
    const parsed: unknown = JSON.parse(config);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return;
  } catch {
    // It is refused below, as what is JSON but no object is.
  }
  throw new ApiError('InvalidParameter', `The config of ${name} is not a JSON object.`);
}

/** @throws ApiError `InvalidParameter` */
export function checkAddOnVersion(name: string, version: string): void {
  if (/^v?\d+(\.\d+)+/.test(version)) return;
  throw new ApiError('InvalidParameter', `The version (${version}) of ${name} is not one.`);
}

/** A component to install; without a version, that of the catalogue. */
interface Wanted {
  readonly name?: string | undefined;
  readonly version?: string | undefined;
  readonly config?: string | undefined;
}

/** @throws ApiError for a name, version or configuration that is not one */
export function checkWanted(wanted: readonly Wanted[]): void {
  for (const { name = '', version = '', config = '' } of wanted) {
    entryOf(name);
    if (version !== '') checkAddOnVersion(name, version);
    checkConfig(name, config);
  }
}

/** Installs a component that the cluster has not. `ownedBy` is the cluster where that takes it along. */
export function install(
  cloud: Cloud,
  cluster: Cluster,
  { name = '', version = '', config = '' }: Wanted,
  ownedBy?: string,
): void {
  addOns.in(cloud.store).insert({
    id: idOf(cluster.id, name),
    uses: [cluster.id],
    readyAt: cloud.readyAt('add-on'),
    clusterId: cluster.id,
    name,
    version: version === '' ? entryOf(name).version : version,
    config,
    ...(ownedBy !== undefined && { ownedBy }),
  });
}

/** Installs what was asked for with the cluster, and what every cluster has unless it was refused. */
export function installAtCreation(
  cloud: Cloud,
  cluster: Cluster,
  wanted: readonly (Wanted & { readonly disabled?: boolean | undefined })[],
): void {
  for (const addOn of wanted) if (addOn.disabled !== true) install(cloud, cluster, addOn, cluster.id);
  for (const [name, { byDefault }] of Object.entries(CATALOGUE)) {
    if (byDefault === true && !wanted.some((addOn) => addOn.name === name))
      install(cloud, cluster, { name }, cluster.id);
  }
}

/** Installs it, or gives it another configuration when it is there; what the service does by itself. */
export function provide(cloud: Cloud, cluster: Cluster, name: string, config: string): void {
  const present = addOns.in(cloud.store).find(idOf(cluster.id, name));
  if (present === undefined) install(cloud, cluster, { name, config }, cluster.id);
  else present.config = config;
}
