/**
 * Settings that are no secret, kept in the Parameter Store (OOS) so that people and jobs outside the cluster read the
 * same values as the pods. What looks like a secret is refused: the store shows its values to whoever may list it.
 * Source: provider documentation of `alicloud_oos_parameter` (1.285.0).
 */
import { Construct } from 'constructs';
import { Token } from 'cdktf';
import { OosParameter, type OosParameterConfig } from '@cdktf/provider-alicloud/lib/oos-parameter';

export interface ParametersProps {
  /** Path before each name, e.g. `bailian-gateway/prod`; names are unique within an account and region. */
  readonly path: string;
  /** Value by name, e.g. `{ LOG_LEVEL: 'info' }`. */
  readonly values: Readonly<Record<string, string>>;
  /** The last word on the arguments of the parameter of that name. @default none */
  readonly overrides?: Readonly<Record<string, Partial<OosParameterConfig>>>;
}

/** Bounds of the store. Source: CreateParameter of the OOS API. */
export const PARAMETER_LIMITS = { nameLength: 180, valueLength: 4096 } as const;

const RESERVED = /^(ALIYUN|ACS|ALIBABA|ALICLOUD|OOS)/;
const SECRETIVE = /PASSWORD|PASSWD|SECRET|TOKEN|CREDENTIAL|PRIVATE_?KEY|ACCESS_?KEY|API_?KEY|_URL$/i;

export class Parameters extends Construct {
  /** The resource of each setting, by name. */
  readonly parameters: Readonly<Record<string, OosParameter>>;
  readonly path: string;

  constructor(scope: Construct, id: string, props: ParametersProps) {
    super(scope, id);
    this.path = props.path;
    const names = Object.keys(props.values).sort();
    const faults = names.flatMap((name) => faultsOf(this.fullName(name), name, props.values[name] ?? ''));
    if (faults.length > 0) throw new Error(faults.join('\n'));

    this.parameters = Object.fromEntries(
      names.map((name) => [
        name,
        new OosParameter(this, name, {
          parameterName: this.fullName(name),
          type: 'String',
          value: props.values[name] ?? '',
          ...props.overrides?.[name],
        }),
      ]),
    );
  }

  /** Name in the store, e.g. `bailian-gateway/prod/LOG_LEVEL`. */
  fullName(name: string): string {
    return `${this.path}/${name}`;
  }
}

function faultsOf(fullName: string, name: string, value: string): string[] {
  const faults: string[] = [];
  const { nameLength, valueLength } = PARAMETER_LIMITS;
  if (!/^[\w/-]+$/.test(fullName) || fullName.length > nameLength) {
    faults.push(`parameter ${fullName} must be at most ${nameLength} letters, digits, - / or _; respell or shorten it`);
  }
  if (RESERVED.test(fullName))
    faults.push(`parameter ${fullName} starts with a reserved word; begin the path otherwise`);
  if (SECRETIVE.test(name))
    faults.push(`parameter ${name} names a secret, and the store shows its values; use a Secret`);
  if (value.length === 0) faults.push(`parameter ${name} is empty, which the store refuses; leave it out`);
  if (!Token.isUnresolved(value) && value.length > valueLength) {
    faults.push(`parameter ${name} has ${value.length} characters and ${valueLength} is the most; shorten or split it`);
  }
  return faults;
}
