/**
 * Reads PromQL by Prometheus' own grammar and works out which labels a query has at each point, so that a label that is
 * matched, grouped by or joined on and that no metric has is found before it silently matches nothing.
 */
import { METRICS } from '../app/src/metrics';
import type { MetricDefinition } from '../app/src/metrics/metric';
import { EXPORTER_METRICS, RECORDED, sliErrorRatio, WINDOWS } from '../constructs/monitoring/alerts';
import { TARGET_LABELS } from '../constructs/monitoring/alerts/promql';

/** What is known of each series: its labels, those of the scraped target included. */
export type KnownSeries = ReadonlyMap<string, ReadonlySet<string>>;

/** What a query is made of. */
export interface Reading {
  /** Every series that it names. */
  readonly names: ReadonlySet<string>;
  /** Labels of its result. */
  readonly labels: ReadonlySet<string>;
  /** Everything that is wrong with it. */
  readonly faults: readonly string[];
}

const series = ({
  name,
  type,
  labels,
}: Pick<MetricDefinition, 'name' | 'type' | 'labels'>): [string, Set<string>][] => {
  const all = [...labels, ...TARGET_LABELS];
  return type === 'histogram'
    ? [
        [`${name}_bucket`, new Set([...all, 'le'])],
        [`${name}_count`, new Set(all)],
        [`${name}_sum`, new Set(all)],
      ]
    : [[name, new Set(all)]];
};

/** Everything that the gateway, the exporters and the recording rules make. */
export const KNOWN_SERIES: KnownSeries = new Map([
  ...Object.values<MetricDefinition>(METRICS).flatMap(series),
  ...Object.values(EXPORTER_METRICS).flatMap(series),
  ...[...Object.values(RECORDED), ...WINDOWS.map(sliErrorRatio)].map(({ name, labels }): [string, Set<string>] => [
    name,
    new Set([...labels, 'namespace']),
  ]),
]);

type Node = Awaited<ReturnType<typeof grammar>>['topNode'];

/** The grammar is an ECMAScript module: it is loaded when it is first asked for. */
async function grammar(query: string) {
  const { parser } = await import('@prometheus-io/lezer-promql');
  return parser.parse(query);
}

/** Reads a query. */
export async function readQuery(query: string, known: KnownSeries = KNOWN_SERIES): Promise<Reading> {
  const tree = await grammar(query);
  const reader = new Reader(query, known);
  const { labels } = reader.read(tree.topNode);
  return { names: reader.names, labels, faults: reader.faults };
}

/** A value without labels that fits beside any: a number, or the time. */
interface Value {
  readonly labels: ReadonlySet<string>;
  readonly scalar?: true;
}

const NONE: ReadonlySet<string> = new Set();
const SCALARS = new Set(['NumberDurationLiteral', 'StringLiteral', 'NumberDurationLiteralInDurationContext']);
/** Functions that make something out of nothing that has labels. */
const SOURCES = new Set(['vector', 'time']);
const SET_OPERATORS = new Set(['And', 'Or', 'Unless']);

const children = (node: Node): readonly Node[] => {
  const all: Node[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) all.push(child);
  return all;
};

const same = (left: ReadonlySet<string>, right: ReadonlySet<string>): boolean =>
  left.size === right.size && [...left].every((label) => right.has(label));

class Reader {
  readonly names = new Set<string>();
  readonly faults: string[] = [];

  constructor(
    private readonly query: string,
    private readonly known: KnownSeries,
  ) {}

  read(node: Node): Value {
    if (node.type.isError)
      this.faults.push(`does not parse at ${node.from}: ${this.query.slice(node.from, node.to + 20)}`);
    if (SCALARS.has(node.name)) return { labels: NONE, scalar: true };
    switch (node.name) {
      case 'VectorSelector':
        return this.selector(node);
      case 'AggregateExpr':
        return this.aggregate(node);
      case 'FunctionCall':
        return this.call(node);
      case 'BinaryExpr':
        return this.binary(node);
      default: {
        const values = children(node).map((child) => this.read(child));
        return values.find(({ scalar }) => scalar !== true) ?? values[0] ?? { labels: NONE, scalar: true };
      }
    }
  }

