/** What may be asked about add-ons and done with them: {@link addOns}. */
import { DescribeAddonRequest } from '@alicloud/cs20151215/dist/models/DescribeAddonRequest';
import { DescribeAddonResponseBody } from '@alicloud/cs20151215/dist/models/DescribeAddonResponseBody';
import { DescribeClusterAddonMetadataRequest } from '@alicloud/cs20151215/dist/models/DescribeClusterAddonMetadataRequest';
import { DescribeClusterAddonMetadataResponseBody } from '@alicloud/cs20151215/dist/models/DescribeClusterAddonMetadataResponseBody';
import { DescribeClusterAddonsUpgradeStatusRequest } from '@alicloud/cs20151215/dist/models/DescribeClusterAddonsUpgradeStatusRequest';
import { GetClusterAddonInstanceResponseBody } from '@alicloud/cs20151215/dist/models/GetClusterAddonInstanceResponseBody';
import { InstallClusterAddonsRequest } from '@alicloud/cs20151215/dist/models/InstallClusterAddonsRequest';
import { InstallClusterAddonsResponseBody } from '@alicloud/cs20151215/dist/models/InstallClusterAddonsResponseBody';
import { ListAddonsRequest } from '@alicloud/cs20151215/dist/models/ListAddonsRequest';
import { ListAddonsResponseBody } from '@alicloud/cs20151215/dist/models/ListAddonsResponseBody';
import { ListClusterAddonInstancesResponseBody } from '@alicloud/cs20151215/dist/models/ListClusterAddonInstancesResponseBody';
import { ModifyClusterAddonRequest } from '@alicloud/cs20151215/dist/models/ModifyClusterAddonRequest';
import { UnInstallClusterAddonsRequestAddons } from '@alicloud/cs20151215/dist/models/UnInstallClusterAddonsRequest';
import { UnInstallClusterAddonsResponseBody } from '@alicloud/cs20151215/dist/models/UnInstallClusterAddonsResponseBody';
import { UpgradeClusterAddonsRequest } from '@alicloud/cs20151215/dist/models/UpgradeClusterAddonsRequest';
import { UpgradeClusterAddonsResponseBody } from '@alicloud/cs20151215/dist/models/UpgradeClusterAddonsResponseBody';
import { ApiError } from '../../api-error';
import { defineModel, listOf } from '../../define-model';
import { Empty, roaOperation } from '../../roa';
import { addOns, checkAddOnVersion, checkConfig, checkWanted, entryOf, idOf, install, installed } from './addons';
import { CATALOGUE } from './catalogue';
import type { CatalogueEntry } from './catalogue';
import { clusterOf, requireReady } from './clusters';
import { startTask } from './tasks';
import { compareVersions } from './versions';

/** The published model calls the list `addons`, which is the whole body on the wire, as with the other operations. */
const UninstallRequest = defineModel({ body: listOf(UnInstallClusterAddonsRequestAddons) });

const offered = (name: string, entry: CatalogueEntry) => ({
  name,
  version: entry.version,
  architecture: ['amd64', 'arm64'],
  category: entry.category,
  configSchema: '{}',
  installByDefault: entry.byDefault ?? false,
  managed: entry.managed ?? false,
  supportedActions:
    entry.byDefault === true ? ['Install', 'Upgrade', 'Modify'] : ['Install', 'Upgrade', 'Modify', 'Uninstall'],
});

