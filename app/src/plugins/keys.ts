/** API keys for administrators: made, listed, changed, revoked. A key itself is in one answer only, that of its making. */
import type { FastifyInstance } from 'fastify';
import { bodyErrorResponses, errorResponses, NEEDS_KEY } from '../api-schemas';
import type { Permission } from '../caller';
import { PERMISSIONS } from '../caller';
import type { Clock } from '../clock';
import { InvalidRequestError } from '../errors';
import type { KeyLimits, KeyRecord } from '../keys/key-record';
import type { KeyCursor } from '../keys/key-store';
import type { Keys } from '../keys/keys';
import type { Priority } from '../quota/priority';
import { DEFAULT_PRIORITY, PRIORITIES } from '../quota/priority';
import { ROUTES } from '../routes';

export interface KeysPluginProps {
  readonly keys: Omit<Keys, 'find' | 'callerOf'>;
  readonly clock: Pick<Clock, 'epochMs'>;
}

/** Bounds of what a key may be given. */
const NAME_MAX = 255;
const MODEL_MAX = 128;
const MODELS_MAX = 100;
const REQUESTS_MAX = 100_000_000;
const BUDGET_MAX = 1_000_000_000;
/** Most keys in one answer. */
const PAGE_MAX = 100;
const PAGE_DEFAULT = 20;

const limit = {
  type: ['integer', 'null'],
  minimum: 0,
  maximum: REQUESTS_MAX,
  description: 'In place of the limit for everyone; 0: no limit; null: as everyone.',
} as const;

const SETTINGS = {
  // No control characters: names are shown in terminals.
  name: { type: 'string', minLength: 1, maxLength: NAME_MAX, pattern: '^[^\\u0000-\\u001F\\u007F]+$' },
  permissions: {
    type: 'array',
    minItems: 1,
    maxItems: PERMISSIONS.length,
    uniqueItems: true,
    items: { type: 'string', enum: PERMISSIONS },
    description: 'inference: /v1; admin: /api; end-users: may name them; priority: may ask for a higher one.',
  },
  models: {
    type: ['array', 'null'],
    minItems: 1,
    maxItems: MODELS_MAX,
    uniqueItems: true,
    items: { type: 'string', minLength: 1, maxLength: MODEL_MAX, pattern: '^[^\\u0000-\\u001F\\u007F]+$' },
    description: 'The models that it may use; null: every one.',
  },
  dailyBudget: {
    type: ['number', 'null'],
    exclusiveMinimum: 0,
    maximum: BUDGET_MAX,
    description: 'What it may spend in a day (UTC+8), in the currency of the price table; null: no bound of its own.',
  },
  limits: {
    type: 'object',
    additionalProperties: false,
    properties: { perMinute: limit, perHour: limit, perDay: limit },
  },
  priority: { type: 'string', enum: PRIORITIES, description: 'Who is served first when the quota is short.' },
  expiresAt: { type: ['string', 'null'], format: 'date-time', description: 'When it ends; null: never.' },
} as const;

const CREATE_SCHEMA = {
  type: 'object',
  required: ['name'],
  additionalProperties: false,
  properties: SETTINGS,
} as const;

const CHANGE_SCHEMA = { type: 'object', minProperties: 1, additionalProperties: false, properties: SETTINGS } as const;

const time = (description: string) => ({ type: 'string', format: 'date-time', description }) as const;
const timeOrNull = (description: string) => ({ type: ['string', 'null'], format: 'date-time', description }) as const;

const KEY_PROPERTIES = {
  id: { type: 'string' },
  prefix: { type: 'string', description: 'How the key begins, to tell keys apart.' },
  ...SETTINGS,
  limits: { ...SETTINGS.limits, required: ['perMinute', 'perHour', 'perDay'] },
  createdAt: time('When it was made.'),
  revokedAt: timeOrNull('When it was ended; null: it was not.'),
} as const;

const KEY_SCHEMA = {
  description: 'The key, without itself.',
  type: 'object',
  required: Object.keys(KEY_PROPERTIES),
  additionalProperties: false,
  properties: KEY_PROPERTIES,
} as const;

const NEW_KEY_SCHEMA = {
  ...KEY_SCHEMA,
  description: 'The key. It cannot be seen again.',
  required: [...KEY_SCHEMA.required, 'key'],
  properties: { ...KEY_PROPERTIES, key: { type: 'string', description: 'What clients send.' } },
} as const;

const CURSOR = /^(\d{1,15})_([\w.:-]{1,64})$/;

const LIST_QUERY_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: {
    // Texts, as queries are, and as nothing is converted on its way in.
    limit: { type: 'string', pattern: '^([1-9][0-9]?|100)$', description: `From 1 to ${PAGE_MAX}.` },
    after: {
      type: 'string',
      pattern: '^[0-9]{1,15}_[A-Za-z0-9_.:-]{1,64}$',
      description: '`next` of the list before.',
    },
  },
} as const;

