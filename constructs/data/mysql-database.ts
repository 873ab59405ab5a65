/**
 * The database inside an instance, and who may do what in it: accounts that can do one thing each, none of them super.
 * Source: provider documentation of `alicloud_db_database`, `alicloud_rds_account` and `alicloud_db_account_privilege`
 * (1.285.0).
 */
import { Construct } from 'constructs';
import { DbAccountPrivilege, type DbAccountPrivilegeConfig } from '@cdktf/provider-alicloud/lib/db-account-privilege';
import { DbDatabase, type DbDatabaseConfig } from '@cdktf/provider-alicloud/lib/db-database';
import { RdsAccount, type RdsAccountConfig } from '@cdktf/provider-alicloud/lib/rds-account';
import { refuseLiteral } from './secret';

/** What an account may do: read; read and write rows; change the schema; rows and schema. There is no super user. */
export type MysqlPrivilege = 'ReadOnly' | 'DMLOnly' | 'DDLOnly' | 'ReadWrite';

export interface MysqlAccount {
  /** Login name. Changing it makes another account, and drops this one. */
  readonly name: string;
  readonly privilege: MysqlPrivilege;
  /** A token, from a `Password`; never a literal. It changes in place. */
  readonly password: string;
  /** What it is for, shown in the console. */
  readonly description: string;
}

export interface MysqlDatabaseProps {
  readonly instanceId: string;
  /** Name of the database. Changing it makes an empty one, and drops this one with its data. */
  readonly name: string;
  readonly accounts: readonly MysqlAccount[];
  /** Refuses to drop the database, in Terraform. @default true */
  readonly protect?: boolean;
  /** The last word on each child's own arguments; of accounts and privileges by the account's name. @default none */
  readonly overrides?: {
    readonly database?: Partial<DbDatabaseConfig>;
    readonly accounts?: Readonly<Record<string, Partial<RdsAccountConfig>>>;
    readonly privileges?: Readonly<Record<string, Partial<DbAccountPrivilegeConfig>>>;
  };
}

const DATABASE_NAME = /^[a-z][a-z0-9_]{0,62}[a-z0-9]$/;
/** MySQL 8 takes 32 characters; RDS keeps these names for itself. */
const ACCOUNT_NAME = /^[a-z][a-z0-9_]{0,30}[a-z0-9]$/;
const RESERVED_ACCOUNTS = ['root', 'admin', 'aliyun_root', 'mysql', 'replicator', 'eagleye'];

export class MysqlDatabase extends Construct {
  readonly database: DbDatabase;
  /** The resource of each account, by its name. */
  readonly accounts: Readonly<Record<string, RdsAccount>>;
  /** The resource of each account's privilege, by its name. */
  readonly privileges: Readonly<Record<string, DbAccountPrivilege>>;
  readonly name: string;

  constructor(scope: Construct, id: string, props: MysqlDatabaseProps) {
    super(scope, id);
    const { instanceId, protect = true, overrides = {} } = props;
    this.name = props.name;
    const faults = [...databaseFaults(props.name), ...accountFaults(props.accounts)];
    if (faults.length > 0) throw new Error(faults.join('\n'));
    for (const { name, password } of props.accounts) refuseLiteral(`mysql.accounts.${name}.password`, password);

    // Data lives here: another id, name or character set drops the database and makes an empty one.
    this.database = new DbDatabase(this, 'database', {
      instanceId,
      dataBaseName: props.name,
      characterSet: 'utf8mb4',
      lifecycle: { preventDestroy: protect },
      ...overrides.database,
    });
    this.accounts = Object.fromEntries(
      props.accounts.map((account) => [
        account.name,
        new RdsAccount(this, `account-${account.name}`, {
          dbInstanceId: instanceId,
          accountName: account.name,
          accountType: 'Normal',
          accountPassword: account.password,
          accountDescription: account.description,
          ...overrides.accounts?.[account.name],
        }),
      ]),
    );
    this.privileges = Object.fromEntries(
      props.accounts.map(({ name, privilege }) => [
        name,
        new DbAccountPrivilege(this, `privilege-${name}`, {
          instanceId,
          accountName: this.accounts[name]?.accountName ?? name,
          privilege,
          dbNames: [this.database.dataBaseName],
          ...overrides.privileges?.[name],
        }),
      ]),
    );
  }
}

function databaseFaults(name: string): string[] {
  if (DATABASE_NAME.test(name)) return [];
  return [`mysql.database (${name}) must be 2 to 64 of a-z, 0-9 and _, begun by a letter; respell or shorten it`];
}

function accountFaults(accounts: readonly MysqlAccount[]): string[] {
  if (accounts.length === 0) return ['mysql.accounts is empty and nobody could use the database; name one'];
  return accounts.flatMap(({ name }, position) => {
    const faults: string[] = [];
    if (!ACCOUNT_NAME.test(name)) {
      faults.push(
        `mysql.accounts (${name}) must be 2 to 32 of a-z, 0-9 and _, begun by a letter; respell or shorten it`,
      );
    }
    if (RESERVED_ACCOUNTS.includes(name))
      faults.push(`mysql.accounts (${name}) is a name that RDS keeps; take another`);
    if (accounts.findIndex((other) => other.name === name) !== position) {
      faults.push(`mysql.accounts names ${name} twice; an account has one privilege, so drop one or rename it`);
    }
    return faults;
  });
}
