/**
 * A stand-in for Model Studio on a loopback port. How it answers is the first part of the path, so that each gateway has
 * an upstream of its own temper: `http://127.0.0.1:<port>/slow/v1`.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

/** How an upstream answers. */
export interface Temper {
  /** Milliseconds before it begins. */
  readonly delayMs: number;
  /** The share of calls that fail with 500. */
  readonly failing: number;
  /** Characters of an answer. */
  readonly length: number;
  /** Tokens that it counts for the prompt. */
  readonly promptTokens: number;
  /** What is wrong with the answers of a model, by its name. @default nothing */
  readonly oddities?: Readonly<Record<string, Oddity>>;
}

/** `down`: it fails. `limited`: it refuses the first key. `miscounts`: its tokens do not add up. */
type Oddity = 'down' | 'limited' | 'miscounts';

const USUAL: Temper = { delayMs: 20, failing: 0, length: 200, promptTokens: 25 };

export const TEMPERS = {
  good: USUAL,
  /** Every call fails. */
  failing: { ...USUAL, failing: 1 },
  /** Every third call fails, so that the calls between them keep the breaker closed. */
  shaky: { ...USUAL, failing: 1 / 3 },
  slow: { ...USUAL, delayMs: 4_000 },
  /** Each model has something else wrong. */
  odd: { ...USUAL, oddities: { 'qwen3-max': 'down', 'qwen-long': 'limited', 'deepseek-r1': 'miscounts' } },
  /** Answers that fill a cache, to prompts that cost. */
  long: { ...USUAL, length: 400_000, promptTokens: 100_000 },
} as const satisfies Readonly<Record<string, Temper>>;

/** Keys that a gateway has for it. They open nothing. */
export const UPSTREAM_KEYS = ['sk-drill-first', 'sk-drill-second'] as const;

export type TemperName = keyof typeof TEMPERS;

const FRAMES = 10;
const FRAME_MS = 20;
const DIMENSIONS = 8;

interface Question {
  readonly model: string;
  readonly stream?: boolean;
  readonly input?: string | readonly string[];
}

export class ModelStudio {
  #calls = 0;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<ModelStudio> {
    const server = createServer({ keepAliveTimeout: 0 });
    const studio = new ModelStudio(server);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      studio.#respond(request, response).catch(() => response.destroy());
    });
    await new Promise<void>((listening, failed) => {
      server.once('error', failed).listen(0, '127.0.0.1', listening);
    });
    return studio;
  }

  /** The variable DASHSCOPE_BASE_URL of a gateway in front of it. */
  baseUrl(temper: TemperName): string {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('the upstream has no port');
    return `http://127.0.0.1:${address.port}/${temper}/v1`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, name = '', , ...rest] = (request.url ?? '').split('/');
    const { delayMs, failing, length, promptTokens, oddities }: Temper = TEMPERS[isTemper(name) ? name : 'good'];
    const question = JSON.parse(await text(request)) as Question;
    const oddity = oddities?.[question.model];
    await sleep(delayMs);
    this.#calls += 1;
    if (oddity === 'limited' && request.headers.authorization === `Bearer ${UPSTREAM_KEYS[0]}`) {
      json(response, 429, { error: { message: 'Too many requests.', type: 'limit_requests' } });
      return;
    }
    if (oddity === 'down' || (failing > 0 && this.#calls % Math.round(1 / failing) === 0)) {
      json(response, 500, { error: { message: 'The service is out of order.', type: 'internal_error' } });
      return;
    }
    if (rest.join('/') === 'embeddings') {
      json(response, 200, embeddings(question));
      return;
    }
    const content = 'A gateway stands between those who ask and those who answer. '
      .repeat(length / 61 + 1)
      .slice(0, length);
    const usage = {
      prompt_tokens: promptTokens,
      completion_tokens: 50,
      total_tokens: oddity === 'miscounts' ? 1 : promptTokens + 50,
    };
    const about = { id: `chatcmpl-${this.#calls}`, created: Math.floor(Date.now() / 1_000), model: question.model };
    if (question.stream === true) await stream(response, about, usage);
    else {
      const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }];
      json(response, 200, { ...about, object: 'chat.completion', choices, usage });
    }
  }
}

function isTemper(name: string): name is TemperName {
  return Object.hasOwn(TEMPERS, name);
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function embeddings({ model, input = '' }: Question): object {
  const texts = typeof input === 'string' ? [input] : input;
  const embedding = Array.from({ length: DIMENSIONS }, (_, at) => (at === 0 ? 1 : 0));
  return {
    object: 'list',
    model,
    data: texts.map((_, index) => ({ object: 'embedding', index, embedding })),
    usage: { prompt_tokens: 5, total_tokens: 5 },
  };
}

async function stream(response: ServerResponse, about: object, usage: object): Promise<void> {
  const write = (choices: readonly object[], more: object = {}): void => {
    response.write(`data: ${JSON.stringify({ ...about, object: 'chat.completion.chunk', choices, ...more })}\n\n`);
  };
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (let frame = 0; frame < FRAMES && !response.destroyed; frame += 1) {
    write([{ index: 0, delta: { content: `${frame} ` }, finish_reason: null }]);
    await sleep(FRAME_MS);
  }
  write([{ index: 0, delta: {}, finish_reason: 'stop' }]);
  write([], { usage });
  response.end('data: [DONE]\n\n');
}
