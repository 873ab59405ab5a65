/** What is asked of a running Prometheus, by its HTTP API. */

/** One series of an answer, with its value now. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A rule as Prometheus last evaluated it. */
export interface EvaluatedRule {
  /** Name of the alert, or of the series that is recorded. */
  readonly name: string;
  /** `ok`, `err`, or `unknown` before the first evaluation. */
  readonly health: string;
  readonly lastError?: string;
}

/** A group of rules, and how long its last evaluation took. */
export interface EvaluatedGroup {
  readonly name: string;
  /** Seconds from one evaluation to the next. */
  readonly interval: number;
  /** Seconds that the last one took. */
  readonly evaluationTime: number;
  readonly rules: readonly EvaluatedRule[];
}

/** An alert that rings, or is about to. */
export interface ActiveAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly state: 'pending' | 'firing';
}

/** What Prometheus scrapes. */
export interface Target {
  readonly labels: Readonly<Record<string, string>>;
  readonly health: string;
  readonly lastError: string;
}

/** A node of a query's syntax tree; a selector of series has their name. */
interface SyntaxNode {
  readonly type?: string;
  readonly name?: string;
}

const TIMEOUT_MS = 30_000;

export class PrometheusApi {
  /** @param origin such as `http://127.0.0.1:9090` */
  constructor(readonly origin: string) {}

  /** The series that a query has now. @throws Error with what Prometheus says of a query that it cannot evaluate */
  async query(expr: string): Promise<readonly Sample[]> {
    const data = await this.#get<VectorOrScalar>('query', { query: expr });
    if (data.resultType === 'scalar') return [{ labels: {}, value: Number(data.result[1]) }];
    return data.result.map(({ metric, value: [, value] }) => ({ labels: metric, value: Number(value) }));
  }

  async groups(): Promise<readonly EvaluatedGroup[]> {
    return (await this.#get<{ readonly groups: readonly EvaluatedGroup[] }>('rules')).groups;
  }

  async alerts(): Promise<readonly ActiveAlert[]> {
    return (await this.#get<{ readonly alerts: readonly ActiveAlert[] }>('alerts')).alerts;
  }

  async targets(): Promise<readonly Target[]> {
    return (await this.#get<{ readonly activeTargets: readonly Target[] }>('targets', { state: 'active' }))
      .activeTargets;
  }

  /** Every metric that a target has described, be there a series of it or not; of a histogram its name without an ending. */
  async described(): Promise<ReadonlySet<string>> {
    return new Set(Object.keys(await this.#get<Readonly<Record<string, unknown>>>('metadata')));
  }

  /** Values of a label in the series that match. */
  async values(label: string, match?: string): Promise<readonly string[]> {
    return this.#get<readonly string[]>(`label/${label}/values`, match === undefined ? {} : { 'match[]': match });
  }

  /** Every series that a query names, by Prometheus' own parser. */
  async namesIn(expr: string): Promise<ReadonlySet<string>> {
    const names = new Set<string>();
    const visit = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return;
      const { type, name } = node as SyntaxNode;
      if ((type === 'vectorSelector' || type === 'matrixSelector') && name !== undefined) names.add(name);
      for (const child of Object.values(node)) visit(child);
    };
    visit(await this.#get('parse_query', { query: expr }));
    return names;
  }

  async #get<T>(path: string, parameters: Readonly<Record<string, string>> = {}): Promise<T> {
    const search = new URLSearchParams(parameters).toString();
    const response = await fetch(`${this.origin}/api/v1/${path}?${search}`, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const body = (await response.json()) as { readonly status: string; readonly data: T; readonly error?: string };
    if (body.status !== 'success') throw new Error(body.error ?? `Prometheus answered ${response.status}`);
    return body.data;
  }
}

type VectorOrScalar =
  | { readonly resultType: 'scalar'; readonly result: readonly [time: number, value: string] }
  | {
      readonly resultType: 'vector';
      readonly result: readonly {
        readonly metric: Readonly<Record<string, string>>;
        readonly value: readonly [time: number, value: string];
      }[];
    };
