/** What the environment keeps: RDS MySQL and Redis, their passwords and addresses as secrets, and settings by name. */
import { RandomProvider } from '@cdktf/provider-random/lib/provider';
import type { Construct } from 'constructs';
import { ConnectionSecret, Mysql, Parameters, Password, rdsEncryptionRoleArn, Redis } from '../constructs/data';
import type { UtcWindow, Secret } from '../constructs/data';
import { AlarmRoute } from '../constructs/monitoring';
import { databaseClass, REDIS_CLASSES, utcWindow } from '../environments';
import type { DailyWindow, Environment } from '../environments';
import { EnvironmentStack } from './environment-stack';
import type { FoundationStack } from './foundation';
import { CONNECTION_SECRETS, secretName } from './names';
import type { NetworkStack } from './network';

export interface DataStackProps {
  readonly foundation: FoundationStack;
  readonly network: NetworkStack;
}

/** Name of the database, in every environment. Changing it drops the old one with its data. */
const DATABASE = 'gateway';

export class DataStack extends EnvironmentStack {
  readonly mysql: Mysql;
  readonly redis: Redis;
  /** What the gateway's pods mount: `DATABASE_URL` of an account that reads and writes rows. */
  readonly databaseUrl: ConnectionSecret;
  /** What the migration mounts: `DATABASE_URL` of an account that may change tables, too. */
  readonly migrationUrl: ConnectionSecret;
  /** What the gateway's pods mount: `REDIS_URL`. */
  readonly redisUrl: ConnectionSecret;

  constructor(scope: Construct, environment: Environment, props: DataStackProps) {
    super(scope, 'data', environment);
    const { foundation, network } = props;
    const { name, database, redis, profile, protection } = environment;
    new RandomProvider(this, 'random');
    new AlarmRoute(this, foundation.alarmRoute);

    const secret = (noun: string): Pick<Secret, 'name'> & SecretPlace => ({
      name: secretName(environment, noun),
      encryptionKeyId: foundation.encryptionKey.key.id,
      ...(environment.kms.instanceId !== undefined && { kmsInstanceId: environment.kms.instanceId }),
      protect: protection.data,
      recoveryWindowDays: protection.data ? 30 : false,
    });
    const password = (id: string, version: number): Password =>
      new Password(this, `${id}-password`, { ...secret(`${id}-password`), version });

    const gatewayPassword = password('mysql-gateway', database.passwordVersion);
    const migrationPassword = password('mysql-migration', database.passwordVersion);
    const redisPassword = password('redis', redis.passwordVersion);

    const size = databaseClass(profile.database.class);
    this.mysql = new Mysql(this, 'mysql', {
      name: `${name}-mysql`,
      placement: network.placement,
      instanceClass: database.highAvailability ? size.highAvailability : (size.basic ?? size.highAvailability),
      storageGiB: profile.database.storageGiB,
      storageLimitGiB: profile.database.maxStorageGiB,
      highAvailability: database.highAvailability,
      encryption: {
        keyId: foundation.encryptionKey.key.id,
        roleArn: rdsEncryptionRoleArn(environment.account.id),
      },
      database: DATABASE,
      accounts: [
        { name: 'gateway', privilege: 'DMLOnly', password: gatewayPassword.value, description: 'rows, by the gateway' },
        {
          name: 'migration',
          privilege: 'ReadWrite',
          password: migrationPassword.value,
          description: 'tables, before a rollout',
        },
      ],
      backup: {
        days: database.backupDays,
        window: window(database.backupWindow),
        retentionDays: database.backupRetentionDays,
        pointInTimeDays: database.logRetentionDays,
      },
      maintenanceWindow: window(database.maintenanceWindow),
      protect: protection.data,
    });

    const shard = REDIS_CLASSES[profile.redis.class];
    this.redis = new Redis(this, 'redis', {
      name: `${name}-redis`,
      placement: network.placement,
      instanceClass: redis.mode === 'cluster' ? shard.cluster : shard.standard,
      shards: redis.mode === 'cluster' ? profile.redis.shards : 1,
      password: redisPassword.value,
      zoneRedundant: redis.zoneRedundant,
      backupDays: redis.backupDays,
      backupWindow: window(redis.backupWindow),
      maintenanceWindow: window(redis.maintenanceWindow),
      protect: protection.data,
    });

    const mysqlAs = (user: string) => ({
      mysql: { user, host: this.mysql.host, port: this.mysql.port, database: DATABASE },
    });
    this.databaseUrl = new ConnectionSecret(this, 'database-url', {
      ...secret(CONNECTION_SECRETS.database),
      password: gatewayPassword,
      to: mysqlAs('gateway'),
    });
    this.migrationUrl = new ConnectionSecret(this, 'migration-url', {
      ...secret(CONNECTION_SECRETS.migration),
      password: migrationPassword,
      to: mysqlAs('migration'),
    });
    this.redisUrl = new ConnectionSecret(this, 'redis-url', {
      ...secret(CONNECTION_SECRETS.redis),
      password: redisPassword,
      to: { redis: this.redis },
    });

    new Parameters(this, 'parameters', {
      path: `bailian-gateway/${name}`,
      values: {
        'mysql/host': this.mysql.host,
        'mysql/database': DATABASE,
        'redis/host': this.redis.host,
        'gateway/database-pool-size': String(environment.workload.databasePoolSize),
        'gateway/total-timeout-seconds': String(environment.workload.timeouts.gatewayTotal),
      },
    });
  }
}

interface SecretPlace {
  readonly encryptionKeyId: string;
  readonly kmsInstanceId?: string;
  readonly protect: boolean;
  readonly recoveryWindowDays: number | false;
}

/** The environment's window as the constructs take it. */
function window({ startHourUtc, hours }: DailyWindow): UtcWindow {
  return utcWindow({ startHourUtc, hours });
}
