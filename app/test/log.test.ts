import fc from 'fast-check';
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { InvalidRequestError } from '../src/errors';
import { createLog } from '../src/log';
import { gathered } from '../src/log/gathered';
import { plainLine } from '../src/log/plain-lines';
import { readConfig } from '../src/read-config';
import { ROUTES } from '../src/routes';
import { answerJson, mockUpstream, stopUpstreams } from './mock-upstream';
import { eventually, prompt, start, stopAll } from './running';

afterEach(stopAll);
afterEach(stopUpstreams);

/** Stands for whatever must not be read. */
const PLANTED = 'tulip-9f3a-orchid';

/** The variables that hold a secret, each with the planted word in it. */
const SECRETS = {
  DASHSCOPE_API_KEY: `dash-${PLANTED}`,
  DASHSCOPE_FALLBACK_API_KEY: `fall-${PLANTED}`,
  DASHSCOPE_FALLBACK_BASE_URL: 'https://example.com/v1',
  ADMIN_API_KEY: `admin-${PLANTED}-long-enough-for-a-key-of-all`,
  REDIS_URL: `rediss://user:pass-${PLANTED}%21x@127.0.0.1:1/0`,
  DATABASE_URL: `mysql://user:pass-${PLANTED}@127.0.0.1:1/gateway`,
};

const logging = (env: Readonly<Record<string, string>> = {}) => {
  const written: string[] = [];
  const config = readConfig({ NODE_ENV: 'test', LOG_LEVEL: 'trace', ...SECRETS, ...env });
  return { log: createLog(config, { write: (line) => void written.push(line) }), text: () => written.join('') };
};

describe.each([
  ['structured', 'true'],
  ['plain', 'false'],
])('the %s log', (_name, structured) => {
  const open = () => logging({ ENABLE_STRUCTURED_LOGGING: structured });

  test.each([
    'authorization',
    'apiKey',
    'x-api-key',
    'cookie',
    'set-cookie',
    'password',
    'secret',
    'headers',
    'body',
    'messages',
    'content',
    'prompt',
    'input',
    'answer',
    'choices',
  ])('[G4] says [redacted] for a member %s down to the third level', (name) => {
    const { log, text } = open();
    const words = 'two words';
    log.info({ [name]: words }, 'one');
    log.info({ request: { [name]: words } }, 'two');
    log.info({ error: { request: { [name]: { deeper: words } } } }, 'three');
    log.child({ [name]: words }).info('four');
    expect(text()).not.toContain(words);
    expect(text().match(/\[redacted\]/g)).toHaveLength(4);
  });

  test.each(Object.entries(SECRETS).filter(([name]) => name !== 'DASHSCOPE_FALLBACK_BASE_URL'))(
    '[G4] holds no %s, in whichever message, member or error it stands',
    (_variable, secret) => {
      const { log, text } = open();
      const password = URL.canParse(secret) ? new URL(secret).password : secret;
      log.error(`cannot reach ${secret}`);
      log.error({ deep: { er: { than: { any: { rule: [secret, password, decodeURIComponent(password)] } } } } }, 'x');
      log.error({ err: new Error(`refused: ${password}`, { cause: new Error(secret) }) }, 'x');
      log.error(new Error(secret));
      expect(text()).not.toContain(PLANTED);
      expect(text().split('\n')).toHaveLength(5);
    },
  );

  test('[G4] holds no key of the usual shape and no password of an address, whosever they are', () => {
    const { log, text } = open();
    log.warn('header Bearer abcdef.123456, key sk-live_0123456789, at redis://u:hunter22@host:6379/0');
    expect(text()).not.toMatch(/abcdef|live_|hunter22/);
    expect(text()).toContain('host:6379/0');
  });

  test('[G4] does not quote an error that may quote a client, with or without a message of its own', () => {
    const { log, text } = open();
    const error = new InvalidRequestError(`${PLANTED} is no model`);
    log.warn({ err: error }, 'refused');
    log.warn({ err: error });
    log.warn(error);
    expect(text()).not.toContain(PLANTED);
    expect(text().match(/InvalidRequestError/g)).toHaveLength(3);
  });
});

test('[G4] takes out of any text whatever contains a secret, and changes nothing else', () => {
  const { log, text } = logging();
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) => {
      log.info({ value: `${before}${SECRETS.ADMIN_API_KEY}${after}` }, 'x');
      expect(text()).not.toContain(PLANTED);
    }),
  );
  log.info({ value: 'harmless' }, 'as it is');
  expect(text()).toMatch(/"value":"harmless","msg":"as it is"/);
});