const LIST_SCHEMA = {
  description: 'Keys, the oldest first, revoked ones among them.',
  type: 'object',
  required: ['data', 'next'],
  additionalProperties: false,
  properties: {
    data: { type: 'array', items: KEY_SCHEMA },
    next: { type: ['string', 'null'], description: 'For `after`, when there are more.' },
  },
} as const;

const ID_SCHEMA = {
  type: 'object',
  required: ['id'],
  properties: { id: { type: 'string', pattern: '^[A-Za-z0-9_.:-]{1,64}$' } },
} as const;

interface SettingsBody {
  readonly name?: string;
  readonly permissions?: readonly Permission[];
  readonly models?: readonly string[] | null;
  readonly dailyBudget?: number | null;
  readonly limits?: Partial<KeyLimits>;
  readonly priority?: Priority;
  readonly expiresAt?: string | null;
}

interface ById {
  readonly Params: { readonly id: string };
}

export const keys = (server: FastifyInstance, { keys: store, clock }: KeysPluginProps): void => {
  const config = { permission: 'admin' } as const;
  const common = { tags: ['keys'], security: NEEDS_KEY };
  const one = `${ROUTES.keys}/:id`;

  /** The moment that a text names. @throws InvalidRequestError when there is none, or it is over */
  const expiryOf = (text: string | null): number | null => {
    if (text === null) return null;
    const moment = Date.parse(text);
    if (moment > clock.epochMs()) return moment;
    const message = `expiresAt (${text}) must be a moment that is to come; name a later one, or revoke the key`;
    throw new InvalidRequestError(message, { code: 'invalid_value', param: 'expiresAt' });
  };

  const createSchema = {
    ...common,
    summary: 'Make a key',
    body: CREATE_SCHEMA,
    response: { 201: NEW_KEY_SCHEMA, ...bodyErrorResponses() },
  };
  server.post<{ Body: SettingsBody & { readonly name: string } }>(
    ROUTES.keys,
    { config, schema: createSchema },
    async ({ body }, reply) => {
      const { record, secret } = await store.create({
        name: body.name,
        permissions: body.permissions ?? ['inference'],
        models: body.models ?? null,
        dailyBudget: body.dailyBudget ?? null,
        limits: { perMinute: null, perHour: null, perDay: null, ...body.limits },
        priority: body.priority ?? DEFAULT_PRIORITY,
        expiresAt: expiryOf(body.expiresAt ?? null),
      });
      reply.code(201).header('cache-control', 'no-store');
      return { ...shown(record), key: secret.reveal() };
    },
  );

  const listSchema = {
    ...common,
    summary: 'List keys',
    querystring: LIST_QUERY_SCHEMA,
    response: { 200: LIST_SCHEMA, ...errorResponses() },
  };
  server.get<{ Querystring: { readonly limit?: string; readonly after?: string } }>(
    ROUTES.keys,
    { config, schema: listSchema },
    async ({ query }) => {
      const after = query.after === undefined ? undefined : cursorOf(query.after);
      const { records, next } = await store.list({ limit: Number(query.limit ?? PAGE_DEFAULT), after });
      return { data: records.map(shown), next: next === undefined ? null : `${next.createdAt}_${next.id}` };
    },
  );

  const getSchema = { ...common, summary: 'See a key', params: ID_SCHEMA };
  server.get<ById>(
    one,
    { config, schema: { ...getSchema, response: { 200: KEY_SCHEMA, ...errorResponses(404) } } },
    async ({ params }) => shown(await store.get(params.id)),
  );

  const changeSchema = {
    ...common,
    summary: 'Change a key; members that are absent stay as they are',
    params: ID_SCHEMA,
    body: CHANGE_SCHEMA,
    response: { 200: KEY_SCHEMA, ...bodyErrorResponses(404, 409) },
  };
  server.patch<ById & { readonly Body: SettingsBody }>(
    one,
    { config, schema: changeSchema },
    async ({ params, body: { expiresAt, ...change } }) => {
      const expiry = expiresAt === undefined ? {} : { expiresAt: expiryOf(expiresAt) };
      return shown(await store.update(params.id, { ...change, ...expiry }));
    },
  );

  const revokeSchema = {
    ...common,
    summary: 'Revoke a key for good',
    params: ID_SCHEMA,
    response: { 200: KEY_SCHEMA, ...bodyErrorResponses(404) },
  };
  server.delete<ById>(one, { config, schema: revokeSchema }, async ({ params }) =>
    shown(await store.revoke(params.id)),
  );
};

const isoOf = (epochMs: number): string => new Date(epochMs).toISOString();

/** A key as answers have it. */
const shown = ({ createdAt, expiresAt, revokedAt, ...record }: KeyRecord) => ({
  ...record,
  createdAt: isoOf(createdAt),
  expiresAt: expiresAt === null ? null : isoOf(expiresAt),
  revokedAt: revokedAt === null ? null : isoOf(revokedAt),
});

const cursorOf = (text: string): KeyCursor | undefined => {
  const [, createdAt, id] = CURSOR.exec(text) ?? [];
  return createdAt === undefined || id === undefined ? undefined : { createdAt: Number(createdAt), id };
};
