/**
 * Runs a command of the `aliyun` tool against the double, so that the removal that a drill names for an orphan is
 * proven and not only printed. It knows the forms that the double's kinds name, and no others.
 */
import type { WireRequest } from '../cloud/wire';
import type { Double } from '../cloud/double';

/** Version of each product in the RPC style, which the tool adds by itself. */
export const RPC_VERSIONS: Readonly<Record<string, string>> = {
  cms: '2019-01-01',
  cr: '2018-12-01',
  ecs: '2014-05-26',
  ims: '2019-08-15',
  kms: '2016-01-20',
  oos: '2019-06-01',
  'r-kvstore': '2015-01-01',
  ram: '2015-05-01',
  rds: '2014-08-15',
  vpc: '2016-04-28',
};

/** Log Service has a host a project, and a path for what is in it. */
const SLS_PATHS: Readonly<Record<string, (options: ReadonlyMap<string, string>) => string>> = {
  DeleteProject: () => '/',
  DeleteLogStore: (options) => `/logstores/${options.get('logstore') ?? ''}`,
  DeleteIndex: (options) => `/logstores/${options.get('logstore') ?? ''}/index`,
};

/** The request that a command makes. @throws Error for a command of no known form */
export function requestOf(command: string, region: string): WireRequest {
  const [tool, product, verb, ...rest] = wordsOf(command);
  const unknown = (): Error => new Error(`no drill knows how to run "${command}"; add its form to drills/removal.ts`);
  if (tool !== 'aliyun' || product === undefined || verb === undefined) throw unknown();

  if (/^(DELETE|POST|PUT)$/.test(verb)) {
    const [path, ...options] = rest;
    if (path === undefined) throw unknown();
    const given = optionsOf(options);
    const body = given.get('body') ?? '';
    const query = new URLSearchParams([...given].filter(([name]) => name !== 'body'));
    return { ...EMPTY, method: verb, host: `${product}.${region}.aliyuncs.com`, path, query, body: Buffer.from(body) };
  }

  const options = optionsOf(rest);
  if (product === 'sls') {
    const path = SLS_PATHS[verb];
    const project = options.get('project');
    if (path === undefined || project === undefined) throw unknown();
    return { ...EMPTY, method: 'DELETE', host: `${project}.${region}.log.aliyuncs.com`, path: path(options) };
  }

  const Version = RPC_VERSIONS[product];
  if (Version === undefined) throw unknown();
  const query = new URLSearchParams({ Action: verb, Version, RegionId: region, ...Object.fromEntries(options) });
  return { ...EMPTY, method: 'POST', host: `${product}.${region}.aliyuncs.com`, query };
}

const EMPTY = { method: 'GET', path: '/', query: new URLSearchParams(), headers: {}, body: Buffer.alloc(0) };

/** Runs the command. @throws Error with the answer when it is refused */
export async function runRemoval(command: string, double: Double, region: string): Promise<void> {
  const request = requestOf(command, region);
  // Some products have one host for all regions.
  const regional = double.router.knows(request.host);
  const host = regional ? request.host : request.host.replace(`.${region}`, '');
  const answer = await double.router.handle({ ...request, host });
  if (answer === 'dropped') throw new Error(`${command}: the connection was dropped`);
  if (answer.status >= 300) throw new Error(`${command}: ${answer.status} ${answer.body.toString()}`);
}

/** The words of a command line; quotes hold one together. */
function wordsOf(command: string): readonly string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

/** `--Name value` pairs. */
function optionsOf(words: readonly string[]): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  for (let at = 0; at + 1 < words.length; at += 2)
    options.set((words[at] ?? '').replace(/^--/, ''), words[at + 1] ?? '');
  return options;
}
