/** Which limits a request counts against: those of its client's address, of its user, of an administrator's address. */
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Caller } from '../caller';
import type { LimitsConfig } from '../config/limits';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../durations';
import { clientAddress } from './client-address';
import type { Rule } from './counters';

export type Scope = 'client' | 'user' | 'admin';

export interface Limit {
  readonly scope: Scope;
  /** Its name in the `RateLimit` fields. */
  readonly name: string;
  /** Names the count. */
  readonly key: string;
  readonly rule: Rule;
  /** What it is in words: `60 requests a minute`. */
  readonly words: string;
  /** The variable, or the member of a key, that sets it. */
  readonly setBy: string;
}

const QUARTER_MS = 900_000;

/** The windows of a user, and where their limits come from. */
const USER_WINDOWS = [
  { name: 'minute', windowMs: MINUTE_MS, own: 'perMinute', shared: 'userPerMinute', setBy: 'USER_PER_MINUTE' },
  { name: 'hour', windowMs: HOUR_MS, own: 'perHour', shared: 'userPerHour', setBy: 'USER_PER_HOUR' },
  { name: 'day', windowMs: DAY_MS, own: 'perDay', shared: 'userPerDay', setBy: 'USER_PER_DAY' },
] as const;

/** A limit of 0 is none. */
const isSet = ({ rule }: Limit): boolean => (rule.kind === 'bucket' ? rule.perSecond : rule.limit) > 0;

const clientLimits = (address: string, config: LimitsConfig): readonly Limit[] => {
  const { clientRatePerSecond: perSecond, clientBurst: burst, clientPerMinute: limit } = config;
  const scope = 'client';
  const limits: readonly Limit[] = [
    {
      scope,
      name: 'client-burst',
      key: `client:${address}`,
      rule: { kind: 'bucket', perSecond, burst },
      words: `${perSecond} requests a second, ${burst} at once`,
      setBy: 'CLIENT_RATE_PER_SECOND or CLIENT_BURST',
    },
    {
      scope,
      name: 'client-minute',
      key: `client:${address}`,
      rule: { kind: 'window', limit, windowMs: MINUTE_MS },
      words: `${limit} requests a minute`,
      setBy: 'CLIENT_PER_MINUTE',
    },
  ];
  return limits.filter(isSet);
};

/** @param endUser whom the key names, if it may */
const userLimits = (caller: Caller, endUser: string | undefined, config: LimitsConfig): readonly Limit[] => {
  const key = endUser === undefined ? `user:${caller.keyId}` : `user:${caller.keyId}:${nameless(endUser)}`;
  return USER_WINDOWS.map(({ name, windowMs, own, shared, setBy }): Limit => {
    const ownLimit = caller.limits[own];
    const limit = ownLimit ?? config[shared];
    return {
      scope: 'user',
      name: `user-${name}`,
      key,
      rule: { kind: 'window', limit, windowMs },
      words: `${limit} requests a ${name}`,
      setBy: ownLimit === undefined ? setBy : `${own} of the key`,
    };
  }).filter(isSet);
};

const adminLimits = (address: string, { adminPer15Minutes: limit }: LimitsConfig): readonly Limit[] =>
  [
    {
      scope: 'admin',
      name: 'admin',
      key: `admin:${address}`,
      rule: { kind: 'window', limit, windowMs: QUARTER_MS },
      words: `${limit} requests in 15 minutes`,
      setBy: 'ADMIN_PER_15_MINUTES',
    } as const,
  ].filter(isSet);

/** Addresses whose limits are remembered, so that a client that asks often has not its limits made anew each time. */
const ADDRESSES_MAX = 10_000;

/** What a request counts against. Who asks again gets the same lists. */
export interface RequestLimits {
  /** For `/api/*`. */
  ofAdmin(ip: string): readonly Limit[];
  /**
   * For `/v1/*`.
   * @param caller absent: nobody knows who asks
   * @param endUser whom the key names, if it may
   */
  ofInference(ip: string, caller: Caller | undefined, endUser: string | undefined): readonly Limit[];
}

export const createRequestLimits = (config: LimitsConfig): RequestLimits => {
  const clients = new LRUCache<string, readonly Limit[]>({ max: ADDRESSES_MAX });
  /** By the client's limits, then by the caller: both go with what they belong to. */
  const callers = new WeakMap<readonly Limit[], WeakMap<Caller, readonly Limit[]>>();

  const ofClient = (ip: string): readonly Limit[] => {
    const known = clients.get(ip);
    if (known !== undefined) return known;
    const limits = clientLimits(clientAddress(ip), config);
    clients.set(ip, limits);
    return limits;
  };

  return {
    ofAdmin: (ip) => adminLimits(clientAddress(ip), config),
    ofInference: (ip, caller, endUser) => {
      const client = ofClient(ip);
      if (caller === undefined) return client;
      if (endUser !== undefined) return [...client, ...userLimits(caller, endUser, config)];
      const byCaller = callers.get(client) ?? new WeakMap<Caller, readonly Limit[]>();
      callers.set(client, byCaller);
      const limits = byCaller.get(caller) ?? [...client, ...userLimits(caller, undefined, config)];
      byCaller.set(caller, limits);
      return limits;
    },
  };
};

/** A user's name may be a mail address, of any length: what is kept of it tells only whether it is the same. */
const nameless = (endUser: string): string => createHash('sha256').update(endUser).digest('base64url').slice(0, 22);
