/** What is made of a Prometheus' answers: a stand-in on loopback gives those that a broken one would. */
import { createServer, type Server } from 'node:http';
import type { RuleGroup } from '../../../../constructs/monitoring/alerts';
import { checkMetrics, checkPanels, checkRules } from '../../../drills/monitoring/checks';
import { PrometheusApi } from '../../../drills/monitoring/prometheus';

const RULES: readonly RuleGroup[] = [
  { name: 'traffic', rules: [{ record: 'gateway:rate', expr: 'sum(gateway_auth_total)', labels: {} }] },
  { name: 'empty', rules: [] },
];

interface Answers {
  readonly names?: readonly string[];
  readonly described?: readonly string[];
  readonly groups?: readonly object[];
  readonly values?: Readonly<Record<string, string>>;
}

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A query is what it names, separated by spaces. */
async function prometheus({ names = [], described = [], groups = [], values = {} }: Answers): Promise<PrometheusApi> {
  const answer = (path: string, query: string): unknown => {
    if (path.endsWith('/parse_query')) {
      return { type: 'call', args: query.split(' ').map((name) => ({ type: 'vectorSelector', name })) };
    }
    if (path.endsWith('/metadata')) return Object.fromEntries(described.map((name) => [name, []]));
    if (path.endsWith('/rules')) return { groups };
    if (path.endsWith('/values')) return names;
    const value = values[query];
    return { resultType: 'vector', result: value === undefined ? [] : [{ metric: {}, value: [0, value] }] };
  };
  const server = createServer(({ url = '' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    response.end(JSON.stringify({ status: 'success', data: answer(pathname, searchParams.get('query') ?? '') }));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return new PrometheusApi(`http://127.0.0.1:${address.port}`);
}

const panel = (expr: string, emptyUntil?: string) => ({
  dashboard: 'D',
  panel: 'P',
  expr,
  ...(emptyUntil !== undefined && { emptyUntil }),
});

describe('Rules', () => {
  const group = (health: string, name = 'gateway:rate', evaluationTime = 0.01) => ({
    name: 'traffic',
    interval: 30,
    evaluationTime,
    rules: [{ name, health, lastError: 'many-to-many matching' }],
  });

  test('[M3] are well when each is loaded and evaluates in its time', async () => {
    expect(await checkRules(await prometheus({ groups: [group('ok')] }), RULES)).toMatchObject({
      count: 1,
      faults: [],
    });
  });

  test.each([
    ['is not loaded', [], /traffic is not loaded/],
    ['fails', [group('err')], /gateway:rate is err, many-to-many/],
    ['is another', [group('ok', 'gateway:other')], /other rules/],
    ['takes too long', [group('ok', 'gateway:rate', 31)], /takes 31 s/],
  ])('[M3] are not when one %s', async (_, groups, fault) => {
    const { faults } = await checkRules(await prometheus({ groups }), RULES);
    expect(faults).toEqual([expect.stringMatching(fault)]);
  });
});

describe('Metrics', () => {
  test('[M2] are scraped, recorded, described without a series yet, or an exporter’s', async () => {
    const api = await prometheus({ names: ['gateway_auth_total'], described: ['gateway_queue_wait_seconds'] });
    const asked = panel('gateway:rate gateway_queue_wait_seconds_bucket kube_deployment_spec_replicas');
    expect(
      await checkMetrics(
        api,
        [{ name: 'g', rules: [{ record: 'gateway:rate', expr: 'gateway_auth_total', labels: {} }] }],
        [asked],
      ),
    ).toEqual({
      count: 4,
      faults: [],
      remarks: ['not scraped here: 1 of kube-state-metrics'],
    });
  });

  test('[M2] are a fault when nobody has them', async () => {
    const { faults } = await checkMetrics(await prometheus({}), [], [panel('gateway_authh_total')]);
    expect(faults).toEqual(['nothing exposes gateway_authh_total']);
  });
});

describe('Panels', () => {
  test('[M6] have data when a value is a number', async () => {
    const api = await prometheus({ names: ['a', 'b'], values: { a: '0', b: 'NaN' } });
    expect(await checkPanels(api, [panel('a')], 'never')).toEqual({ count: 1, faults: [], remarks: [] });
    expect((await checkPanels(api, [panel('b')], 'never')).faults).toEqual(['D, P has no data: b']);
  });

  test('[M6] may be empty until what they say, and no longer', async () => {
    const api = await prometheus({});
    const asked = [panel('gateway_auth_total', 'somebody asks')];
    expect(await checkPanels(api, asked, 'until it happens')).toMatchObject({
      faults: [],
      remarks: ['D, P: empty until somebody asks'],
    });
    expect((await checkPanels(api, asked, 'never')).faults).toHaveLength(1);
  });

  test('[M6] may be empty where their exporter is not scraped', async () => {
    const asked = [panel('node_memory_MemTotal_bytes')];
    expect(await checkPanels(await prometheus({}), asked, 'never')).toMatchObject({
      faults: [],
      remarks: ['D, P: asks node-exporter'],
    });
    const scraped = await prometheus({ names: ['node_memory_MemTotal_bytes'] });
    expect((await checkPanels(scraped, asked, 'never')).faults).toHaveLength(1);
  });
});