  private text(node: Node): string {
    return this.query.slice(node.from, node.to);
  }

  private labelsUnder(node: Node | null): readonly string[] {
    return node === null ? [] : node.getChildren('LabelName').map((label) => this.text(label));
  }

  private expect(labels: readonly string[], there: ReadonlySet<string>, what: string): void {
    for (const label of labels) {
      if (!there.has(label))
        this.faults.push(`${what} ${label}, and there are only ${[...there].join(', ') || 'none'}`);
    }
  }

  private selector(node: Node): Value {
    const identifier = node.getChild('Identifier');
    const name = identifier === null ? '' : this.text(identifier);
    this.names.add(name);
    const labels = this.known.get(name);
    if (labels === undefined) {
      this.faults.push(`nothing exposes ${name || this.text(node)}`);
      return { labels: NONE };
    }
    for (const matcher of node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? []) {
      this.expect(this.labelsUnder(matcher), labels, `${name} is matched by`);
    }
    return { labels };
  }

  private aggregate(node: Node): Value {
    const modifier = node.getChild('AggregateModifier');
    const { labels } = this.read(node.getChild('FunctionCallBody') ?? node);
    const grouped = this.labelsUnder(modifier?.getChild('GroupingLabels') ?? null);
    this.expect(grouped, labels, 'is grouped by');
    if (modifier?.getChild('Without'))
      return { labels: new Set([...labels].filter((label) => !grouped.includes(label))) };
    return { labels: new Set(grouped) };
  }

  private call(node: Node): Value {
    const name = this.text(node.getChild('FunctionIdentifier') ?? node);
    const body = node.getChild('FunctionCallBody');
    const parameters = body === null ? [] : children(body);
    const values = parameters.map((parameter) => this.read(parameter));
    if (SOURCES.has(name)) return name === 'time' ? { labels: NONE, scalar: true } : { labels: NONE };
    const labels = new Set(values.flatMap((value) => [...value.labels]));
    const texts = parameters
      .filter((each) => each.name === 'StringLiteral')
      .map((each) => this.text(each).slice(1, -1));
    if (name === 'histogram_quantile') {
      this.expect(['le'], labels, 'takes a quantile over');
      labels.delete('le');
    }
    if (name === 'label_join' || name === 'label_replace') {
      const [made = '', ...others] = texts;
      this.expect(name === 'label_join' ? others.slice(1) : others.slice(1, 2), labels, `makes ${made} of`);
      labels.add(made);
    }
    return { labels };
  }

  private binary(node: Node): Value {
    const clause = node.getChild('MatchingModifierClause');
    const operands = children(node).filter((child) => child.name.endsWith('Expr') || this.isOperand(child));
    const [left, right] = operands.map((operand) => this.read(operand));
    if (left === undefined || right === undefined) throw new Error(`${this.text(node)} has not two sides`);
    if (left.scalar) return right;
    if (right.scalar) return left;
    const operator = children(node).find((child) => SET_OPERATORS.has(child.name))?.name;
    if (operator === 'Or') return { labels: new Set([...left.labels, ...right.labels]) };

    const [on = null, included = null] = clause?.getChildren('GroupingLabels') ?? [];
    if (clause?.getChild('On')) {
      const matched = this.labelsUnder(on);
      this.expect(matched, left.labels, 'is joined on');
      this.expect(matched, right.labels, 'is joined on');
      const joined = clause.getChild('GroupLeft') !== null;
      const taken = joined ? this.labelsUnder(included) : [];
      this.expect(taken, right.labels, 'takes over');
      return joined || operator !== undefined
        ? { labels: new Set([...left.labels, ...taken]) }
        : { labels: new Set(matched) };
    }
    if (!same(left.labels, right.labels)) {
      this.faults.push(
        `${this.text(node)} has {${[...left.labels].join(', ')}} on its left and {${[...right.labels].join(', ')}} ` +
          'on its right, which never match',
      );
    }
    return { labels: left.labels };
  }

  private isOperand({ name }: Node): boolean {
    return SCALARS.has(name) || ['VectorSelector', 'FunctionCall', 'MatrixSelector'].includes(name);
  }
}
