/**
 * The gateway's settings as a ConfigMap: names and types are those of the gateway's own table of variables, so one that
 * it does not have, or a value of another type, does not compile; what types cannot say, its own reader checks.
 */
import { ConfigMapV1, type ConfigMapV1Config } from '@cdktf/provider-kubernetes/lib/config-map-v1';
import { Construct } from 'constructs';
import { createHash } from 'node:crypto';
import { VARIABLES, type NamesOf, type VariableName } from '../../app/src/config';
import type { SecretVariable } from '../../app/src/config/variable';
import { ConfigError, readConfig, type Config } from '../../app/src/read-config';
import { COMMON_LABELS } from './names';

/** A variable that holds a secret: never in a ConfigMap. */
export type SecretName = NamesOf<SecretVariable>;

/** Every other variable. */
export type SettingName = Exclude<VariableName, SecretName>;

/** What a variable may be set to. */
type ValueOf<V> = V extends { readonly enum: readonly (infer Choice)[] }
  ? Choice
  : V extends { readonly type: 'integer' | 'number' }
    ? number
    : V extends { readonly type: 'boolean' }
      ? boolean
      : V extends { readonly type: 'array' }
        ? readonly string[]
        : string;

/** Settings by the name of their variable; one that is left out has the gateway's default. */
export type Settings = { readonly [Name in SettingName]?: ValueOf<(typeof VARIABLES)[Name]> };

/**
 * Settings that follow from other parts of an environment, or that need what no environment has yet: these are not
 * chosen by themselves. Traces need a collector, and a flow to it in `flows.ts`.
 */
export const DERIVED_SETTINGS = [
  'NODE_ENV',
  'HOST',
  'PORT',
  'WORKERS',
  'DATABASE_POOL',
  'SHUTDOWN_DRAIN_MS',
  'SHUTDOWN_GRACE_MS',
  'UPSTREAM_TOTAL_TIMEOUT_MS',
  'TRUSTED_PROXY_HOPS',
  'CORS_ORIGINS',
  'JOURNAL_DIRECTORY',
  'ENABLE_TRACING',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_TRACES_SAMPLER_ARG',
] as const satisfies readonly SettingName[];

/** The settings that an environment chooses. */
export type ChosenSettings = Omit<Settings, (typeof DERIVED_SETTINGS)[number]>;

/** A secret for each variable that has one, by which the rest is read as it would be in a pod. Nobody sees them. */
const PLACEHOLDERS = {
  ADMIN_API_KEY: 'placeholder',
  DASHSCOPE_API_KEY: 'placeholder',
  DASHSCOPE_FALLBACK_API_KEY: 'placeholder',
  DATABASE_URL: 'mysql://placeholder/gateway',
  REDIS_URL: 'rediss://placeholder',
} as const satisfies Readonly<Record<SecretName, string>>;

/** What the gateway makes of its settings, or every fault that its own reader finds. */
export type SettingsReading = { readonly config: Config } | { readonly faults: readonly string[] };

/**
 * Reads settings as a pod would.
 * @param secrets the secrets that pods have
 */
export function readSettings(settings: Settings, secrets: readonly SecretName[]): SettingsReading {
  const placeholders = Object.fromEntries(secrets.map((name) => [name, PLACEHOLDERS[name]]));
  try {
    return { config: readConfig({ ...settingsData(settings), ...placeholders }) };
  } catch (error) {
    if (error instanceof ConfigError) return { faults: error.faults };
    throw error;
  }
}

/** Every variable that is no secret, as text: the settings over the gateway's defaults. In the order of their names. */
export function settingsData(settings: Settings): Readonly<Record<string, string>> {
  const defaults = Object.entries(VARIABLES).flatMap(([name, variable]) =>
    'secret' in variable ? [] : [[name, variable.default] as const],
  );
  const values: Readonly<Record<string, unknown>> = { ...Object.fromEntries(defaults), ...settings };
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : String(value)]),
  );
}

export interface SettingsMapProps {
  readonly namespace: string;
  readonly name: string;
  readonly settings: Settings;
  /** The secrets that pods have beside the settings: some settings need one, or must not have it. */
  readonly secrets: readonly SecretName[];
  /** The last word on the resource's own arguments. @default none */
  readonly overrides?: Partial<ConfigMapV1Config>;
}

export class SettingsMap extends Construct {
  /** The resource, for what the props do not offer. */
  readonly configMap: ConfigMapV1;
  readonly name: string;
  /** Every variable as text, as it is in the ConfigMap. */
  readonly data: Readonly<Record<string, string>>;
  /** What the gateway makes of it. */
  readonly config: Config;
  /** Changes with the data: on a pod template it makes new pods. */
  readonly checksum: string;

  constructor(scope: Construct, id: string, props: SettingsMapProps) {
    super(scope, id);
    const reading = readSettings(props.settings, props.secrets);
    if ('faults' in reading) {
      throw new Error(`the gateway would not start with these settings:\n${reading.faults.join('\n')}`);
    }
    this.name = props.name;
    this.config = reading.config;
    this.data = settingsData(props.settings);
    this.checksum = createHash('sha256').update(JSON.stringify(this.data)).digest('hex').slice(0, 16);

    this.configMap = new ConfigMapV1(this, 'config-map', {
      metadata: { name: props.name, namespace: props.namespace, labels: { ...COMMON_LABELS } },
      data: { ...this.data },
      ...props.overrides,
    });
  }
}
