/** The quotas in force: the table with QUOTA_FILE laid over it, which is read again when it changes. */
import { readFileSync } from 'node:fs';
import { isNativeError } from 'node:util/types';
import type { FastifyBaseLogger } from 'fastify';
import type { Clock } from '../clock';
import type { QuotaConfig } from '../config/quota';
import type { WindowRule } from '../limits/counters';
import type { LogKind } from '../log';
import { OTHER } from '../models';
import type { WatchedFile } from '../watched-file';
import { watchFile } from '../watched-file';
import type { ModelQuota, WindowName } from './model-quotas';
import { MODEL_QUOTAS, OTHER_QUOTA, WINDOWS } from './model-quotas';
import type { QuotaLayer, QuotaOverlay } from './quota-file';
import { QuotaFileError, readQuotaFile } from './quota-file';

const KIND: LogKind = 'lifecycle';

/** One limit of one model. */
export interface QuotaWindow {
  readonly name: WindowName;
  readonly counts: 'requests' | 'tokens';
  /** As people say it: `tokens a minute`. */
  readonly words: string;
  readonly limit: number;
  readonly windowMs: number;
  /** What it is counted under. */
  readonly key: string;
  readonly rule: WindowRule;
}

/** What is counted together: one model, or all those that nobody knows. */
export interface Quota {
  /** The model, or `other`. A label of few values. */
  readonly model: string;
  readonly windows: readonly QuotaWindow[];
  /** The most tokens that one call can ever take. */
  readonly tokensPerCall: number;
}

export interface Quotas {
  /** The quota that a model counts against. The same object until the quotas change. */
  of(model: string): Quota;
  /** Every quota in force. */
  all(): readonly Quota[];
  /** Calls back after each change. */
  onChange(listener: () => void): void;
  close(): void;
}

export interface QuotasProps {
  readonly config: Pick<QuotaConfig, 'quotaFile'>;
  readonly clock: Clock;
  readonly log: FastifyBaseLogger;
}

/** A model's limits, with the names that every replica counts under. */
export const quotaOf = (model: string, limits: ModelQuota): Quota => {
  const windows = WINDOWS.flatMap(({ name, member, counts, windowMs, words }): QuotaWindow[] => {
    const limit = limits[member];
    if (limit === undefined) return [];
    const rule: WindowRule = { kind: 'window', limit, windowMs };
    return [{ name, counts, words, limit, windowMs, key: `quota:${model}:${name}`, rule }];
  });
  const tokenLimits = windows.filter(({ counts }) => counts === 'tokens').map(({ limit }) => limit);
  return { model, windows, tokensPerCall: Math.min(...tokenLimits) };
};

const layered = (below: ModelQuota, layer: QuotaLayer): ModelQuota => {
  const limits: { -readonly [M in keyof ModelQuota]: ModelQuota[M] } = {};
  for (const { member } of WINDOWS) {
    const own = layer[member];
    const limit = own === undefined ? below[member] : (own ?? undefined);
    if (limit !== undefined) limits[member] = limit;
  }
  return limits;
};

interface Table {
  readonly named: ReadonlyMap<string, Quota>;
  readonly other: Quota;
}

const tableOf = ({ models, others }: QuotaOverlay): Table => {
  const rest = layered(OTHER_QUOTA, others);
  const built: ReadonlyMap<string, ModelQuota> = new Map(Object.entries(MODEL_QUOTAS));
  const names = new Set([...built.keys(), ...models.keys()]);
  const limitsOf = (name: string) => layered(built.get(name) ?? rest, models.get(name) ?? {});
  return {
    named: new Map([...names].map((name) => [name, quotaOf(name, limitsOf(name))])),
    other: quotaOf(OTHER, rest),
  };
};

/** @throws QuotaFileError with every fault of QUOTA_FILE */
export const createQuotas = ({ config: { quotaFile }, clock, log }: QuotasProps): Quotas => {
  const listeners: (() => void)[] = [];
  let table = tableOf({ models: new Map(), others: {} });
  let watched: WatchedFile | undefined;

  /** What is in force stays so when the new text is at fault: half a table would let through what must wait. */
  const change = (text: string): void => {
    try {
      table = tableOf(readQuotaFile(quotaFile, text));
    } catch (error) {
      if (!(error instanceof QuotaFileError)) throw error;
      log.error({ kind: KIND, faults: error.faults }, 'QUOTA_FILE is at fault: the quotas stay as they were');
      return;
    }
    log.info({ kind: KIND, models: table.named.size }, 'QUOTA_FILE was read again');
    for (const listener of listeners) listener();
  };

  if (quotaFile !== '') {
    const text = readAtStart(quotaFile);
    table = tableOf(readQuotaFile(quotaFile, text));
    watched = watchFile(text, {
      path: quotaFile,
      clock,
      onChange: change,
      onLost: (error) => {
        log.error({ kind: KIND, err: error }, 'QUOTA_FILE cannot be read: the quotas stay as they were');
      },
    });
  }

  return {
    of: (model) => table.named.get(model) ?? table.other,
    all: () => [...table.named.values(), table.other],
    onChange: (listener) => void listeners.push(listener),
    close: () => watched?.close(),
  };
};

const readAtStart = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = isNativeError(error) && 'code' in error ? String(error.code) : 'unreadable';
    throw new QuotaFileError(path, [`the file cannot be read (${code}); correct the path, or unset QUOTA_FILE`]);
  }
};
