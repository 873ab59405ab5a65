/** The configuration file of a Redis that stands in for the cloud's. */

export interface RedisProps {
  readonly address: string;
  readonly port: number;
  readonly password: string;
  /** Files in PEM. @default unencrypted */
  readonly tls?: { readonly certificate: string; readonly key: string; readonly authority: string };
}

/** Source: redis.conf of Redis 7. */
export function redisConfiguration({ address, port, password, tls }: RedisProps): string {
  const lines = [
    `bind ${address}`,
    ...(tls === undefined
      ? [`port ${port}`]
      : [
          'port 0',
          `tls-port ${port}`,
          `tls-cert-file ${tls.certificate}`,
          `tls-key-file ${tls.key}`,
          `tls-ca-cert-file ${tls.authority}`,
          'tls-auth-clients no',
        ]),
    `requirepass ${password}`,
    // What a rehearsal stores need not survive it.
    'save ""',
    'appendonly no',
    // A title is written over the environment, and in that is the mark by which the cluster's processes are found.
    'set-proc-title no',
  ];
  return `${lines.join('\n')}\n`;
}