describe('a plain line', () => {
  test('[G13] is time, level, kind, message and the rest, in the order in which they were said', () => {
    const { log, text } = logging({ ENABLE_STRUCTURED_LOGGING: 'false' });
    log.child({ requestId: 'mine' }).warn({ kind: 'request', status: 200, route: '/v1/models' }, 'slow request');
    expect(text()).toMatch(/^\S+Z WARN {2}request slow request requestId=mine status=200 route=\/v1\/models\n$/);
  });

  test('[G13] is one line, whatever is in it', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (name, value) => {
        const line = plainLine(`${JSON.stringify({ level: 'info', time: 't', [`x${name}`]: value })}\n`);
        expect(line.indexOf('\n')).toBe(line.length - 1);
      }),
    );
  });

  test('[G13] is passed on as it is when it is no JSON', () => {
    expect(plainLine('not json\n')).toBe('not json\n');
  });
});

test.each(['true', 'false'])(
  '[G4] the log of a gateway holds no key and no word of a prompt, wherever planted; structured: %s',
  async (structured) => {
    const upstream = await mockUpstream((response) => {
      const error = { message: `${PLANTED} is no model`, code: `bad ${PLANTED}`, type: PLANTED, param: PLANTED };
      answerJson(response, 400, { error }, { 'set-cookie': PLANTED, 'x-request-id': PLANTED });
    });
    const { get, post, log } = await start({ ...upstream.env, ENABLE_STRUCTURED_LOGGING: structured });
    const headers = {
      authorization: `Bearer ${PLANTED}`,
      cookie: PLANTED,
      'x-api-key': PLANTED,
      'x-end-user': PLANTED,
      'user-agent': PLANTED,
      referer: `https://${PLANTED}.example/`,
      'x-forwarded-for': PLANTED,
      'x-request-id': `{${PLANTED}}`,
      traceparent: PLANTED,
      tracestate: `a=${PLANTED}`,
    };
    const send = async (body: unknown, more: object = {}) =>
      (await post(body, { headers: { ...headers, ...more } })).text();
    await send(prompt(PLANTED, { user: PLANTED, metadata: { a: PLANTED } }));
    await send(prompt(PLANTED, { model: PLANTED, stream: true }));
    await send({ model: 'qwen-plus', messages: [{ role: 'user', content: [{ type: 'text', text: PLANTED }] }] });
    await send(prompt(PLANTED, { temperature: PLANTED }));
    await send(`{"model": "${PLANTED}`);
    await send(PLANTED, { 'content-type': `text/${PLANTED}` });
    for (const path of [
      `/v1/${PLANTED}?key=${PLANTED}`,
      `${ROUTES.models}?q=${PLANTED}`,
      `/api/keys/${PLANTED}`,
      `/%${PLANTED}`,
    ]) {
      await (await get(path, { headers })).text();
    }
    const requests = () => log().match(structured === 'true' ? /"kind":"request"/g : / request request /g)?.length ?? 0;
    await eventually(() => requests() >= 9);
    expect(log()).not.toContain(PLANTED);
  },
);

describe('what one turn of the event loop logs', () => {
  const destination = () => {
    const told: string[] = [];
    return { told, write: (piece: string) => void told.push(piece), flushSync: () => void told.push('flushed') };
  };
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  test('[G13] is handed on in order and as one piece', async () => {
    const to = destination();
    const log = gathered(to);
    log.write('a\n');
    log.write('b\n');
    expect(to.told).toEqual([]);
    await turn();
    log.write('c\n');
    await turn();
    await turn();
    expect(to.told).toEqual(['a\nb\n', 'c\n']);
  });

  test('[G13] is handed on at once where the destination must write all that it has', async () => {
    const to = destination();
    const log = gathered(to);
    log.write('a\n');
    log.flushSync();
    await turn();
    expect(to.told).toEqual(['a\n', 'flushed']);
  });

  test('[G13] is complete when the process ends in the middle of it', () => {
    const log = resolve(__dirname, '..', 'src', 'log.ts');
    const script = `const out = require(${JSON.stringify(log)}).standardOutput('alone'); out.write('a\\n'); out.write('b\\n'); process.exit(3)`;
    const { status, stdout } = spawnSync(process.execPath, ['--import', 'tsx', '-e', script], { encoding: 'utf8' });
    expect(stdout).toBe('a\nb\n');
    expect(status).toBe(3);
  });
});