export const addOnOperations = [
  roaOperation({
    name: 'ListAddons',
    method: 'GET',
    path: '/addons',
    request: ListAddonsRequest,
    response: ListAddonsResponseBody,
    handle: () => ({ addons: Object.entries(CATALOGUE).map(([name, entry]) => offered(name, entry)) }),
  }),
  roaOperation({
    name: 'DescribeAddon',
    method: 'GET',
    path: '/addons/{addon_name}',
    request: DescribeAddonRequest,
    response: DescribeAddonResponseBody,
    handle: ({ request, cloud, path }) => {
      const name = path('addon_name');
      const entry = entryOf(name);
      if (request.clusterId !== undefined) clusterOf(cloud, request.clusterId);
      const version = request.version === undefined || request.version === '' ? entry.version : request.version;
      const isNewer = compareVersions(entry.version, version) > 0;
      return {
        ...offered(name, entry),
        version,
        newerVersions: isNewer ? [{ version: entry.version, upgradable: true, minimumClusterVersion: '1.24.0' }] : [],
      };
    },
  }),
  roaOperation({
    name: 'DescribeClusterAddonMetadata',
    method: 'GET',
    path: '/clusters/{cluster_id}/components/{component_id}/metadata',
    request: DescribeClusterAddonMetadataRequest,
    response: DescribeClusterAddonMetadataResponseBody,
    handle: ({ request, cloud, path }) => {
      clusterOf(cloud, path('cluster_id'));
      const name = path('component_id');
      return { name, version: request.version ?? entryOf(name).version, configSchema: '{}' };
    },
  }),
  roaOperation({
    name: 'ListClusterAddonInstances',
    method: 'GET',
    path: '/clusters/{cluster_id}/addon_instances',
    request: Empty,
    response: ListClusterAddonInstancesResponseBody,
    handle: ({ cloud, path }) => {
      const cluster = clusterOf(cloud, path('cluster_id'));
      const all = addOns.in(cloud.store).where(({ clusterId }) => clusterId === cluster.id);
      return { addons: all.map(({ name, version }) => ({ name, version, state: 'active' })) };
    },
  }),
  roaOperation({
    name: 'GetClusterAddonInstance',
    method: 'GET',
    path: '/clusters/{cluster_id}/addon_instances/{instance_name}',
    request: Empty,
    response: GetClusterAddonInstanceResponseBody,
    handle: ({ cloud, path }) => {
      const cluster = clusterOf(cloud, path('cluster_id'));
      const { name, version, config, ...addOn } = installed(cloud, cluster.id, path('instance_name'));
      const state = cloud.isReady('add-on', addOn) ? 'active' : 'installing';
      return { name, version, config, state, logging: { capable: false, enabled: false } };
    },
  }),
  roaOperation({
    name: 'InstallClusterAddons',
    method: 'POST',
    path: '/clusters/{cluster_id}/components/install',
    request: InstallClusterAddonsRequest,
    response: InstallClusterAddonsResponseBody,
    handle: ({ request, cloud, path }) => {
      const cluster = clusterOf(cloud, path('cluster_id'));
      requireReady(cloud, cluster);
      const wanted = request.body ?? [];
      checkWanted(wanted);
      for (const { name = '' } of wanted) {
        if (addOns.in(cloud.store).find(idOf(cluster.id, name)) !== undefined) {
          throw new ApiError(
            'AddonAlreadyInstalled',
            `The add-on (${name}) is installed in ${cluster.id} already.`,
            409,
          );
        }
      }
      for (const addOn of wanted) install(cloud, cluster, addOn);
      return startTask(cloud, cluster.id, 'addon_install', 'add-on');
    },
  }),
  roaOperation({
    name: 'UpgradeClusterAddons',
    method: 'POST',
    path: '/clusters/{cluster_id}/components/upgrade',
    request: UpgradeClusterAddonsRequest,
    response: UpgradeClusterAddonsResponseBody,
    handle: ({ request, cloud, path }) => {
      const cluster = clusterOf(cloud, path('cluster_id'));
      requireReady(cloud, cluster);
      for (const { componentName = '', nextVersion = '', config } of request.body ?? []) {
        const addOn = installed(cloud, cluster.id, componentName);
        checkAddOnVersion(componentName, nextVersion);
        checkConfig(componentName, config ?? '');
        if (compareVersions(nextVersion, addOn.version) < 0) {
          throw new ApiError(
            'InvalidParameter',
            `${componentName} ${addOn.version} cannot be lowered to ${nextVersion}.`,
          );
        }
        addOn.config = config ?? addOn.config;
        addOn.version = nextVersion;
        addOn.readyAt = cloud.readyAt('add-on');
      }
      return startTask(cloud, cluster.id, 'addon_upgrade', 'add-on');
    },
  }),
  roaOperation({
    name: 'ModifyClusterAddon',
    method: 'POST',
    path: '/clusters/{cluster_id}/components/{component_id}/config',
    request: ModifyClusterAddonRequest,
    response: Empty,
    handle: ({ request, cloud, path }) => {
      const cluster = clusterOf(cloud, path('cluster_id'));
      requireReady(cloud, cluster);
      const addOn = installed(cloud, cluster.id, path('component_id'));
      const { config = '' } = request;
      checkConfig(addOn.name, config);
      addOn.config = config;
      addOn.readyAt = cloud.readyAt('add-on');
      return {};
    },
  }),
  roaOperation({
    name: 'DescribeClusterAddonsUpgradeStatus',
    method: 'GET',
    path: '/clusters/{cluster_id}/components/upgradestatus',
    request: DescribeClusterAddonsUpgradeStatusRequest,
    required: ['componentIds'],
    // A map by name, which no model describes.
    handle: ({ request, cloud, path }): Readonly<Record<string, unknown>> => {
      const cluster = clusterOf(cloud, path('cluster_id'));
      return Object.fromEntries(
        (request.componentIds ?? []).map((name) => {
          const addOn = installed(cloud, cluster.id, name);
          const status = cloud.isReady('add-on', addOn) ? 'Success' : 'Running';
          const canUpgrade = compareVersions(entryOf(name).version, addOn.version) > 0;
          const info = { component_name: name, version: addOn.version };
          return [name, { addon_info: info, can_upgrade: canUpgrade, tasks: { status } }];
        }),
      );
    },
  }),
  roaOperation({
    name: 'UnInstallClusterAddons',
    method: 'POST',
    path: '/clusters/{cluster_id}/components/uninstall',
    request: UninstallRequest,
    response: UnInstallClusterAddonsResponseBody,
    handle: ({ request, cloud, path }) => {
      const cluster = clusterOf(cloud, path('cluster_id'));
      requireReady(cloud, cluster);
      for (const { name = '' } of request.body ?? []) {
        const addOn = installed(cloud, cluster.id, name);
        if (entryOf(name).byDefault === true) {
          throw new ApiError('AddonOperationNotSupported', `The add-on (${name}) cannot be uninstalled.`);
        }
        addOns.in(cloud.store).remove(addOn.id);
      }
      return startTask(cloud, cluster.id, 'addon_uninstall', 'add-on');
    },
  }),
];
