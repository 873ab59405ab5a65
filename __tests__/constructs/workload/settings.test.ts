import { ConfigMapV1 } from '@cdktf/provider-kubernetes/lib/config-map-v1';
import { VARIABLES } from '../../../app/src/config';
import {
  DERIVED_SETTINGS,
  readSettings,
  settingsData,
  SettingsMap,
  type SecretName,
  type Settings,
} from '../../../constructs/workload/settings';
import { synthesizeWorkload } from './building';

const SECRETS: readonly SecretName[] = ['ADMIN_API_KEY', 'DASHSCOPE_API_KEY', 'DATABASE_URL', 'REDIS_URL'];
const secretNames = Object.entries(VARIABLES).flatMap(([name, variable]) => ('secret' in variable ? [name] : []));

const build = (settings: Settings, secrets = SECRETS) => {
  const made: SettingsMap[] = [];
  const stack = synthesizeWorkload((scope) =>
    made.push(new SettingsMap(scope, 'settings', { namespace: 'ns', name: 'gateway', settings, secrets })),
  );
  const [map] = made;
  if (map === undefined) throw new Error('nothing was built');
  return { map, configMap: stack.only(ConfigMapV1) };
};

describe('SettingsMap', () => {
  test('[K3] has every variable that is no secret, and no other', () => {
    const { configMap } = build({ NODE_ENV: 'production' });
    const names = Object.keys(VARIABLES).filter((name) => !secretNames.includes(name));
    expect(Object.keys(configMap.data ?? {})).toEqual([...names].sort());
    expect(names.length).toBeGreaterThan(50);
    expect(secretNames).toHaveLength(5);
  });

  test('[K3] writes numbers, switches and lists as the gateway reads them, and its defaults where nothing is said', () => {
    const { map, configMap } = build({
      QUEUE_PLACES: 7,
      ENABLE_CACHING: false,
      ALLOWED_CIDRS: ['10.0.0.0/8', '192.0.2.0/24'],
    });
    expect(configMap.data).toMatchObject({
      QUEUE_PLACES: '7',
      ENABLE_CACHING: 'false',
      ALLOWED_CIDRS: '10.0.0.0/8,192.0.2.0/24',
      CORS_ORIGINS: '',
      LOG_LEVEL: VARIABLES.LOG_LEVEL.default,
    });
    expect(map.config.quota.queuePlaces).toBe(7);
    expect(map.config.features.caching).toBe(false);
    expect(map.config.access.allowedCidrs).toEqual(['10.0.0.0/8', '192.0.2.0/24']);
  });

  test('[K3] with nothing chosen says what the gateway does with no variable at all', () => {
    expect(readSettings({}, [])).toEqual({
      config: expect.objectContaining({ host: VARIABLES.HOST.default }) as object,
    });
  });

  test('[K3] refuses what the gateway would refuse, every fault at once', () => {
    expect(() =>
      build({ NODE_ENV: 'production', QUEUE_PLACES: -1, DASHSCOPE_BASE_URL: 'http://example.com/v1' }),
    ).toThrow(
      /would not start with these settings:\nQUEUE_PLACES \(-1\) must be .*\nDASHSCOPE_BASE_URL .* must be https:/,
    );
  });

  test('[K3] knows which secrets pods have: a production without an upstream key does not start', () => {
    expect(() => build({ NODE_ENV: 'production' }, ['ADMIN_API_KEY'])).toThrow(
      /DASHSCOPE_API_KEY \(unset\) must be set/,
    );
  });

  test('[K3] has another checksum for other settings, and the same for the same in another order', () => {
    const one = build({ QUEUE_PLACES: 7, LEDGER_DAYS: 30 }).map.checksum;
    expect(build({ LEDGER_DAYS: 30, QUEUE_PLACES: 7 }).map.checksum).toBe(one);
    expect(build({ QUEUE_PLACES: 8, LEDGER_DAYS: 30 }).map.checksum).not.toBe(one);
  });

  test('[K3] has no secret in it, and none that stands for one', () => {
    expect(JSON.stringify(build({}).configMap)).not.toMatch(/placeholder/);
    expect(Object.keys(settingsData({}))).not.toEqual(expect.arrayContaining([secretNames[0]]));
  });

  test('[K3] a variable that the gateway does not have does not compile, nor a value of another type', () => {
    // @ts-expect-error there is no such variable
    const unknown: Settings = { LOG_LEVELS: 'info' };
    // @ts-expect-error a secret is no setting
    const secret: Settings = { DATABASE_URL: 'mysql://…' };
    // @ts-expect-error there is no such choice
    const choice: Settings = { LOG_LEVEL: 'loud' };
    // @ts-expect-error a number is not written as text
    const text: Settings = { QUEUE_PLACES: '7' };
    expect([unknown, secret, choice, text]).toHaveLength(4);
    for (const name of DERIVED_SETTINGS) expect(VARIABLES).toHaveProperty(name);
  });
});
