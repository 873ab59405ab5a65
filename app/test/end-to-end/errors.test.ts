/** Each class of failure as the official client raises it. */
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
} from 'openai';
import type { APIError } from 'openai';
import type { Environment } from '../../src/config';
import { completion } from '../caching';
import { answerJson, mockUpstream, stopUpstreams } from '../mock-upstream';
import { eventually, frozenClock, start, stopAll } from '../running';
import type { Running } from '../running';
import { clientOf, failureOf, makeKey, question, streamed } from './client';

const folder = mkdtempSync(join(tmpdir(), 'gateway-errors-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
afterEach(stopAll);
afterEach(stopUpstreams);

interface Raised {
  readonly as: new (...args: never[]) => APIError;
  readonly status: number;
  readonly code: string;
  readonly type: string;
  /** `Retry-After`; null: it is not there. */
  readonly retryAfter: RegExp | null;
}

/** That both a JSON answer and a stream raise it, as the log tells, and that it can be found there. */
const expectRaised = async (
  gateway: Running,
  { as, status, code, type, retryAfter }: Raised,
  key?: string,
): Promise<void> => {
  const client = clientOf(gateway, key);
  for (const asked of [question('Hi'), streamed('Hi')]) {
    const failure = await failureOf(client.chat.completions.create(asked));
    expect(failure).toBeInstanceOf(as);
    expect(failure).toMatchObject({ status, code, type });
    expect(failure.requestID).toMatch(/^id-\d+$/);
    if (retryAfter === null) expect(failure.headers?.get('retry-after')).toBeNull();
    else expect(failure.headers?.get('retry-after')).toMatch(retryAfter);
    const ended = () => gateway.lines().find((line) => line.msg === 'request' && line.requestId === failure.requestID);
    await eventually(() => ended() !== undefined);
    expect(ended()).toMatchObject({ status });
  }
};

const good = (response: ServerResponse): void => {
  answerJson(response, 200, completion('Hello'));
};

const started = async (env: Environment = {}): Promise<Running> => start({ ...(await mockUpstream(good)).env, ...env });

const quotaFile = (quota: object): string => {
  const path = join(folder, `${JSON.stringify(quota).length}.json`);
  writeFileSync(path, JSON.stringify({ models: { 'qwen-plus': quota } }));
  return path;
};

describe('a failure of the client’s own', () => {
  test('[G5] a key that nobody knows', async () => {
    const raised = { as: AuthenticationError, status: 401, code: 'invalid_api_key', type: 'invalid_request_error' };
    await expectRaised(await started(), { ...raised, retryAfter: null }, 'bgk-nobody');
  });

  test('[G5] a key that may only administrate', async () => {
    const gateway = await started();
    const { key } = await makeKey(gateway, { permissions: ['admin'] });
    const raised = { as: PermissionDeniedError, status: 403, code: 'permission_denied', type: 'permission_error' };
    await expectRaised(gateway, { ...raised, retryAfter: null }, key);
  });

  test('[G5] a model that the key may not use', async () => {
    const gateway = await started();
    const { key } = await makeKey(gateway, { models: ['qwen-flash'] });
    const raised = { as: PermissionDeniedError, status: 403, code: 'model_not_allowed', type: 'permission_error' };
    await expectRaised(gateway, { ...raised, retryAfter: null }, key);
  });

  test('[G5] a member that is wrong, by its name', async () => {
    const client = clientOf(await started());
    const failure = await failureOf(client.chat.completions.create({ ...question('Hi'), temperature: 3 }));
    expect(failure).toBeInstanceOf(BadRequestError);
    expect(failure).toMatchObject({ status: 400, code: 'invalid_value', param: 'temperature' });
  });

  test('[G5] a path that there is not', async () => {
    const failure = await failureOf(clientOf(await started()).moderations.create({ input: 'Hi' }));
    expect(failure).toBeInstanceOf(NotFoundError);
    expect(failure).toMatchObject({ status: 404, code: 'unknown_url' });
  });
});

describe('a limit that is reached', () => {
  test('[G5] [G8] of the key', async () => {
    const gateway = await started();
    const { key } = await makeKey(gateway, { limits: { perMinute: 1 } });
    await clientOf(gateway, key).chat.completions.create(question('Hi'));
    const raised = { as: RateLimitError, status: 429, code: 'rate_limit_exceeded', type: 'rate_limit_error' };
    await expectRaised(gateway, { ...raised, retryAfter: /^(60|61)$/ }, key);
  });

  test('[G5] [G11] the key’s daily budget, until midnight in UTC+8', async () => {
    const gateway = await started();
    const { key } = await makeKey(gateway, { dailyBudget: 0.000001 });
    await clientOf(gateway, key).chat.completions.create(question('Hi'));
    const raised = { as: RateLimitError, status: 429, code: 'key_budget_exceeded', type: 'insufficient_quota' };
    // 03:04:05 UTC is 11:04:05 there.
    await expectRaised(
      gateway,
      { ...raised, retryAfter: new RegExp(`^${((12 * 60 + 55) * 60 + 55).toString()}$`) },
      key,
    );
  });

  test('[G5] [G11] the budget of all keys together', async () => {
    const gateway = await started({ DAILY_BUDGET: '0.000001' });
    await clientOf(gateway).chat.completions.create(question('Hi'));
    const raised = { as: RateLimitError, status: 429, code: 'daily_budget_exceeded', type: 'insufficient_quota' };
    await expectRaised(gateway, { ...raised, retryAfter: /^\d+$/ });
  });

  test('[G5] [G9] the upstream’s quota of the day', async () => {
    const gateway = await started({ QUOTA_FILE: quotaFile({ requestsPerDay: 1 }) });
    await clientOf(gateway).chat.completions.create(question('Hi'));
    const raised = { as: InternalServerError, status: 503, code: 'quota_exhausted', type: 'server_error' };
    await expectRaised(gateway, { ...raised, retryAfter: /^\d{5}$/ });
  });

  test('[G5] [G9] the upstream’s quota of the minute, with no place left to wait', async () => {
    const gateway = await started({ QUOTA_FILE: quotaFile({ requestsPerMinute: 1 }), QUEUE_PLACES: '0' });
    await clientOf(gateway).chat.completions.create(question('Hi'));
    const raised = { as: InternalServerError, status: 503, code: 'queue_full', type: 'server_error' };
    await expectRaised(gateway, { ...raised, retryAfter: /^\d\d?$/ });
  });

  test('[G5] [G9] a place, but not in time', async () => {
    const quota = { QUOTA_FILE: quotaFile({ requestsPerMinute: 1 }), QUEUE_TIMEOUT_MS: '20' };
    const gateway = await started(quota);
    await clientOf(gateway).chat.completions.create(question('Hi'));
    const raised = { as: InternalServerError, status: 503, code: 'queue_timeout', type: 'server_error' };
    await expectRaised(gateway, { ...raised, retryAfter: /^\d\d?$/ });
  });
});

describe('a failure of the upstream', () => {
  const failing = async (answer: (response: ServerResponse) => void): Promise<Running> =>
    start({ ...(await mockUpstream(answer)).env, BREAKER_FAILURES: '100' });
  const refusing = (status: number, code: string, headers: object = {}) =>
    failing((response) => {
      answerJson(response, status, { error: { code, message: 'm', type: 't' } }, headers);
    });

  test('[G5] that is the request’s', async () => {
    const gateway = await refusing(400, 'DataInspectionFailed');
    const raised = { as: BadRequestError, status: 400, code: 'DataInspectionFailed', type: 'invalid_request_error' };
    await expectRaised(gateway, { ...raised, retryAfter: null });
  });

  test('[G5] that is the model’s name', async () => {
    const raised = { as: NotFoundError, status: 404, code: 'ModelNotFound', type: 'invalid_request_error' };
    await expectRaised(await refusing(404, 'ModelNotFound'), { ...raised, retryAfter: null });
  });

  test('[G5] that is its limit', async () => {
    const gateway = await refusing(429, 'Throttling.RateQuota', { 'retry-after': '7' });
    const failure = await failureOf(clientOf(gateway).chat.completions.create(question('Hi')));
    expect(failure).toBeInstanceOf(RateLimitError);
    expect(failure).toMatchObject({ status: 429, code: 'Throttling.RateQuota', type: 'rate_limit_error' });
    expect(failure.headers?.get('retry-after')).toBe('7');
  });

  test('[G5] that is the gateway’s key, which is no 401 to the client', async () => {
    const raised = { as: InternalServerError, status: 502, code: 'upstream_authentication', type: 'server_error' };
    await expectRaised(await refusing(401, 'invalid_api_key'), { ...raised, retryAfter: null });
  });

  test('[G5] that passes', async () => {
    const raised = { as: InternalServerError, status: 502, code: 'InternalError', type: 'server_error' };
    await expectRaised(await refusing(500, 'InternalError'), { ...raised, retryAfter: null });
  });

  test('[G5] that is a broken connection', async () => {
    const gateway = await failing((response) => void response.destroy());
    const raised = { as: InternalServerError, status: 502, code: 'upstream_connection', type: 'server_error' };
    await expectRaised(gateway, { ...raised, retryAfter: null });
  });

  test('[G5] [G7] that has opened its circuit', async () => {
    const upstream = await mockUpstream((response) => void response.destroy());
    const gateway = await start({ ...upstream.env, BREAKER_FAILURES: '1' });
    await failureOf(clientOf(gateway).chat.completions.create(question('Hi')));
    const calls = upstream.asked.length;
    const raised = { as: InternalServerError, status: 502, code: 'upstream_circuit_open', type: 'server_error' };
    await expectRaised(gateway, { ...raised, retryAfter: /^(29|30)$/ });
    expect(upstream.asked).toHaveLength(calls);
  });
});

test('[G5] a fault of the gateway’s own is 500, and only the log says which', async () => {
  const TOTAL_MS = 45_678;
  const { env } = await mockUpstream(good);
  const gateway = await start(
    { ...env, UPSTREAM_TOTAL_TIMEOUT_MS: String(TOTAL_MS) },
    {
      ...frozenClock,
      after: (ms, run) => {
        if (ms === TOTAL_MS) throw new Error('the clock stands still');
        return frozenClock.after(ms, run);
      },
    },
  );
  const raised = { as: InternalServerError, status: 500, code: 'internal_error', type: 'server_error' };
  await expectRaised(gateway, { ...raised, retryAfter: null });
  const failure = await failureOf(clientOf(gateway).chat.completions.create(question('Hi')));
  expect(failure.message).not.toContain('clock');
  expect(gateway.lines().filter(({ level }) => level === 'error')).toHaveLength(3);
  expect(gateway.log()).toContain('the clock stands still');
});
