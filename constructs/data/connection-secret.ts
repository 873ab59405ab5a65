/**
 * The one value that the gateway needs to reach a store, `DATABASE_URL` or `REDIS_URL`, as a KMS secret.
 * It is made where the password is made, so that no password crosses from one stack into another.
 */
import { Construct } from 'constructs';
import type { Password } from './password';
import { Secret, type SecretProps } from './secret';

/** Where a MySQL account connects, and as whom. */
export interface MysqlConnection {
  readonly user: string;
  readonly host: string;
  readonly port: string;
  readonly database: string;
}

/** Where Redis answers. */
export interface RedisConnection {
  readonly host: string;
  readonly port: string;
  /** `rediss://` where Redis speaks TLS. */
  readonly tls: boolean;
}

export interface ConnectionSecretProps extends Omit<SecretProps, 'value' | 'version'> {
  /** Whose password it carries; its rotation is this secret's too. */
  readonly password: Password;
  /** What it connects to. */
  readonly to: { readonly mysql: MysqlConnection } | { readonly redis: RedisConnection };
  /** Number from 1, raised when host, port, user or database changes: KMS takes a new value under a new label only. @default 1 */
  readonly revision?: number;
}

export class ConnectionSecret extends Construct {
  /** Where the value is kept. */
  readonly secret: Secret;
  /** What a secret store is told to fetch. */
  readonly name: string;

  constructor(scope: Construct, id: string, props: ConnectionSecretProps) {
    super(scope, id);
    const { password, to, revision = 1, ...secret } = props;
    if (!Number.isInteger(revision) || revision < 1) {
      throw new Error(`connectionSecret.revision (${revision}) must be a whole number from 1; raise the last one by 1`);
    }
    this.secret = new Secret(this, 'secret', {
      ...secret,
      value: 'mysql' in to ? mysqlUrl(to.mysql, password.value) : redisUrl(to.redis, password.value),
      version: `${password.secret.version}.${revision}`,
    });
    this.name = this.secret.name;
  }
}

/**
 * `mysql://user:password@host:port/database?ssl-mode=required`: RDS refuses clear text. Encrypted, and not checked against
 * an authority: RDS's is its own, which no image and no machine knows; who mounts its file says `ssl-ca=<file>` instead.
 * Nothing is escaped: `Password` makes only what a URL carries as it is.
 */
export function mysqlUrl({ user, host, port, database }: MysqlConnection, password: string): string {
  return `mysql://${user}:${password}@${host}:${port}/${database}?ssl-mode=required`;
}

/** `rediss://:password@host:port`, for the default account; `redis://` without TLS. */
export function redisUrl({ host, port, tls }: RedisConnection, password: string): string {
  return `${tls ? 'rediss' : 'redis'}://:${password}@${host}:${port}`;
}
