/**
 * The one way in which tests synthesize: with Aspects and validations, as a deployment would, and with typed finders on
 * the result. `Testing.synth` alone skips validations, and its matchers pass when any one resource fits.
 */
import { AlicloudProvider } from '@cdktf/provider-alicloud/lib/provider';
import { RandomProvider } from '@cdktf/provider-random/lib/provider';
import { App, TerraformDataSource, TerraformStack, Testing } from 'cdktf';
import { tmpdir } from 'node:os';
import { AlarmRoute } from '../constructs/monitoring/alarm-route';

/** A block of Terraform JSON: snake_case, references as `${…}`. */
export type Block = Record<string, unknown>;

/** A class of the bindings. */
export interface ElementClass {
  readonly tfResourceType: string;
  readonly prototype: object;
}

/** Contact groups of the route that {@link synthesize} gives, by severity. */
export const GROUPS = { critical: ['test-critical'], warning: ['test-warning'], info: ['test-info'] } as const;

/** What a stack became. */
export class SynthesizedStack {
  constructor(
    /** The whole document, sorted, without cdktf's own metadata. */
    readonly json: Block,
  ) {}

  /** Every resource (or data source) of a class by its logical id, in the order of these ids. */
  byId(type: ElementClass): Readonly<Record<string, Block>> {
    const kind = type.prototype instanceof TerraformDataSource ? 'data' : 'resource';
    return blocks(blocks(this.json[kind])[type.tfResourceType]);
  }

  /** Every resource (or data source) of a class. */
  every(type: ElementClass): readonly Block[] {
    return Object.values(this.byId(type));
  }

  /**
   * The one resource of a class.
   * @throws when there is none, or more than one
   */
  only(type: ElementClass): Block {
    const [first, ...others] = this.every(type);
    if (first === undefined || others.length > 0) {
      throw new Error(
        `expected one ${type.tfResourceType}, found ${this.every(type).length}; the stack has ${JSON.stringify(this.count())}`,
      );
    }
    return first;
  }

  /** The outputs, by name: with other stacks in the app, what they ask of this one. */
  get output(): Readonly<Record<string, Block>> {
    return blocks(this.json['output']);
  }

  /** Every resource, by type and logical id. */
  get resources(): Readonly<Record<string, Readonly<Record<string, Block>>>> {
    return Object.fromEntries(Object.entries(blocks(this.json['resource'])).map(([type, all]) => [type, blocks(all)]));
  }

  /** How many resources of each type there are: `{ alicloud_vpc: 1, … }`. */
  count(): Readonly<Record<string, number>> {
    return Object.fromEntries(
      Object.entries(this.resources).map(([type, resources]) => [type, Object.keys(resources).length]),
    );
  }
}

/** Settings of a test's stack. */
export interface SynthesizeOptions {
  /** Makes the alarms' contact route, so that a construct's alarms have somewhere to go. @default true */
  readonly alarmRoute?: boolean;
  /** Id of the stack. @default test */
  readonly stackId?: string;
}

/**
 * Builds what `build` makes in a stack with providers and an alarm route, and synthesizes it.
 * @throws what a construct, an Aspect or a validation throws, and when the stack holds no resource
 */
export function synthesize(
  build: (scope: TerraformStack) => unknown,
  options: SynthesizeOptions = {},
): SynthesizedStack {
  const stack = new TerraformStack(testApp(), options.stackId ?? 'test');
  new AlicloudProvider(stack, 'alicloud', { region: 'cn-hangzhou' });
  new RandomProvider(stack, 'random');
  if (options.alarmRoute ?? true) {
    new AlarmRoute(stack, { groups: GROUPS });
  }
  build(stack);
  return synthesizeStack(stack);
}

/**
 * Synthesizes a stack that is built already, with the outputs that the other stacks of its app ask of it.
 * @throws what an Aspect or a validation throws, and when the stack holds no resource
 */
export function synthesizeStack(stack: TerraformStack): SynthesizedStack {
  // As App.synth does: references between stacks become outputs and remote states only here.
  for (const other of App.of(stack).node.findAll()) {
    if (TerraformStack.isStack(other)) {
      other.prepareStack();
    }
  }
  const result = new SynthesizedStack(blocks(JSON.parse(Testing.synth(stack, true))));
  if (Object.keys(result.count()).length === 0) {
    throw new Error(`${stack.node.id} holds no resource, so a test of it would prove nothing; build something in it`);
  }
  return result;
}

/** An app whose output nobody reads. */
export function testApp(): App {
  return Testing.app({ outdir: tmpdir() });
}

function blocks(value: unknown): Record<string, Block> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
