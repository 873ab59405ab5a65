/** Everything behind the routes: made in the order in which one thing needs another, and closed in the reverse. */
import type { FastifyBaseLogger } from 'fastify';
import type { AnswerCache } from './cache/answer-cache';
import { createAnswerCache } from './cache/levelled-cache';
import type { Clock, NewId } from './clock';
import { openTogether } from './close-stack';
import type { CloseStack } from './close-stack';
import type { Prices } from './costs/prices';
import { createPrices } from './costs/prices';
import { regionOf } from './costs/region';
import type { Spending } from './costs/spending';
import { createSpending } from './costs/spending';
import type { Database } from './database/database';
import { createDatabase } from './database/database';
import {
  databaseCheck,
  eventLoopCheck,
  ledgerCheck,
  memoryCheck,
  queueCheck,
  redisCheck,
  upstreamKeyCheck,
} from './health/checks';
import type { Examination } from './health/examination';
import { createExamination } from './health/examination';
import { Inference } from './inference/inference';
import type { Keys } from './keys/keys';
import { createKeys } from './keys/keys';
import type { Ledger } from './ledger/ledger';
import { createLedger } from './ledger/ledger';
import type { Counters } from './limits/counters';
import { createRedisCounters } from './limits/redis-counters';
import { createCounters } from './limits/shared-counters';
import type { LogKind } from './log';
import type { Metrics } from './metrics';
import type { Performance } from './performance/performance';
import { createPerformance } from './performance/performance';
import type { Admission } from './quota/admission';
import { createAdmission } from './quota/quota-admission';
import type { QuotaStandings } from './quota/quota-standings';
import { createQuotaStandings } from './quota/quota-standings';
import { createQuotas } from './quota/quotas';
import type { Processes } from './processes/processes';
import type { Config } from './read-config';
import type { Redis } from './redis/redis';
import { createRedis } from './redis/redis';
import type { BreakerOrders } from './resilience/breaker-orders';
import { createBreakerOrders } from './resilience/breaker-orders';
import { createDispatcher } from './resilience/dispatcher';
import type { GuardedTargets } from './resilience/guarded-target';
import { guardTargets } from './resilience/guarded-target';
import { createUpstreamHealth } from './resilience/upstream-health';
import { createTargets } from './upstream/targets';

const KIND: LogKind = 'component';

export interface ServicesProps {
  readonly config: Config;
  readonly clock: Clock;
  readonly newId: NewId;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly log: FastifyBaseLogger;
  readonly metrics: Metrics;
  /** What this process shares with the others of its machine. */
  readonly processes: Pick<Processes, 'counters' | 'orders'>;
}

export interface Services {
  readonly redis: Redis;
  readonly database: Database;
  readonly counters: Counters;
  readonly keys: Keys;
  readonly prices: Prices;
  readonly spending: Spending;
  readonly ledger: Ledger;
  readonly targets: GuardedTargets;
  readonly breakerOrders: BreakerOrders;
  readonly admission: Admission;
  readonly quotaStandings: QuotaStandings;
  /** Absent: ENABLE_CACHING is false. */
  readonly cache: AnswerCache | undefined;
  readonly inference: Inference;
  readonly performance: Performance;
  readonly examination: Examination;
  /** Opens what is needed before the first request. @throws Error when the database's tables cannot be made */
  start(): Promise<void>;
  /** After the last answer: what was used is in the books, and every connection is closed. */
  close(): Promise<void>;
}

/** @throws Error when something cannot be opened, with a way out; what was opened before is closed by then */
export const createServices = (props: ServicesProps): Promise<Services> =>
  openTogether((opened) => openServices(props, opened));

