/** The kinds of environment variables. The keywords of these types are those of JSON Schema. */
interface Described {
  readonly description: string;
}

/** A whole number within bounds. */
export interface IntegerVariable extends Described {
  readonly type: 'integer';
  readonly unit: Unit;
  readonly default: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** What an integer counts. */
export type Unit =
  | 'ms'
  | 's'
  | 'bytes'
  | 'connections'
  | 'port'
  | 'requests'
  | 'tokens'
  | 'entries'
  | 'processes'
  | 'attempts'
  | 'hops'
  | 'days'
  | 'rows';

/** A number within bounds, a fraction allowed. */
export interface NumberVariable extends Described {
  readonly type: 'number';
  /** What it counts, for people. */
  readonly unit: string;
  readonly default: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** Something that is on or off. */
export interface FlagVariable extends Described {
  readonly type: 'boolean';
  readonly default: boolean;
}

/** One of a few words. */
export interface ChoiceVariable<C extends string = string> extends Described {
  readonly type: 'string';
  readonly enum: readonly C[];
  readonly default: C;
}

/** A text with a form. An empty default means: none. */
export interface TextVariable extends Described {
  readonly type: 'string';
  readonly format: 'uri' | 'hostname' | 'path' | 'fallbacks';
  readonly default: string;
}

/** Texts with a form, separated by commas. */
export interface ListVariable extends Described {
  readonly type: 'array';
  readonly format: 'cidr' | 'origin' | 'path';
  readonly default: readonly string[];
}

/** A secret: never in a ConfigMap, never printed, and without a default. */
export interface SecretVariable extends Described {
  readonly type: 'string';
  readonly secret: true;
}

export type Variable =
  IntegerVariable | NumberVariable | FlagVariable | ChoiceVariable | TextVariable | ListVariable | SecretVariable;

/** Variables by name. */
export type VariableTable = Readonly<Record<string, Variable>>;
