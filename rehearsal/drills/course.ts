/** The course of an undisturbed apply, as the double saw it: what a drill chooses its places from. */
import { isReading } from '../cloud/faults';
import type { RecordedCall } from '../cloud/recorder';

/** Products that Terraform itself calls to keep its state and lock; everything else is called by the provider. */
const KEEPS_STATE: ReadonlySet<string> = new Set(['Oss', 'Tablestore', 'Tablestore data']);

/** Whether a call does the stack's work, and does not keep its state. */
export const isWork = ({ product }: Pick<RecordedCall, 'product'>): boolean => !KEEPS_STATE.has(product);

/** Whether a call of the stack changes something. */
export const isChange = (call: Pick<RecordedCall, 'product' | 'action'>): boolean =>
  isWork(call) && !isReading(call.action);

/** An action that changes something, and the apply's calls of it. */
export interface ChangingAction {
  readonly product: string;
  readonly action: string;
  /** How often it is called; some calls are refused in an undisturbed apply, too, and made again (a VPC is busy). */
  readonly times: number;
  /** Which of the calls were not refused, from 0. */
  readonly done: readonly number[];
}

export interface Course {
  /** Calls of the stack's work, reading and changing. */
  readonly calls: number;
  /** Those of them that change something. */
  readonly changes: number;
  /** By action, in the order of their first calls. */
  readonly actions: readonly ChangingAction[];
  /** Nouns of what the apply made, and the Terraform type of each. */
  readonly made: ReadonlyMap<string, string>;
}

/** @param made noun and type of each thing that exists after the apply and did not before */
export function courseOf(calls: readonly RecordedCall[], made: ReadonlyMap<string, string>): Course {
  const actions = new Map<string, ChangingAction>();
  for (const { product, action, code } of calls.filter(isChange)) {
    const key = `${product}.${action}`;
    const { times, done } = actions.get(key) ?? { times: 0, done: [] };
    actions.set(key, { product, action, times: times + 1, done: code === undefined ? [...done, times] : done });
  }
  return {
    calls: calls.filter(isWork).length,
    changes: calls.filter(isChange).length,
    actions: [...actions.values()].filter(({ done }) => done.length > 0),
    made,
  };
}
