/** A stand-in for Model Studio on a loopback port: each test says what it answers, and sees what it was asked. */
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

/** Never a real one. Planted to be looked for. */
export const MOCK_KEY = 'sk-planted-0123456789';

export interface Asked {
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
  /** The gateway closed the connection before the answer was complete. */
  gone: boolean;
}

export interface MockUpstream {
  /** The variables of a gateway that uses it. */
  readonly env: { readonly DASHSCOPE_API_KEY: string; readonly DASHSCOPE_BASE_URL: string };
  readonly asked: readonly Asked[];
  /** Connections that were opened to it so far. */
  readonly connections: () => number;
}

const servers: Server[] = [];

export const mockUpstream = async (answer: (response: ServerResponse) => void): Promise<MockUpstream> => {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const seen: Asked = {
        url: request.url,
        headers: request.headers,
        body: body === '' ? undefined : JSON.parse(body),
        gone: false,
      };
      asked.push(seen);
      response.once('close', () => (seen.gone = !response.writableFinished));
      answer(response);
    });
  });
  let connections = 0;
  server.on('connection', () => connections++);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the mock upstream has no port');
  const DASHSCOPE_BASE_URL = `http://127.0.0.1:${address.port}/compatible-mode/v1`;
  return { env: { DASHSCOPE_API_KEY: MOCK_KEY, DASHSCOPE_BASE_URL }, asked, connections: () => connections };
};

/** For `afterEach`. */
export const stopUpstreams = async (): Promise<void> => {
  const ended = servers.splice(0).map((server) => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  await Promise.all(ended);
};

export const answerJson = (response: ServerResponse, status: number, body: unknown, headers = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
};

/** Begins a stream. */
export const beginStream = (response: ServerResponse): void => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
};
