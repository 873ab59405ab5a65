/** Redis instances: what one is, and what every action asks of it before it does anything. */
import { ApiError, notFound } from '../../api-error';
import type { Cloud } from '../../cloud';
import { Kind } from '../../store';
import type { Entity } from '../../store';
import type { Tags } from '../../tags';
import { requireReady, vswitchOf } from '../vpc';
import type { VSwitch } from '../vpc';

const NOUN = 'Redis instance';

/** What an instance is called while something is done to it. */
export type Transition = 'Creating' | 'Changing' | 'SSLModifying' | 'MajorVersionUpgrading' | 'Migrating' | 'Released';

/** Addresses that may connect. */
export interface IpGroup {
  /** `hidden` keeps it out of the console. */
  readonly attribute: string;
  readonly addresses: readonly string[];
}

export interface Instance extends Entity {
  uses: readonly string[];
  readonly region: string;
  readonly vpcId: string;
  readonly chargeType: string;
  readonly createdAt: string;
  readonly resourceGroupId: string;
  readonly tags: Tags;
  readonly port: number;
  /** By name; `default` is always there. */
  readonly ipGroups: Map<string, IpGroup>;
  /** Settings of the server. */
  readonly settings: Map<string, string>;
  transition: Transition;
  name: string;
  /** Kept to be told from a new one; given out by no action. */
  password: string;
  instanceClass: string;
  engineVersion: string;
  shards: number;
  zoneId: string;
  /** Empty without a replica in another zone. */
  secondaryZoneId: string;
  vswitchId: string;
  privateIp: string;
  securityGroupIds: readonly string[];
  vpcAuthMode: string;
  releaseProtection: boolean;
  backup: { readonly period: string; readonly time: string };
  maintenance: { readonly start: string; readonly end: string };
  tls: boolean;
  /** `1` or `0`. */
  autoUpgrade: string;
}

export const instances = new Kind<Instance>({
  noun: NOUN,
  terraform: { type: 'alicloud_kvstore_instance' },
  removal: (instance) => `aliyun r-kvstore DeleteInstance --InstanceId ${instance.id}`,
  discarded: (instance) => instance.transition === 'Released',
});

/** @throws ApiError `InvalidInstanceId.NotFound`, also for one whose release is done */
export function instanceOf(cloud: Cloud, id: string | undefined): Instance {
  const missing = (): ApiError => notFound('InvalidInstanceId.NotFound', NOUN, id ?? '');
  const instance = instances.in(cloud.store).get(id, missing);
  if (instance.transition === 'Released' && cloud.isReady(NOUN, instance)) {
    instances.in(cloud.store).remove(instance.id);
    throw missing();
  }
  return instance;
}

export const statusOf = (cloud: Cloud, instance: Instance): string =>
  cloud.isReady(NOUN, instance) ? 'Normal' : instance.transition;

/**
 * One that can be changed now.
 * @throws ApiError `IncorrectDBInstanceState` while something else is done to it
 */
export function normalInstance(cloud: Cloud, id: string | undefined): Instance {
  const instance = instanceOf(cloud, id);
  const status = statusOf(cloud, instance);
  if (status !== 'Normal') {
    throw new ApiError(
      'IncorrectDBInstanceState',
      `The Redis instance (${instance.id}) is ${status}, and must be Normal for this operation.`,
      403,
    );
  }
  return instance;
}

/** Keeps it from other changes until this one is done. */
export function begin(cloud: Cloud, instance: Instance, transition: Transition): void {
  instance.transition = transition;
  instance.readyAt = cloud.readyAt(NOUN);
}

/** When an instance that is made now will be `Normal`. */
export const readyAt = (cloud: Cloud): number => cloud.readyAt(NOUN);

/** What it cannot live without: its network, and who may reach it. */
export const usesOf = (instance: Pick<Instance, 'vpcId' | 'vswitchId' | 'securityGroupIds'>): readonly string[] => [
  instance.vpcId,
  instance.vswitchId,
  ...instance.securityGroupIds,
];

const SYMBOLS = '!@#$%^&*()_+=-';

/** @throws ApiError `InvalidPassword.Format` */
export function checkedPassword(password: string): string {
  const symbols = Array.from(password).filter((letter) => SYMBOLS.includes(letter)).length;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/].filter((kind) => kind.test(password)).length + Number(symbols > 0);
  const plain = password.replace(/[a-z\d]/gi, '').length === symbols;
  if (password.length < 8 || password.length > 32 || kinds < 3 || !plain) {
    throw new ApiError(
      'InvalidPassword.Format',
      `The specified password is not 8 to 32 characters of three kinds: upper case, lower case, digits, ${SYMBOLS}.`,
    );
  }
  return password;
}

/** @throws ApiError `InvalidInstanceName.Malformed` */
export function checkedInstanceName(name: string): string {
  if (/^[a-z\u4e00-\u9fa5][^\s@/:="<>{[\]}]{1,79}$/i.test(name)) return name;
  throw new ApiError('InvalidInstanceName.Malformed', `The specified InstanceName (${name}) is not valid.`);
}

interface Place {
  readonly zoneId: string;
  readonly secondaryZoneId: string;
  readonly vswitch: VSwitch;
}

/**
 * Where an instance shall live: the vSwitch is in the master's zone, and the replica's zone is another.
 * @throws ApiError
 */
export function placeOf(
  cloud: Cloud,
  region: string,
  asked: { readonly zoneId?: string; readonly secondaryZoneId?: string; readonly vSwitchId?: string },
): Place {
  const vswitch = vswitchOf(cloud, asked.vSwitchId);
  requireReady(cloud, vswitch);
  const { zoneId = vswitch.zoneId, secondaryZoneId = '' } = asked;
  const zones = secondaryZoneId === '' ? [zoneId] : [zoneId, secondaryZoneId];
  const unknown = zones.find((zone) => !new RegExp(`^${region}-[a-z]$`).test(zone));
  if (unknown !== undefined) throw notFound('InvalidZoneId.NotFound', 'zone', unknown);
  if (vswitch.zoneId !== zoneId) {
    throw new ApiError('InvalidVSwitchId', `The vSwitch (${vswitch.id}) is in ${vswitch.zoneId}, not in ${zoneId}.`);
  }
  if (secondaryZoneId === zoneId) {
    throw new ApiError('InvalidSecondaryZoneId', `The SecondaryZoneId (${secondaryZoneId}) is that of the master.`);
  }
  return { zoneId, secondaryZoneId, vswitch };
}
