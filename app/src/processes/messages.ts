/** What the primary process and its workers say to each other. Both are of one version, started together. */
import type { MetricObjectWithValues, MetricValue } from 'prom-client';
import type { HubAnswer, HubBatch } from '../limits/hub-counters';
import type { Order } from '../resilience/breaker';

/** The numbers of one registry at one moment. */
export type Reading = readonly MetricObjectWithValues<MetricValue<string>>[];

/** What a circuit breaker was ordered to do: to the primary process, and from there to all other workers. */
export interface OrderMessage {
  readonly type: 'gateway:order';
  readonly upstream: string;
  readonly order: Order;
}

export type ToPrimary =
  | { readonly type: 'gateway:serving'; readonly url: string; readonly provider: string }
  /** It could not start; the message is for people. */
  | { readonly type: 'gateway:failed'; readonly message: string }
  | { readonly type: 'gateway:count'; readonly id: number; readonly batch: HubBatch }
  | OrderMessage
  /** Asks for the numbers of all. */
  | { readonly type: 'gateway:collect'; readonly id: number }
  | { readonly type: 'gateway:reading'; readonly id: number; readonly reading: Reading };

export type ToWorker =
  /** Ends it gracefully. */
  | { readonly type: 'gateway:end'; readonly drain: boolean }
  | { readonly type: 'gateway:counted'; readonly id: number; readonly answer: HubAnswer }
  | OrderMessage
  /** Asks for its own numbers. */
  | { readonly type: 'gateway:read'; readonly id: number }
  | { readonly type: 'gateway:collected'; readonly id: number; readonly text: string };

/** The channel carries Node's own messages, too. */
const isOurs = (message: unknown): message is { readonly type: string } =>
  typeof message === 'object' &&
  message !== null &&
  'type' in message &&
  typeof message.type === 'string' &&
  message.type.startsWith('gateway:');

export const isToPrimary = (message: unknown): message is ToPrimary => isOurs(message);
export const isToWorker = (message: unknown): message is ToWorker => isOurs(message);
