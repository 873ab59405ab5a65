/** What a dashboard is before Grafana's own form of it: sections of panels, as data. */
import type { AlertName, SloName } from '../alerts';
import type { DashboardName } from './catalogue';

/** One query, and what its series are called: `{{label}}` is filled in. */
export interface Query {
  readonly expr: string;
  /** @default the panel's title */
  readonly legend?: string;
}

/** What a panel's numbers are. A `ratio` of 1 is written as 100 %. */
export type PanelUnit = 'ratio' | 'seconds' | 'days' | 'bytes' | 'count' | 'perSecond' | 'money' | 'times';

/** How a number that stands for a state is written. */
export interface State {
  readonly value: number;
  readonly text: string;
  readonly color: 'green' | 'orange' | 'red';
}

/** Colours from a value up, the lowest first; below the first one the colour is `base`. */
export interface Steps {
  readonly base: 'green' | 'orange' | 'red' | 'text';
  readonly steps: readonly { readonly value: number; readonly color: 'green' | 'orange' | 'red' }[];
}

/** A panel. */
export interface Panel {
  /**
   * - `stat`: one number for each series, as it is now.
   * - `graph`: lines over time.
   * - `bars`: one bar for each series, as it is now.
   * - `table`: one row for each series, as it is now, with all of its labels.
   * - `heatmap`: how often each bucket of a histogram was hit, over time.
   */
  readonly kind: 'stat' | 'graph' | 'bars' | 'table' | 'heatmap';
  readonly title: string;
  /** What it shows, and what to make of it. */
  readonly description: string;
  readonly unit: PanelUnit;
  readonly queries: readonly Query[];
  /** Columns, of 24. */
  readonly width: number;
  /** The alert whose thresholds are drawn and whose runbook is linked. @default none */
  readonly alert?: AlertName;
  /** The objective whose runbook is linked. @default none */
  readonly slo?: SloName;
  /** Thresholds that are no alert's. @default those of the alert, or none */
  readonly steps?: Steps;
  /** What must be so for it to show anything. @default it shows something as soon as there is traffic */
  readonly emptyUntil?: string;
  /** Where there is more about it. @default nowhere */
  readonly details?: DashboardName;
  /** The numbers are states. @default they are numbers */
  readonly states?: readonly State[];
  /** Series are laid upon each other, as their sum means something. @default false */
  readonly isStacked?: boolean;
}

/** Panels under a heading. Their widths fill whole lines. */
export interface Section {
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** A dashboard, what is wanted first at its top. */
export interface DashboardDefinition {
  readonly name: DashboardName;
  readonly sections: readonly Section[];
}
