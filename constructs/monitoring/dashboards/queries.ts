/**
 * Queries of panels: those of the rules, with the namespace that is chosen in Grafana, and windows that follow the zoom.
 * What an alert compares is asked for by the alert's own expression, so a panel and its alert cannot differ.
 */
import type { AlertName, RuleTargets } from '../alerts';
import { DEFAULT_TARGETS, quantile, RuleQueries, sumBy } from '../alerts';
import { ALERT_DEFINITIONS } from '../alerts/alerts';
import type { Query } from './definition';
import { PANEL_METRICS } from './metrics';

/** Names of the variables at the top of each dashboard. */
export const VARIABLES = { datasource: 'datasource', namespace: 'namespace', model: 'model' } as const;

/** Whatever models are chosen. */
export const CHOSEN_MODELS = { like: `$${VARIABLES.model}` } as const;

export class PanelQueries extends RuleQueries {
  constructor(targets: Partial<RuleTargets> = {}) {
    super({ ...DEFAULT_TARGETS, ...targets, namespace: `$${VARIABLES.namespace}` });
  }

  /** What a counter gains a second, over as short a time as the zoom and the scrapes allow. */
  perSecond(selector: string): string {
    return `rate(${selector}[$__rate_interval])`;
  }

  /** What a counter has gained in all the time that is shown. */
  inAll(selector: string): string {
    return `increase(${selector}[$__range])`;
  }

  /** Quantiles of a histogram, one query each, for `by` and in sum of the rest; `selector` is that of its buckets. */
  quantiles(selector: string, shares: readonly number[], by: readonly string[] = []): readonly Query[] {
    const buckets = sumBy([...by, 'le'], this.perSecond(selector));
    const labels = by.map((label) => `{{${label}}} `).join('');
    return shares.map((share) => ({ expr: quantile(share, buckets), legend: `${labels}P${Math.round(share * 100)}` }));
  }

  /** What an alert compares with its thresholds, whatever it is and however little goes on. */
  compared(alert: AlertName): string {
    const expression = ALERT_DEFINITIONS[alert].expression(this, {
      beyond: '',
      limit: '',
      enough: (vector) => `${vector} >= 0`,
    });
    // A comparison that is left out leaves the space before it.
    return expression.replace(/ +$/gm, '');
  }

  /** The gateway's alerts that ring. */
  get firing(): string {
    const { namespace } = this.targets;
    return this.exporter(PANEL_METRICS.alerts, { namespace, alertstate: 'firing', alertname: { not: 'Watchdog' } });
  }
}
