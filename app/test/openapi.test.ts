import { errorResponses, NEEDS_KEY } from '../src/api-schemas';
import { methods } from '../src/plugins/methods';
import { openapi, OPENAPI_VERSION } from '../src/plugins/openapi';
import { ROUTES } from '../src/routes';
import { serve, stopServing } from './serving';

afterEach(stopServing);

const open = () =>
  serve(({ server }) => {
    const refuseOthers = methods(server);
    openapi(server, { browserSeconds: 300, cdnSeconds: 1_800 });
    const response = {
      200: {
        description: 'An answer, or a stream of it.',
        content: {
          'application/json': { schema: { type: 'object', properties: { a: { type: 'integer' } } } },
          'text/event-stream': { schema: { type: 'string' } },
        },
      },
      ...errorResponses(404),
    };
    const body = { type: 'object', required: ['a'], properties: { a: { type: 'integer' } } };
    server.post('/v1/x/:id', { schema: { summary: 'X', security: NEEDS_KEY, body, response } }, () => ({ a: 1 }));
    server.get('/v1/x/:id', { schema: { summary: 'X' } }, () => ({ a: 1 }));
    server.get('/hidden', () => ({}));
    refuseOthers();
  });

describe('the document', () => {
  test('[G15] is OpenAPI 3.1, with every route that has a schema and no other', async () => {
    const answer = await open().ask({ path: ROUTES.openapi });
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    // The same for everybody, so browsers and networks may keep it.
    expect(answer.headers['cache-control']).toBe('public, max-age=300, s-maxage=1800');
    const document = answer.json();
    expect(document).toMatchObject({
      openapi: OPENAPI_VERSION,
      components: { securitySchemes: { bearer: { type: 'http' }, apiKey: { type: 'apiKey' } } },
    });
    expect(document).toMatchObject({ paths: { '/v1/x/{id}': { get: {}, post: {} } } });
    for (const absent of ['/hidden', ROUTES.openapi]) expect(answer.body).not.toContain(`"${absent}"`);
  });

  test('[G15] says of an operation what it takes, what it answers as JSON and as a stream, and how it fails', async () => {
    const text = (await open().ask({ path: ROUTES.openapi })).body;
    for (const part of [
      '"operationId":"post_v1_x_id"',
      '"operationId":"get_v1_x_id"',
      '"security":[{"bearer":[]},{"apiKey":[]}]',
      '"text/event-stream"',
      '"name":"x-request-id"',
      '"429"',
      '"404"',
    ]) {
      expect(text).toContain(part);
    }
  });
});

describe('a method that a path is not answered by', () => {
  test.each(['PUT', 'DELETE', 'OPTIONS', 'TRACE'] as const)('[G5] %s is 405, and told which are', async (method) => {
    const answer = await open().ask({ path: '/v1/x/1', method });
    expect({ status: answer.status, allow: answer.headers.allow }).toEqual({ status: 405, allow: 'GET, HEAD, POST' });
    expect(answer.json()).toMatchObject({ error: { code: 'method_not_allowed', type: 'invalid_request_error' } });
  });

  test('[G5] the right ones are answered, a path that there is not is 404, whatever the method', async () => {
    const { ask } = open();
    expect((await ask({ path: '/v1/x/1' })).status).toBe(200);
    const headers = { 'content-type': 'application/json' };
    expect((await ask({ path: '/v1/x/1', method: 'POST', headers, body: '{"a":1}' })).status).toBe(200);
    for (const method of ['GET', 'PUT', 'TRACE'] as const) {
      expect((await ask({ path: '/none', method })).status).toBe(404);
    }
  });

  test('[G10] meets the same rules as the right one', async () => {
    const { ask } = serve(({ server }) => {
      const refuseOthers = methods(server);
      server.addHook('onRequest', (request, reply, done) => {
        if (request.routeOptions.config.permission === undefined) done();
        else void reply.code(401).send({});
      });
      server.get('/api/x', { config: { permission: 'admin' } }, () => ({}));
      refuseOthers();
    });
    expect((await ask({ path: '/api/x', method: 'DELETE' })).status).toBe(401);
  });
});
