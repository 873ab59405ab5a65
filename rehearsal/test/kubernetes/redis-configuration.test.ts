import { redisConfiguration } from '../../kubernetes/redis-configuration';

const plain = { address: '10.240.0.1', port: 6379, password: 'p' } as const;

describe('the configuration of Redis', () => {
  test('[L3] asks for the password, by TLS alone where there is a certificate', () => {
    expect(redisConfiguration(plain).split('\n')).toEqual(expect.arrayContaining(['port 6379', 'requirepass p']));
    const tls = { certificate: '/c.pem', key: '/k.pem', authority: '/a.pem' };
    const lines = redisConfiguration({ ...plain, tls }).split('\n');
    expect(lines).toEqual(expect.arrayContaining(['port 0', 'tls-port 6379', 'tls-cert-file /c.pem']));
    expect(lines).not.toContain('port 6379');
  });

  test('[L3] leaves the environment as it was, by which the process is found when the cluster goes', () => {
    expect(redisConfiguration(plain).split('\n')).toContain('set-proc-title no');
  });
});
