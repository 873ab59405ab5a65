import fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { bodyDepth } from '../src/plugins/body-depth';

const servers: FastifyInstance[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const listening = async (): Promise<string> => {
  const server = fastify();
  servers.push(server);
  bodyDepth(server);
  server.setErrorHandler((error, _request, reply) => reply.code(400).send(error));
  server.post('/', () => ({}));
  return server.listen({ host: '127.0.0.1', port: 0 });
};

const post = async (url: string, body: string) => {
  const response = await fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
  return { status: response.status, text: await response.text() };
};

const nested = (levels: number) => `${'{"a":['.repeat(levels / 2)}${']}'.repeat(levels / 2)}`;

describe('a body of many levels', () => {
  test('[G13] passes with 100, and is refused with 102, by the bound and the way out', async () => {
    const url = await listening();
    expect((await post(url, nested(100))).status).toBe(200);
    const { status, text } = await post(url, nested(102));
    expect(status).toBe(400);
    expect(text).toContain('the body must be nested at most 100 levels deep; flatten it');
    expect(text).toContain('nested_too_deeply');
  });

  test('[G13] is refused however many there are', async () => {
    const url = await listening();
    expect((await post(url, `${'['.repeat(400_000)}${']'.repeat(400_000)}`)).status).toBe(400);
  });

  test.each(['7', '"x"', 'null', '[]', '{}', '[1,"a",null,{"b":[]}]'])('[G13] %s passes', async (body) => {
    expect((await post(await listening(), body)).status).toBe(200);
  });
});
