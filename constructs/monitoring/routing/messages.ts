/**
 * What a message says: in the title what, where and how bad; below, for each alert, what it means and which page says
 * what to do. Go templates that Alertmanager fills in.
 *
 * Source: Alertmanager's notification template reference (0.28).
 */

/** The page, where an alert has one: rules of others need not. */
const RUNBOOK = '{{ if .Annotations.runbook_url }}\nRunbook: {{ .Annotations.runbook_url }}{{ end }}';

/** Whether it began or ended, and how many ring. */
const STATUS = '[{{ .Status | toUpper }}{{ if eq .Status "firing" }} {{ .Alerts.Firing | len }}{{ end }}]';

/** The texts of one environment's messages. */
export interface Messages {
  /** One line: `[FIRING 2] prod critical: HighErrorRate (gateway)`. */
  readonly title: string;
  /** Every alert of the message. */
  readonly text: string;
  /** The page of what the message is about, when all of it is about one. */
  readonly link: string;
  /** Name of the alert. */
  readonly alert: string;
  /** What the alert speaks of. */
  readonly component: string;
}

/** PagerDuty's word for what it is told: only critical alerts get there. */
export const PAGE_SEVERITY = 'critical';

/** The texts; `environment` is its name, as the people who are told know it. */
export function messages(environment: string): Messages {
  return {
    title: `${STATUS} ${environment} {{ .GroupLabels.severity }}: {{ .GroupLabels.alertname }}{{ if .GroupLabels.component }} ({{ .GroupLabels.component }}){{ end }}`,
    text: `{{ range .Alerts }}{{ .Annotations.summary }}\n{{ .Annotations.description }}${RUNBOOK}\n\n{{ end }}`,
    link: '{{ .CommonAnnotations.runbook_url }}',
    alert: '{{ .GroupLabels.alertname }}',
    component: '{{ .GroupLabels.component }}',
  };
}
