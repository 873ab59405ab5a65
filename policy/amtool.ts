/**
 * Asks Alertmanager's own tool, for every environment, whether it takes the routing, and whom it would tell of an alert of
 * each severity and component; and sees it refuse a routing with a fault.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ALERT_COMPONENTS, ALERT_SEVERITIES } from '../constructs/monitoring/alerts';
import {
  alertRouting,
  renderAlertmanagerFile,
  type AlertRouting,
  type ReceiverName,
  type ReceiverSecret,
} from '../constructs/monitoring/routing';
import { environments } from '../environments';
import { preparePrograms } from '../rehearsal/toolchain';
import { TOLD, TOLD_BESIDE } from './alert-routes';

const run = promisify(execFile);

/** Of the form that each secret has; none of them opens anything. */
const PLACEHOLDERS: Readonly<Record<ReceiverSecret, string>> = {
  slackUrl: 'https://slack.invalid/services/placeholder',
  pagerDutyOnCall: 'placeholder',
  pagerDutyOperations: 'placeholder',
  smtpPassword: 'placeholder',
  webhookUrl: 'https://webhook.invalid/placeholder',
  heartbeatUrl: 'https://heartbeat.invalid/placeholder',
};

/** An alert by its labels, and who must be told of it. */
interface Row {
  readonly labels: Readonly<Record<string, string>>;
  readonly told: readonly ReceiverName[];
}

const ROWS: readonly Row[] = [
  ...ALERT_COMPONENTS.flatMap((component) =>
    ALERT_SEVERITIES.map((severity) => ({ labels: { severity, component }, told: TOLD[component][severity] })),
  ),
  ...TOLD_BESIDE,
];

async function main(): Promise<void> {
  const { amtool } = await preparePrograms(['amtool']);
  const folder = mkdtempSync(join(tmpdir(), 'bailian-gateway-amtool-'));
  try {
    const faults: string[] = [];
    let asked = 0;
    for (const { name, monitoring } of environments) {
      const routing = alertRouting(name, monitoring.channels);
      const file = write(folder, `${name}.yml`, routing);
      await run(amtool, ['check-config', file]);
      for (const row of ROWS) {
        const told = await receiversOf(amtool, file, row.labels);
        asked += 1;
        faults.push(...faultsOf(name, routing, row, told));
      }
    }
    await refuses(amtool, folder);
    for (const fault of faults) console.error(fault);
    console.log(
      `amtool: the routing of ${environments.length} environments is valid, ` +
        `${asked - faults.length} of ${asked} alerts reach whom they must, and a routing to nobody is refused`,
    );
    if (faults.length > 0) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Whom an alert with these labels would reach, in the order of the routes. */
async function receiversOf(amtool: string, file: string, labels: Row['labels']): Promise<readonly string[]> {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${value}`);
  const { stdout } = await run(amtool, ['config', 'routes', 'test', `--config.file=${file}`, ...pairs]);
  return stdout.trim().split(',');
}

function* faultsOf(
  environment: string,
  { receivers }: AlertRouting,
  { labels, told }: Row,
  actual: readonly string[],
): Iterable<string> {
  const reached = new Set(receivers.map(({ name }) => name));
  // Without a dead man's switch, nobody hears that all is well.
  const wanted = told
    .map((name) => (name === 'heartbeat' && !reached.has(name) ? 'nobody' : name))
    .filter((name) => reached.has(name));
  const alert = `${environment}: ${JSON.stringify(labels)}`;
  if (actual.join() !== wanted.join()) {
    yield `${alert} reaches ${actual.join(', ')} and must reach ${wanted.join(', ')}`;
  }
  const pagers = receivers.filter(({ integrations }) => integrations.some(({ kind }) => kind === 'pagerDuty'));
  const paged = pagers.filter(({ name }) => actual.includes(name)).map(({ name }) => name);
  if (labels['severity'] !== 'critical' && paged.length > 0) {
    yield `${alert} pages ${paged.join(', ')}; only critical alerts may wake somebody`;
  }
}

/** A routing to a receiver that is not there must be refused, or what was valid before says nothing. */
async function refuses(amtool: string, folder: string): Promise<void> {
  const [environment] = environments;
  if (environment === undefined) throw new Error('there is no environment; name one in environments/index.ts');
  const routing = alertRouting(environment.name, environment.monitoring.channels);
  const file = write(folder, 'faulty.yml', {
    ...routing,
    receivers: routing.receivers.filter(({ name }) => name !== 'critical-alerts'),
  });
  const accepted = await run(amtool, ['check-config', file]).then(
    () => true,
    () => false,
  );
  if (accepted) throw new Error('amtool takes a route to a receiver that is not there: its checks prove nothing');
}

function write(folder: string, name: string, routing: AlertRouting): string {
  const file = join(folder, name);
  writeFileSync(file, renderAlertmanagerFile(routing, { secrets: PLACEHOLDERS }), { mode: 0o600 });
  return file;
}

main().catch((fault: unknown) => {
  console.error(fault);
  process.exitCode = 1;
});
