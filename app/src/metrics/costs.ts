/** What the tokens cost, and how much of the budget that is. Each process knows what all of them spent. */
import type { MetricFactory, MetricTable } from './metric';

export const COST_METRICS = {
  aiCost: {
    name: 'gateway_ai_cost_total',
    type: 'counter',
    help: 'What answers cost by the price table, by the model that answered.',
    labels: ['model', 'currency'],
  },
  aiCostToday: {
    name: 'gateway_ai_cost_today',
    type: 'gauge',
    help: 'What all keys have spent since midnight in UTC+8, over all replicas.',
    labels: ['currency'],
    aggregator: 'max',
  },
  budgetUsed: {
    name: 'gateway_budget_used_ratio',
    type: 'gauge',
    help: 'Share of DAILY_BUDGET that is spent. Absent without a budget.',
    labels: ['scope'],
    aggregator: 'max',
  },
} as const satisfies MetricTable;

export const createCostMetrics = (make: MetricFactory) =>
  ({
    aiCost: make.counter(COST_METRICS.aiCost),
    aiCostToday: make.gauge(COST_METRICS.aiCostToday),
    budgetUsed: make.gauge(COST_METRICS.budgetUsed),
  }) satisfies Record<keyof typeof COST_METRICS, unknown>;
