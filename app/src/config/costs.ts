/** What tokens cost, and how much may be spent. */
import type { Reader } from './reader';
import type { VariableTable } from './variable';

export const COST_VARIABLES = {
  PRICES_FILE: {
    type: 'string',
    format: 'path',
    default: '',
    description:
      'JSON file of prices, in place of the table of `costs/price-table.ts`; read again when it changes. Empty: none.',
  },
  DAILY_BUDGET: {
    type: 'number',
    unit: 'currency of the price table',
    default: 0,
    minimum: 0,
    maximum: 1000000000,
    description: 'What all keys together may spend in a day (UTC+8). Beyond it requests are refused. 0: no bound.',
  },
} as const satisfies VariableTable;

export const readCosts = (read: Reader) => ({
  pricesFile: read.text('PRICES_FILE'),
  dailyBudget: read.number('DAILY_BUDGET'),
});

/** What these variables say, checked. */
export type CostsConfig = ReturnType<typeof readCosts>;
