/** Charts of ours. */
export { CHARTS, LocalChart } from './local-chart';
export type { LocalChartProps } from './local-chart';
