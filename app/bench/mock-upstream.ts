/**
 * The upstream that every subject is measured in front of, in a process of its own: answers chat completions as JSON of
 * about 0.9 KB or as a stream, after a delay. `tsx app/bench/mock-upstream.ts PORT DELAY_MS FRAMES FRAME_MS`
 */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';

const [port = 0, delayMs = 0, frames = 0, frameMs = 0] = process.argv.slice(2).map(Number);

const about = { id: 'chatcmpl-0123456789', created: 1_760_000_000, model: 'qwen-plus' };
const usage = { prompt_tokens: 25, completion_tokens: 150, total_tokens: 175 };
const content = 'A gateway stands between those who ask and those who answer. '.repeat(10).trim();

const answer = Buffer.from(
  JSON.stringify({
    ...about,
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage,
  }),
);
const ANSWER_HEADERS = { 'content-type': 'application/json', 'content-length': String(answer.length) };
const STREAM_HEADERS = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' };

const chunk = (choices: readonly unknown[], more: object = {}): string =>
  `data: ${JSON.stringify({ ...about, object: 'chat.completion.chunk', choices, ...more })}\n\n`;
const delta = (words: string): string => chunk([{ index: 0, delta: { content: words }, finish_reason: null }]);
const END = `${chunk([{ index: 0, delta: {}, finish_reason: 'stop' }])}${chunk([], { usage })}data: [DONE]\n\n`;

/** Frames are numbered, so that the one who reads them knows of each that is missing, double or out of order. */
const stream = (response: ServerResponse): void => {
  response.writeHead(200, STREAM_HEADERS);
  let sent = 0;
  const timer = setInterval(() => {
    response.write(delta(`${sent} `));
    sent += 1;
    if (sent < frames) return;
    clearInterval(timer);
    response.end(END);
  }, frameMs);
  response.once('close', () => {
    clearInterval(timer);
  });
};

const json = (response: ServerResponse): void => {
  response.writeHead(200, ANSWER_HEADERS);
  response.end(answer);
};

/** The body is read whole, but not parsed: what costs time here would be missing there. */
const respond = (request: IncomingMessage, response: ServerResponse): void => {
  let streamed = false;
  request.on('data', (piece: Buffer) => {
    streamed ||= /"stream": ?true/.test(piece.toString('latin1'));
  });
  request.on('end', () => {
    const go = streamed ? stream : json;
    if (delayMs === 0) go(response);
    else setTimeout(go, delayMs, response);
  });
};

const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, respond);
server.listen({ port, host: '127.0.0.1', backlog: 4_096 });
