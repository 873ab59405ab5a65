/**
 * Whether a Terraform registry is in reach: one request for its service discovery document, through the
 * proxy that Terraform would use, and no longer than a few seconds.
 */
import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import tls from 'node:tls';

type Environment = Readonly<Record<string, string | undefined>>;

/** Milliseconds for name, connection and answer together. */
const PATIENCE = 4000;

/**
 * True when `host` serves the provider protocol. A refusal, a foreign page and silence are all false.
 * `patience` is in milliseconds. @default 4000
 */
export async function isRegistryInReach(host: string, environment: Environment, patience = PATIENCE): Promise<boolean> {
  const cutOff = AbortSignal.timeout(patience);
  try {
    const body = await get(host, '/.well-known/terraform.json', proxyFor(host, environment), cutOff);
    const document: unknown = JSON.parse(body);
    return typeof document === 'object' && document !== null && 'providers.v1' in document;
  } catch {
    return false;
  }
}

/** The proxy that Terraform would go through to this host. Undefined means directly. */
export function proxyFor(host: string, environment: Environment): URL | undefined {
  const exempt = (environment['NO_PROXY'] ?? environment['no_proxy'] ?? '').split(',').map((entry) => entry.trim());
  if (
    exempt.some(
      (entry) => entry === '*' || entry === host || (entry !== '' && host.endsWith(`.${entry.replace(/^\./, '')}`)),
    )
  ) {
    return undefined;
  }
  const proxy = environment['HTTPS_PROXY'] ?? environment['https_proxy'];
  return proxy ? new URL(proxy.includes('://') ? proxy : `http://${proxy}`) : undefined;
}

async function get(host: string, path: string, proxy: URL | undefined, signal: AbortSignal): Promise<string> {
  const [name = host, port = '443'] = host.split(':');
  const tunnel = proxy ? await openTunnel(proxy, `${name}:${port}`, signal) : undefined;
  return new Promise((settle, reject) => {
    const request = https.get(
      {
        host: name,
        port,
        path,
        signal,
        agent: false,
        ...(tunnel && { createConnection: () => tls.connect({ socket: tunnel, servername: name }) }),
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (body += chunk));
        response.on('error', reject);
        response.on('end', () => {
          if (response.statusCode === 200) settle(body);
          else reject(new Error(`${host} answered ${response.statusCode ?? 'nothing'}`));
        });
      },
    );
    request.on('error', reject);
    request.on('close', () => tunnel?.destroy());
  });
}

function openTunnel(proxy: URL, target: string, signal: AbortSignal): Promise<Socket> {
  return new Promise((settle, reject) => {
    const { request } = proxy.protocol === 'https:' ? https : http;
    const credentials = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
    const connect = request({
      host: proxy.hostname,
      port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
      method: 'CONNECT',
      path: target,
      signal,
      agent: false,
      headers: proxy.username ? { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` } : {},
    });
    connect.on('connect', (response, socket: Socket) => {
      if (response.statusCode === 200) settle(socket);
      else reject(new Error(`the proxy answered ${response.statusCode ?? 'nothing'}`));
    });
    connect.on('error', reject);
    connect.end();
  });
}
