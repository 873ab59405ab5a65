/** Engine parameters of MySQL 8.0. Source: DescribeParameterTemplates of the RDS API. */
import { DescribeParametersRequest } from '@alicloud/rds20140815/dist/models/DescribeParametersRequest';
import { DescribeParametersResponseBody } from '@alicloud/rds20140815/dist/models/DescribeParametersResponseBody';
import { DescribeParameterTemplatesRequest } from '@alicloud/rds20140815/dist/models/DescribeParameterTemplatesRequest';
import { DescribeParameterTemplatesResponseBody } from '@alicloud/rds20140815/dist/models/DescribeParameterTemplatesResponseBody';
import { ModifyParameterRequest } from '@alicloud/rds20140815/dist/models/ModifyParameterRequest';
import { ModifyParameterResponseBody } from '@alicloud/rds20140815/dist/models/ModifyParameterResponseBody';
import { ApiError } from '../../api-error';
import { rpcAction } from '../../rpc';
import { dbInstanceOf, runningInstance } from './db-instances';

interface Rule {
  readonly usual: string;
  /** As the API writes it: `[1-100]` or `[ON|OFF]`. */
  readonly range: string;
  readonly accepts: RegExp;
  /** Takes effect only when the engine restarts. */
  readonly restart?: true;
}

const ON_OFF = { range: '[ON|OFF]', accepts: /^(ON|OFF)$/ } as const;
const seconds = (usual: string, most: number): Rule => ({ usual, range: `[1-${String(most)}]`, accepts: /^\d{1,8}$/ });

const RULES: Readonly<Record<string, Rule>> = {
  binlog_expire_logs_seconds: seconds('604800', 4_294_967),
  character_set_server: {
    usual: 'utf8mb4',
    range: '[utf8|latin1|gbk|gb18030|utf8mb4]',
    accepts: /^(utf8|latin1|gbk|gb18030|utf8mb4)$/,
    restart: true,
  },
  default_time_zone: {
    usual: 'SYSTEM',
    range: '[SYSTEM|-12:00|…|+14:00]',
    accepts: /^(SYSTEM|[+-]\d\d?:\d\d|[A-Z]\w+\/\w+)$/,
  },
  innodb_flush_log_at_trx_commit: { usual: '1', range: '[0|1|2]', accepts: /^[012]$/ },
  innodb_lock_wait_timeout: seconds('50', 1_073_741_824),
  innodb_print_all_deadlocks: { usual: 'OFF', ...ON_OFF },
  interactive_timeout: seconds('7200', 31_536_000),
  local_infile: { usual: 'ON', ...ON_OFF },
  lock_wait_timeout: seconds('31536000', 31_536_000),
  log_bin_use_v1_row_events: { usual: '1', range: '[0|1]', accepts: /^[01]$/ },
  long_query_time: { usual: '1', range: '[0.03-31536000]', accepts: /^\d+(\.\d+)?$/ },
  lower_case_table_names: { usual: '1', range: '[0|1]', accepts: /^[01]$/, restart: true },
  max_connections: {
    usual: '{LEAST(DBInstanceClassMemory/12582880, 100000)}',
    range: '[1-100000]',
    accepts: /^\d{1,6}$/,
  },
  max_user_connections: { usual: '0', range: '[0-100000]', accepts: /^\d{1,6}$/ },
  performance_schema: { usual: 'OFF', ...ON_OFF, restart: true },
  slow_query_log: { usual: 'ON', ...ON_OFF },
  sync_binlog: { usual: '1000', range: '[0-4294967295]', accepts: /^\d{1,10}$/ },
  transaction_isolation: {
    usual: 'READ-COMMITTED',
    range: '[READ-UNCOMMITTED|READ-COMMITTED|REPEATABLE-READ|SERIALIZABLE]',
    accepts: /^(READ-UNCOMMITTED|READ-COMMITTED|REPEATABLE-READ|SERIALIZABLE)$/,
  },
  wait_timeout: seconds('86400', 31_536_000),
};

/** What a new instance has. */
export const usualParameters = (): Map<string, string> =>
  new Map(Object.entries(RULES).map(([name, { usual }]) => [name, usual]));

const describeParameters = rpcAction({
  name: 'DescribeParameters',
  request: DescribeParametersRequest,
  response: DescribeParametersResponseBody,
  required: ['DBInstanceId'],
  handle: ({ request, cloud }) => {
    const instance = dbInstanceOf(cloud, request.DBInstanceId);
    return {
      engine: instance.engine.toLowerCase(),
      engineVersion: instance.engineVersion,
      paramGroupInfo: { paramGroupId: '', parameterGroupName: '', parameterGroupDesc: '', parameterGroupType: '' },
      // Where parameters that wait for a restart would stand.
      configParameters: { DBInstanceParameter: [] },
      runningParameters: {
        DBInstanceParameter: [...instance.parameters].map(([parameterName, parameterValue]) => ({
          parameterName,
          parameterValue: parameterName === 'default_time_zone' ? instance.timeZone : parameterValue,
        })),
      },
    };
  },
});

const describeParameterTemplates = rpcAction({
  name: 'DescribeParameterTemplates',
  request: DescribeParameterTemplatesRequest,
  response: DescribeParameterTemplatesResponseBody,
  required: ['engine', 'engineVersion'],
  handle: ({ request }) => {
    const rules = Object.entries(RULES);
    return {
      engine: request.engine,
      engineVersion: request.engineVersion,
      parameterCount: String(rules.length),
      parameters: {
        templateRecord: rules.map(([parameterName, { usual, range, restart }]) => ({
          parameterName,
          parameterValue: usual,
          checkingCode: range,
          forceModify: 'true',
          forceRestart: String(restart ?? false),
        })),
      },
    };
  },
});

function readParameters(text: string): [string, string][] {
  const sent: unknown = JSON.parse(text);
  return Object.entries(sent ?? {}).map(([name, value]) => [name, String(value)]);
}

const modifyParameter = rpcAction({
  name: 'ModifyParameter',
  request: ModifyParameterRequest,
  response: ModifyParameterResponseBody,
  required: ['DBInstanceId'],
  handle: ({ request, cloud }) => {
    const instance = runningInstance(cloud, request.DBInstanceId);
    const sent = readParameters(request.parameters ?? '{}');
    for (const [name, value] of sent) {
      const rule = RULES[name];
      if (rule === undefined) throw new ApiError('ParameterNotFound', `The parameter ${name} is not known.`, 404);
      if (!rule.accepts.test(value)) {
        throw new ApiError('InvalidParameters.Format', `The value of ${name} (${value}) is not in ${rule.range}.`);
      }
      if (rule.restart === true && request.forcerestart !== true) {
        throw new ApiError('InvalidParameters.ForceRestart', `The parameter ${name} takes effect by a restart only.`);
      }
    }
    for (const [name, value] of sent) instance.parameters.set(name, value);
    return {};
  },
});

export const parameterActions = [describeParameters, describeParameterTemplates, modifyParameter];
