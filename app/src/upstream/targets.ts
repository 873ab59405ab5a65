/** The upstreams of a configuration, in the order in which they are asked. */
import type { FastifyBaseLogger } from 'fastify';
import type { Clock, NewId } from '../clock';
import type { Region, UpstreamConfig } from '../config/upstream';
import type { UpstreamMetrics } from '../metrics/upstream';
import { createAnswerCheck } from './answer-check';
import { createCredentials } from './credentials';
import { createEcho } from './echo';
import { createModelStudio } from './model-studio';
import type { Upstream } from './upstream';

export interface Target {
  /** Its name in metrics, log, ledger and administration. */
  readonly name: TargetName;
  readonly upstream: Upstream;
}

/** Every name there may be. */
export const TARGET_NAMES = ['dashscope', 'dashscope-fallback', 'echo'] as const;

export type TargetName = (typeof TARGET_NAMES)[number];

/** The one that is asked first, and those that stand in for it. */
export type Targets = readonly [Target, ...Target[]];

export interface TargetsProps {
  readonly config: UpstreamConfig;
  /** ENABLE_VALIDATION. */
  readonly validation: boolean;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: FastifyBaseLogger;
  readonly metrics: UpstreamMetrics;
}

/** The regions that have keys; without any, the echo. */
export const createTargets = ({ config, validation, clock, newId, log, metrics }: TargetsProps): Targets => {
  const { region, secondRegion } = config;
  if (region.apiKeys.length === 0) return [{ name: 'echo', upstream: createEcho(clock, newId) }];
  const check = validation ? createAnswerCheck(metrics) : undefined;
  const target = (name: TargetName, { apiKeys, baseUrl }: Region): Target => {
    const credentials = createCredentials({ keys: apiKeys, upstream: name, clock, log, metrics });
    return { name, upstream: createModelStudio({ baseUrl, credentials, limits: config, check, clock }) };
  };
  const first = target('dashscope', region);
  return secondRegion === undefined ? [first] : [first, target('dashscope-fallback', secondRegion)];
};
