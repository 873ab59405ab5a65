/** The dashboards of the gateway: what there is, what is on each, and Grafana's own form of it. */
export * from './catalogue';
export type { DashboardDefinition, Panel, PanelUnit, Query, Section, State, Steps } from './definition';
export { PANEL_METRICS } from './metrics';
export { CHOSEN_MODELS, PanelQueries, VARIABLES } from './queries';
export { renderDashboards, type DashboardOptions, type RenderedDashboard } from './render';
export { stepsOf } from './thresholds';
