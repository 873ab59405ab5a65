/**
 * A process of its own that asks the gateway for chat completions with OpenAI's own client, over connections that are kept
 * as that client keeps them: four in five for JSON, one in five for a stream. Its plan is its argument.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import OpenAI, { APIError } from 'openai';
import { CLIENT_RETRY, LOAD_BOUNDS } from './plan';
import type { LoadOrder, LoadPlan, LoadWord } from './plan';
import { Tally } from './tally';

/** Sent together, so that so many connections are in use. */
const BURST = 10;
/** Under way at a time, at most. */
const UNDER_WAY = 600;
/** Which request is a stream. */
const STREAM_EVERY = 5;
/** Behind the ingress, as many addresses as a company has people: each is limited by itself. */
const ADDRESSES = 4_000;
const MODEL = 'qwen-plus';
const ANSWER_TOKENS = 20;

/** The header by which OpenAI's client counts its retries. */
const RETRY_COUNT = 'x-stainless-retry-count';
/** The header that names a request, so that its tries are found again. */
const NUMBER = 'x-drill-request';

class Load {
  readonly #tally = new Tally();
  readonly #tries = new Map<string, { count: number; firstFault?: string }>();
  readonly #client: OpenAI;
  #perSecond: number;
  #sent = 0;
  #underWay = 0;
  #isOver = false;

  constructor(private readonly plan: LoadPlan) {
    this.#perSecond = plan.perSecond;
    this.#client = new OpenAI({
      baseURL: `${plan.gateway}/v1`,
      apiKey: plan.key,
      maxRetries: plan.retries ? CLIENT_RETRY.maxRetries : 0,
      timeout: CLIENT_RETRY.timeoutMs,
      fetch: (input, init) => this.#fetch(input, init),
    });
  }

  async run(): Promise<void> {
    const until = Date.now() + LOAD_BOUNDS.seconds * 1_000;
    const words = setInterval(() => {
      say({ count: this.#tally.count });
    }, 1_000);
    let next = Date.now();
    while (!this.#isOver && Date.now() < until && this.#sent < LOAD_BOUNDS.requests) {
      for (let each = 0; each < BURST; each += 1) this.#send();
      next += (BURST / this.#perSecond) * 1_000;
      const wait = next - Date.now();
      if (wait > 0) await sleep(wait);
      // What could not be sent in time is not made up for: that would be a burst, and no steady load.
      else next = Date.now();
    }
    while (this.#underWay > 0) await sleep(50);
    clearInterval(words);
    say({ report: this.#tally.report() });
  }

  order(order: LoadOrder): void {
    if ('stop' in order) this.#isOver = true;
    else this.#perSecond = order.perSecond;
  }

  #send(): void {
    if (this.#underWay >= UNDER_WAY) {
      this.#tally.holdBack();
      return;
    }
    this.#underWay += 1;
    this.#sent += 1;
    void this.#ask(this.#sent).finally(() => (this.#underWay -= 1));
  }

  async #ask(number: number): Promise<void> {
    const name = String(number);
    const at = Date.now();
    const began = performance.now();
    let fault: string | undefined;
    // OpenAI's client tries again until an answer begins; one that breaks off is asked for again by whoever reads it.
    for (let asked = 0; asked < (this.plan.retries ? 2 : 1); asked += 1) {
      fault = await this.#answer(number).then(
        () => undefined,
        (error: unknown) => reason(error),
      );
      const tries = this.#tries.get(name);
      if (fault !== undefined && tries !== undefined && tries.count === 1) tries.firstFault ??= fault;
      if (fault === undefined) break;
    }
    const { count = 1, firstFault } = this.#tries.get(name) ?? {};
    this.#tries.delete(name);
    this.#tally.add({
      at,
      ms: performance.now() - began,
      tries: count,
      ...(firstFault !== undefined && { firstFault }),
      ...(fault !== undefined && { fault }),
    });
  }

  async #answer(number: number): Promise<void> {
    const question = `Question ${number}: does a pod answer?`;
    const body = {
      model: MODEL,
      max_tokens: ANSWER_TOKENS,
      messages: [{ role: 'user' as const, content: question }],
    };
    const address = number % ADDRESSES;
    const headers = {
      [NUMBER]: String(number),
      'x-forwarded-for': `198.18.${Math.floor(address / 250)}.${(address % 250) + 1}`,
    };
    let answer: string | null | undefined = '';
    if (number % STREAM_EVERY === 0) {
      const stream = await this.#client.chat.completions.create({ ...body, stream: true }, { headers });
      let isWhole = false;
      for await (const { choices } of stream) {
        answer += choices[0]?.delta.content ?? '';
        if (choices[0]?.finish_reason === 'stop') isWhole = true;
      }
      if (!isWhole) throw new Error('a stream that ended before its end');
    } else {
      const completion = await this.#client.chat.completions.create(body, { headers });
      answer = completion.choices[0]?.message.content;
    }
    if (answer !== question) throw new Error('another answer than the question');
  }

  /** What the client calls at each try: its first one is looked at. */
  async #fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const headers = new Headers(init?.headers);
    const name = headers.get(NUMBER) ?? '';
    headers.delete(NUMBER);
    const tries = this.#tries.get(name) ?? { count: 0 };
    tries.count += 1;
    this.#tries.set(name, tries);
    const isFirst = tries.count === 1 && headers.get(RETRY_COUNT) === '0';
    try {
      const response = await fetch(input, { ...init, headers });
      if (isFirst && !response.ok) tries.firstFault = `status ${response.status}`;
      return response;
    } catch (error) {
      if (isFirst) tries.firstFault = reason(error);
      throw error;
    }
  }
}

/** The innermost code or name: `ECONNRESET`. */
function reason(error: unknown): string {
  if (error instanceof APIError && typeof error.status === 'number') return `status ${error.status}`;
  if (!(error instanceof Error)) return String(error);
  if (error.cause !== undefined) return reason(error.cause);
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.message;
}

const say = (word: LoadWord): void => {
  process.send?.(word);
};

const load = new Load(JSON.parse(process.argv[2] ?? '') as LoadPlan);
process.on('message', (order: LoadOrder) => {
  load.order(order);
});
// Whoever wanted the report is gone.
process.on('disconnect', () => process.exit(1));
void load.run().then(() => process.exit(0));
