/** Who may ask: keys, addresses, origins. */
import type { Reader } from './reader';
import type { VariableTable } from './variable';

export const ACCESS_VARIABLES = {
  ADMIN_API_KEY: {
    type: 'string',
    secret: true,
    description:
      'The key that may do everything, the making of other keys first. Needed in production; elsewhere one is made up at each start and shown.',
  },
  KEY_CACHE_MS: {
    type: 'integer',
    unit: 'ms',
    default: 30000,
    minimum: 0,
    maximum: 3600000,
    description: 'How long a key that was changed in another process may still be seen as it was.',
  },
  ALLOWED_CIDRS: {
    type: 'array',
    format: 'cidr',
    default: [],
    description: 'Addresses that may ask at all. Empty: every one.',
  },
  ADMIN_ALLOWED_CIDRS: {
    type: 'array',
    format: 'cidr',
    default: ['127.0.0.0/8', '::1/128', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
    description: 'Addresses from which /api/* may be used, besides an admin key.',
  },
  CORS_ORIGINS: {
    type: 'array',
    format: 'origin',
    default: [],
    description: 'Origins whose pages may ask from a browser. Empty: none.',
  },
  HONEYPOT_PATHS: {
    type: 'array',
    format: 'path',
    default: ['/.env', '/.git/config', '/wp-login.php', '/phpmyadmin', '/admin.php', '/server-status'],
    description: 'Paths that nobody asks for who means well. Who does is turned away for a while.',
  },
  HONEYPOT_BLOCK_MS: {
    type: 'integer',
    unit: 'ms',
    default: 600000,
    minimum: 0,
    maximum: 86400000,
    description: 'How long an address is turned away that asked for one of those. 0: only counted.',
  },
} as const satisfies VariableTable;

export const readAccess = (read: Reader) => ({
  adminApiKey: read.secret('ADMIN_API_KEY'),
  keyCacheMs: read.integer('KEY_CACHE_MS'),
  allowedCidrs: read.list('ALLOWED_CIDRS'),
  adminAllowedCidrs: read.list('ADMIN_ALLOWED_CIDRS'),
  corsOrigins: read.list('CORS_ORIGINS'),
  honeypotPaths: read.list('HONEYPOT_PATHS'),
  honeypotBlockMs: read.integer('HONEYPOT_BLOCK_MS'),
});

/** What these variables say, checked. */
export type AccessConfig = ReturnType<typeof readAccess>;
