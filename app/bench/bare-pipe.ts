/**
 * The least that a gateway on Node.js can do: `node:http` in front, an undici pool behind, and the bytes passed on.
 * What a subject costs beyond this is its own. `node --import tsx app/bench/bare-pipe.ts PORT UPSTREAM`
 */
import { createServer } from 'node:http';
import { Pool } from 'undici';

const [port = '0', upstream = ''] = process.argv.slice(2);
const pool = new Pool(upstream, { connections: 2_048, bodyTimeout: 0, headersTimeout: 0 });

/** What the client must know; the rest is between the pipe and either side. */
const PASSED_ON = ['content-type', 'content-length'] as const;

const server = createServer((request, response) => {
  pool
    .stream(
      {
        path: '/v1/chat/completions',
        method: 'POST',
        headers: { authorization: 'Bearer sk-bench', 'content-type': 'application/json' },
        body: request,
        opaque: response,
      },
      ({ statusCode, headers }) => {
        response.statusCode = statusCode;
        for (const name of PASSED_ON) {
          const value = headers[name];
          if (value !== undefined) response.setHeader(name, value);
        }
        return response;
      },
    )
    .catch(() => {
      response.destroy();
    });
});
server.listen({ port: Number(port), host: '127.0.0.1', backlog: 4_096 });
