/**
 * One component of the cluster as a resource of its own, so that an upgrade is one line in a review.
 * Source: provider documentation and source of `alicloud_cs_kubernetes_addon` (1.285.0).
 */
import { Construct } from 'constructs';
import type { ITerraformDependable } from 'cdktf';
import { CsKubernetesAddon, type CsKubernetesAddonConfig } from '@cdktf/provider-alicloud/lib/cs-kubernetes-addon';
import { ADD_ON_NAMES, addOnSpec, type AddOnChange, type AddOnName } from './add-ons';
import { canonicalJson } from './canonical-json';

export interface AddOnProps extends AddOnChange {
  readonly clusterId: string;
  /** Component, by the catalogue's name. Changing it installs another one. */
  readonly name: AddOnName;
  /** What must be there before: the node pools, since a component without a node never becomes ready (provider #5854). */
  readonly after: readonly ITerraformDependable[];
  /** The last word on the resource's own arguments. @default none */
  readonly overrides?: Partial<CsKubernetesAddonConfig>;
}

export class AddOn extends Construct {
  /** The resource, for what the props do not offer. */
  readonly addon: CsKubernetesAddon;
  readonly version: string;

  constructor(scope: Construct, id: string, props: AddOnProps) {
    super(scope, id);
    const { version, config } = addOnSpec(props.name, props);
    this.version = version;
    if (version === '') {
      throw new Error(`addOn.version of ${props.name} is empty, and ACK would choose one; name the version`);
    }
    if (props.after.length === 0) {
      throw new Error(
        `addOn.after of ${props.name} is empty, and it never gets ready without a node; name the node pools`,
      );
    }

    this.addon = new CsKubernetesAddon(this, 'addon', {
      clusterId: props.clusterId,
      name: props.name,
      version,
      // A setting that is removed here stays as it is in the cluster: set it to its default instead.
      ...(Object.keys(config).length === 0 ? {} : { config: canonicalJson(config) }),
      dependsOn: [...props.after],
      ...props.overrides,
    });
  }
}

export interface AddOnsProps {
  readonly clusterId: string;
  /** The node pools. */
  readonly after: readonly ITerraformDependable[];
  /** Components to have. @default all of the table */
  readonly names?: readonly AddOnName[];
  /** Other versions and further settings, by component. @default none */
  readonly changes?: Readonly<Partial<Record<AddOnName, AddOnChange>>>;
  /** The last word on the arguments of one component. @default none */
  readonly overrides?: Readonly<Partial<Record<AddOnName, Partial<CsKubernetesAddonConfig>>>>;
}

/** The components of one cluster. */
export class AddOns extends Construct {
  readonly addOns: readonly AddOn[];

  constructor(scope: Construct, id: string, props: AddOnsProps) {
    super(scope, id);
    const { names = ADD_ON_NAMES, changes = {}, overrides = {} } = props;
    const idle = Object.keys(changes).filter((name) => !names.some((wanted) => wanted === name));
    if (idle.length > 0) {
      throw new Error(
        `addOns.changes names ${idle.join(', ')}, which addOns.names leaves out; add it there or drop it here`,
      );
    }
    this.addOns = names.map(
      (name) =>
        new AddOn(this, name, {
          clusterId: props.clusterId,
          name,
          after: props.after,
          ...changes[name],
          ...(overrides[name] === undefined ? {} : { overrides: overrides[name] }),
        }),
    );
  }
}