const openServices = (props: ServicesProps, opened: CloseStack): Services => {
  const { config, clock, newId, random, log, metrics, processes } = props;
  const { storage, features, upstream } = config;
  const base = { clock, log, metrics };

  const redis = opened.add(
    createRedis({
      url: storage.redisUrl,
      commandTimeoutMs: storage.redisCommandTimeoutMs,
      retryMs: storage.redisRetryMs,
      ...base,
    }),
  );
  const database = opened.add(
    createDatabase({
      url: storage.databaseUrl,
      pool: storage.databasePool,
      timeoutMs: storage.databaseTimeoutMs,
      ...base,
    }),
  );
  const counters = createCounters({ redis, remote: createRedisCounters({ redis, clock }), local: processes.counters });

  const keys = createKeys({
    database,
    adminKey: config.access.adminApiKey,
    cacheMs: config.access.keyCacheMs,
    newId,
    ...base,
  });
  const region = regionOf(upstream.region.baseUrl);
  const prices = opened.add(createPrices({ file: config.costs.pricesFile, region, clock, log }));
  const { dailyBudget } = config.costs;
  const spending = opened.add(createSpending({ database, dailyBudget, prices, ...base }));
  const ledger = opened.add(
    createLedger({
      database,
      journalDirectory: storage.journalDirectory,
      flushMs: storage.ledgerFlushMs,
      batch: storage.ledgerBatch,
      days: storage.ledgerDays,
      newId,
      onWrite: (rows) => spending.writing(rows),
      ...base,
    }),
  );

  const quotas = opened.add(createQuotas({ config: config.quota, clock, log }));
  const admission = opened.add(createAdmission({ counters, quotas, config: config.quota, ...base }));
  const quotaStandings = createQuotaStandings({ counters, quotas, metrics });

  const targets = guardTargets({
    targets: createTargets({ config: upstream, validation: features.validation, newId, ...base }),
    config: upstream.breaker,
    ...base,
  });
  for (const target of targets) opened.add(target.upstream);
  const siblings = processes.orders;
  const breakerOrders = opened.add(createBreakerOrders({ targets, redis, siblings, clock, log }));
  const { retry, fallbackModels } = upstream;
  const dispatcher = createDispatcher({ targets, retry, fallbackModels, enabled: features.retry, random, ...base });

  const cache = features.caching
    ? opened.add(
        createAnswerCache({
          config: config.cache,
          redis,
          database,
          newId,
          refresh: (call, signal) => inference.refresh(call, signal),
          ...base,
        }),
      )
    : undefined;
  const inference: Inference = new Inference({
    cache,
    keepBytes: config.cache.answerBytes,
    admission,
    dispatcher,
    keys,
    ledger,
    prices,
    spending,
    newId,
    ...base,
  });

  const upstreamHealth = createUpstreamHealth({ targets, clock });
  const performance = opened.add(createPerformance({ features, ...base }));
  const checks = [
    databaseCheck(database),
    redisCheck(redis, storage.redisUrl !== undefined),
    upstreamKeyCheck(upstream.region.apiKeys.length > 0, config.environment === 'production'),
    { name: 'upstream', essential: false, check: () => upstreamHealth.check() },
    queueCheck(() => {
      const { waiting, places } = admission.line();
      return { waiting: Object.values(waiting).reduce((sum, count) => sum + count, 0), places };
    }),
    ledgerCheck(() => ledger.pending),
    eventLoopCheck(() => performance.runtime.eventLoop().p99Ms),
    memoryCheck(),
  ];
  const examination = opened.add(createExamination({ checks, clock, metrics }));

  const start = async (): Promise<void> => {
    await database.open();
    await spending.start();
    // Not waited for: an upstream that is slow or away must not keep a pod from answering what needs none.
    for (const target of targets) {
      target.upstream.warm().catch((error: unknown) => {
        const line = { kind: KIND, component: 'upstream', upstream: target.name, err: error };
        log.warn(line, 'no connection to the upstream opens ahead of calls');
      });
    }
  };

  return {
    redis,
    database,
    counters,
    keys,
    prices,
    spending,
    ledger,
    targets,
    breakerOrders,
    admission,
    quotaStandings,
    cache,
    inference,
    performance,
    examination,
    start,
    close: () => opened.close(),
  };
};
