/** Answers as Model Studio's OpenAI-compatible endpoint does, with the last question for an answer: as JSON or as a stream. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

interface Question {
  readonly model: string;
  readonly stream?: boolean;
  readonly messages?: readonly { readonly role: string; readonly content: unknown }[];
}

const CHAT = '/compatible-mode/v1/chat/completions';
/** Counted as one token a word, which no model does. */
const tokensOf = (words: string): number => words.split(/\s+/).filter(Boolean).length;

export function answerAsModelStudio(request: IncomingMessage, response: ServerResponse): void {
  respond(request, response).catch((fault: unknown) => {
    response.destroy(fault instanceof Error ? fault : new Error(String(fault)));
  });
}

async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  if (request.method !== 'POST' || request.url !== CHAT) {
    response.writeHead(404, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({ error: { message: `${request.url ?? ''} is not answered`, type: 'invalid_request_error' } }),
    );
    return;
  }
  const question = JSON.parse(body) as Question;
  const asked = question.messages?.at(-1)?.content;
  const content = typeof asked === 'string' ? asked : 'a question that is not a text';
  const about = { id: 'chatcmpl-rehearsal', created: Math.floor(Date.now() / 1000), model: question.model };
  const [prompt, completion] = [tokensOf(content), tokensOf(content)];
  const usage = { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
  if (question.stream === true) {
    const chunk = (choices: readonly object[], more: object = {}): string =>
      `data: ${JSON.stringify({ ...about, object: 'chat.completion.chunk', choices, ...more })}\n\n`;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(chunk([{ index: 0, delta: { role: 'assistant', content }, finish_reason: null }]));
    response.write(chunk([{ index: 0, delta: {}, finish_reason: 'stop' }]));
    response.end(`${chunk([], { usage })}data: [DONE]\n\n`);
    return;
  }
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify({
      ...about,
      object: 'chat.completion',
      choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
      usage,
    }),
  );
}
