import fc from 'fast-check';
import { MYSQL_PARAMETERS, mysqlParameters, type MysqlParameterName } from '../../../constructs/data/mysql-parameters';

const names = Object.keys(MYSQL_PARAMETERS) as MysqlParameterName[];

describe('mysqlParameters', () => {
  test('[D1] has a default within its own bounds for every parameter, each once', () => {
    const parameters = mysqlParameters();
    expect(parameters.map(({ name }) => name)).toEqual(names);
    for (const { name, value } of parameters) expect(value).toMatch(MYSQL_PARAMETERS[name].accepts);
  });

  test('[D1] changes what is given and nothing else', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), (name) => {
        const value = MYSQL_PARAMETERS[name].default === 'ON' ? 'OFF' : MYSQL_PARAMETERS[name].default;
        const changed = mysqlParameters({ [name]: value });
        expect(changed).toEqual(mysqlParameters().map((own) => (own.name === name ? { name, value } : own)));
      }),
    );
    expect(mysqlParameters({ wait_timeout: '300' })).toContainEqual({ name: 'wait_timeout', value: '300' });
  });

  test('[D1] refuses a value out of bounds, every one at once', () => {
    expect(() => mysqlParameters({ local_infile: 'yes', innodb_flush_log_at_trx_commit: '3' })).toThrow(
      /innodb_flush_log_at_trx_commit \(3\) must be 0, 1 or 2; correct it\nmysql\.parameters\.local_infile \(yes\) must be ON or OFF/,
    );
  });
});
