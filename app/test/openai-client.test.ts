/** The official client, unchanged, against a real gateway. */
import OpenAI, { BadRequestError } from 'openai';
import { ADMIN_KEY, start, stopAll } from './running';

afterEach(stopAll);

const clientOf = async (): Promise<OpenAI> => {
  const { url } = await start();
  return new OpenAI({ baseURL: `${url}/v1`, apiKey: ADMIN_KEY, maxRetries: 0 });
};

describe('The official OpenAI client', () => {
  test('[G1] gets an answer with usage', async () => {
    const client = await clientOf();
    const answer = await client.chat.completions.create({
      model: 'qwen-plus',
      messages: [{ role: 'user', content: 'Say it back' }],
    });
    expect(answer.choices[0]?.message.content).toContain('Say it back');
    expect(answer.usage?.total_tokens).toBe(
      (answer.usage?.prompt_tokens ?? 0) + (answer.usage?.completion_tokens ?? Number.NaN),
    );
  });

  test('[G1] reads the same answer from a stream, and the usage at its end when asked', async () => {
    const client = await clientOf();
    const question = { model: 'qwen-plus', messages: [{ role: 'user' as const, content: 'Say it back' }] };
    const whole = await client.chat.completions.create(question);
    const stream = await client.chat.completions.create({
      ...question,
      stream: true,
      stream_options: { include_usage: true },
    });
    let content = '';
    let usage: OpenAI.CompletionUsage | null | undefined;
    for await (const chunk of stream) {
      content += chunk.choices[0]?.delta.content ?? '';
      usage = chunk.usage ?? usage;
    }
    expect(content).toBe(whole.choices[0]?.message.content);
    expect(usage).toEqual(whole.usage);
  });

  test('[G1] lists the models', async () => {
    const client = await clientOf();
    const models = [];
    for await (const model of client.models.list()) models.push(model.id);
    expect(models).toContain('qwen-plus');
  });

  test('[G5] raises its own error class for a request that is not one', async () => {
    const client = await clientOf();
    const faulty = client.chat.completions.create({ model: 'qwen-plus', messages: [] });
    await expect(faulty).rejects.toBeInstanceOf(BadRequestError);
  });
});
