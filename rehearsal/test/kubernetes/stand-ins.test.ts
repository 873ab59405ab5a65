import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { parse } from 'yaml';
import { CHARTS } from '../../../constructs/platform/chart';
import { environments } from '../../../environments';
import { POOL_LABEL } from '../../../stacks/names';
import { nodesOf } from '../../kubernetes/environment-cluster';
import { IMAGES } from '../../kubernetes/images/catalogue';
import { layOutNodes } from '../../kubernetes/layout';
import { answerAsModelStudio } from '../../kubernetes/model-studio';

const CHART_FOLDER = join(__dirname, '..', '..', 'kubernetes', 'charts');

/** Every image that a chart's values name. */
function imagesIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('repository' in value && 'tag' in value) {
    const { registry, repository, tag } = value as { registry?: string; repository: string; tag: string };
    return [`${registry === undefined ? '' : `${registry}/`}${repository}:${tag}`];
  }
  return Object.values(value).flatMap(imagesIn);
}

describe('the stand-ins of charts', () => {
  test.each(Object.keys(CHARTS))('[L3] there is one for %s, whose images are all made here', (chart) => {
    expect(existsSync(join(CHART_FOLDER, chart, 'Chart.yaml'))).toBe(true);
    const file = join(CHART_FOLDER, chart, 'values.yaml');
    const images = existsSync(file) ? imagesIn(parse(readFileSync(file, 'utf8'))) : [];
    expect(IMAGES.map(({ reference }) => reference)).toEqual(expect.arrayContaining([...images]));
    if (chart === 'kube-prometheus-stack') expect(images).toHaveLength(5);
  });
});

describe('the nodes of an environment', () => {
  test.each(environments.map((each) => [each.name, each] as const))(
    '[L3] %s has one of each pool in each zone, and no more than a local cluster can',
    (_, environment) => {
      const nodes = layOutNodes(nodesOf(environment, 64));
      const zones = environment.network.zones.map(({ id }) => id);
      for (const pool of ['workload', 'system']) {
        expect(nodes.filter(({ labels }) => labels[POOL_LABEL] === pool).map(({ zone }) => zone)).toEqual(zones);
      }
      for (const { labels, taints } of nodes) expect(taints).toHaveLength(labels[POOL_LABEL] === 'system' ? 1 : 0);
    },
  );

  test.each(environments)(
    '[L3] nodes of two cores hold the pods of $name, with one more while they are rolled out',
    (environment) => {
      const { profile } = environment;
      const workload = layOutNodes(nodesOf(environment, 2)).filter(({ labels }) => labels[POOL_LABEL] === 'workload');
      const eachHolds = Math.floor(1_500 / profile.requests.cpuMillis);
      expect(eachHolds * workload.length).toBeGreaterThan(profile.replicas.min);
    },
  );
});

describe('the stand-in for Model Studio', () => {
  let server: Server;
  let url: string;
  beforeAll(async () => {
    server = createServer(answerAsModelStudio);
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('it must listen on a port');
    url = `http://127.0.0.1:${address.port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const ask = (path: string, question: object): Promise<Response> =>
    fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(question) });
  const CHAT = '/compatible-mode/v1/chat/completions';
  const question = { model: 'qwen-plus', messages: [{ role: 'user', content: 'two words' }] };

  test('[L3] answers with the question, and counts it', async () => {
    const answer: unknown = await (await ask(CHAT, question)).json();
    expect(answer).toMatchObject({
      model: 'qwen-plus',
      choices: [{ message: { content: 'two words' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 2, completion_tokens: 2, total_tokens: 4 },
    });
  });

  test('[L3] streams it where that is asked for, to the end', async () => {
    const response = await ask(CHAT, { ...question, stream: true });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const text = await response.text();
    expect(text).toContain('"content":"two words"');
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  test('[L3] refuses every other address', async () => {
    expect((await ask('/v1/chat/completions', question)).status).toBe(404);
  });
});
