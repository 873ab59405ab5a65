/**
 * The course of the drill: a minute of load, what rules, metrics and panels say of it; then everything is broken at once,
 * and what rings is followed from Prometheus to who is told; then all is mended, and the end is told, too.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RUNBOOKS, type AlertingRule, type RuleGroup } from '../../../constructs/monitoring/alerts';
import { WATCHDOG } from '../../../constructs/monitoring/routing';
import type { Finding } from '../../verdict';
import { PROJECT } from '../../workspace';
import { faultsOfMessages, messagesOf, notYetTold, type Ringing } from './arrivals';
import { checkChoices, checkMetrics, checkPanels, checkRules, type Checked } from './checks';
import { hurried, secondsOf, type Deployment } from './deployment';
import { FAULTS, NO_GATEWAY, type Fault } from './faults';
import { checkServed, mixedLoad, SteadyLoad } from './load';
import { choicesOf, questionsOf, type Question } from './questions';
import { Stage, type PodWish } from './stage';

export interface MonitoringDrillProps {
  readonly deployment: Deployment;
  /** What is broken before every replica is ended. */
  readonly faults: readonly Fault[];
  /** How many times sooner an alert rings than rendered; 1 as rendered. */
  readonly hurry: number;
  /** Folder of the drill; made anew. */
  readonly folder: string;
}

/** Load before anything is asked. */
const LOAD_SECONDS = 60;
/** What a panel may take longer, since the first rate needs two scrapes and the first recording an evaluation. */
const PANEL_SECONDS = 90;
/** From a fault to the moment from which an alert counts its time: windows of five minutes fill with it, on a busy machine. */
const RISE_SECONDS = 900;
/** From the moment when an alert rings to its message: an evaluation, the group's wait, and a retry. */
const MESSAGE_SECONDS = 120;
/** From the end of a fault to the message of it: windows must empty, and a group is told of a change after five minutes. */
const END_SECONDS = 660;
const POLL_MS = 3_000;
/** How often panels are looked at while things break. */
const LOOK_MS = 30_000;

/** Popular answers are asked for anew each hour; here at once, so that it is seen. */
const SERVING: PodWish = {
  temper: 'good',
  stores: 'shared',
  settings: { CACHE_POPULAR_HITS: '2', CACHE_REFRESH_MS: '60000' },
};

/** Alerts without a subject, of which the warning must be kept back while the critical one rings. */
const KEPT_BACK: readonly Ringing[] = [{ alert: 'HighErrorRate', severity: 'warning' }];

/** Plays it. @returns what was found */
export async function drillMonitoring(props: MonitoringDrillProps): Promise<readonly Finding[]> {
  const groups =
    props.hurry === 1
      ? props.deployment.monitoring.ruleGroups
      : hurried(props.deployment.monitoring.ruleGroups, props.hurry);
  const stage = await Stage.raise(props.deployment, groups, props.folder);
  try {
    return await new MonitoringDrill(stage, groups, props.faults).play();
  } finally {
    await stage.strike();
  }
}

class MonitoringDrill {
  readonly #findings: Finding[] = [];
  readonly #mend = new Map<Fault, () => Promise<void>>();
  /** What has been answered: the mark of a replica that began is there for a minute alone. */
  readonly #answered = new Set<Question>();

  constructor(
    private readonly stage: Stage,
    private readonly groups: readonly RuleGroup[],
    private readonly faults: readonly Fault[],
  ) {}

  async play(): Promise<readonly Finding[]> {
    const load = await this.#load();
    await sleep(LOAD_SECONDS * 1_000);
    const { prometheus } = this.stage;
    const texts = this.stage.deployment.monitoring.dashboards.files.map(({ json }) => json);
    const questions = texts.flatMap(questionsOf);
    await this.#check('panels with data after a minute of load', () =>
      this.#soon(() => checkPanels(prometheus, questions, 'until it happens', this.#answered)),
    );
    await this.#check('choices of dashboards', () => checkChoices(prometheus, texts.flatMap(choicesOf)));
    await this.#check('rules that evaluate', () => checkRules(prometheus, this.groups));
    await this.#check('metrics that rules and panels name', () => checkMetrics(prometheus, this.groups, questions));
    await this.#check('nothing rings before a fault', () => this.#mustBeSilent());
    await this.#check('requests served before a fault', () => Promise.resolve(checkServed(load)));

    await this.#break(questions);
    if (this.faults.length === FAULTS.length) {
      await this.#check('panels with data after the faults', () =>
        checkPanels(prometheus, questions, 'never', this.#answered),
      );
      await this.#check('warnings kept back while worse rings', () => this.#mustBeKeptBack());
    }
    await this.#mendAll();
    await load.stop();
    await this.#followed(NO_GATEWAY, Date.now(), () => this.#begin(NO_GATEWAY));
    await this.#check('ends that are told', () => this.#ends());
    await this.#check('messages by the right way', () => Promise.resolve(this.#ways()));
    await this.#check('rules that evaluated to the end', () => checkRules(prometheus, this.groups));
    return this.#findings;
  }

  /** Two replicas that share everything, and all kinds of requests to both. */
  async #load(): Promise<SteadyLoad> {
    const kinds = [];
    for (const name of ['serving-1', 'serving-2']) {
      kinds.push(...(await mixedLoad(await this.stage.addPod(name, SERVING))));
    }
    return new SteadyLoad(kinds);
  }

  /** Everything at once: windows are long, and a replica of its own keeps each fault from the others. */
  async #break(questions: readonly Question[]): Promise<void> {
    for (const fault of this.faults) await this.#begin(fault);
    const begun = Date.now();
    const looks = setInterval(() => {
      void checkPanels(this.stage.prometheus, questions, 'until it happens', this.#answered).catch(() => undefined);
    }, LOOK_MS);
    await Promise.all(this.faults.map((fault) => this.#followed(fault, begun, () => Promise.resolve())));
    clearInterval(looks);
  }

  async #begin(fault: Fault): Promise<void> {
    await this.#check(`fault: ${fault.name}`, async () => {
      this.#mend.set(fault, await fault.begin(this.stage));
      return { count: fault.rings.length, faults: [], remarks: [] };
    });
  }

  async #mendAll(): Promise<void> {
    for (const [fault, mend] of this.#mend) {
      await mend();
      this.#mend.delete(fault);
    }
  }

  /** One row for each alert of a fault: it is told to everybody who must be told. */
  async #followed({ rings }: Fault, begun: number, begin: () => Promise<void>): Promise<void> {
    await begin();
    await Promise.all(
      rings.map((ringing) =>
        this.#check(`${ringing.severity} ${ringing.alert} is told of`, () => this.#told(ringing, begun), begun),
      ),
    );
  }

  async #told(ringing: Ringing, begun: number): Promise<Checked> {
    const { reached, receivers } = this.stage;
    const until = begun + (RISE_SECONDS + this.#lasts(ringing) + MESSAGE_SECONDS) * 1_000;
    for (;;) {
      const missing = notYetTold(receivers.messages, ringing, reached);
      const told = messagesOf(receivers.messages, ringing);
      if (missing.length === 0) {
        const ways = told.map(({ receiver, way }) => `${receiver} by ${way}`);
        return { count: told.length, faults: [], remarks: [...new Set(ways)] };
      }
      if (Date.now() > until) {
        const state = (await this.stage.prometheus.alerts()).find(
          ({ labels }) => labels['alertname'] === ringing.alert && labels['severity'] === ringing.severity,
        )?.state;
        return {
          count: told.length,
          faults: [`not told: ${missing.join(', ')}; in Prometheus it is ${state ?? 'silent'}`],
          remarks: [],
        };
      }
      await sleep(POLL_MS);
    }
  }

  /** How long it must last before it rings, the shortest where it has several windows. */
  #lasts({ alert, severity }: Ringing): number {
    const rules = this.groups.flatMap(({ rules: all }) =>
      all.filter(
        (rule): rule is AlertingRule => 'alert' in rule && rule.alert === alert && rule.labels.severity === severity,
      ),
    );
    return Math.min(...rules.map((rule) => secondsOf(rule.for)));
  }

  /** Asks again until there is no fault, or too much time has passed. */
  async #soon(check: () => Promise<Checked>): Promise<Checked> {
    const until = Date.now() + PANEL_SECONDS * 1_000;
    for (;;) {
      const checked = await check();
      if (checked.faults.length === 0 || Date.now() > until) return checked;
      await sleep(POLL_MS);
    }
  }

  async #mustBeSilent(): Promise<Checked> {
    const firing = (await this.stage.prometheus.alerts()).filter(({ state }) => state === 'firing');
    const names = firing.map(({ labels }) => labels['alertname'] ?? '');
    const faults = names.filter((name) => name !== WATCHDOG).map((name) => `${name} rings`);
    return {
      count: names.length,
      faults: names.includes(WATCHDOG) ? faults : [...faults, 'the Watchdog does not ring'],
      remarks: [],
    };
  }

  async #mustBeKeptBack(): Promise<Checked> {
    const faults: string[] = [];
    for (const { alert, severity } of KEPT_BACK) {
      const states = await this.stage.statesInAlertmanager(alert, severity);
      const told = messagesOf(this.stage.receivers.messages, { alert, severity }).length;
      if (states.join() !== 'suppressed' || told > 0) {
        faults.push(`${severity} ${alert} is ${states.join(', ') || 'silent'} and was told ${told} times`);
      }
    }
    return { count: KEPT_BACK.length, faults, remarks: [] };
  }

  /** Everything that was mended is told to be over, to everybody who was told that it had begun. */
  async #ends(): Promise<Checked> {
    const { messages } = this.stage.receivers;
    const begun = this.faults.flatMap(({ rings }) => rings);
    const isOver = (ringing: Ringing): boolean => {
      const told = messagesOf(messages, ringing);
      const over = new Set(
        told.filter(({ status }) => status === 'resolved').map(({ receiver, way }) => `${receiver} ${way}`),
      );
      return told.length > 0 && told.every(({ receiver, way }) => over.has(`${receiver} ${way}`));
    };
    const until = Date.now() + END_SECONDS * 1_000;
    while (begun.some((ringing) => !isOver(ringing)) && Date.now() < until) await sleep(POLL_MS);
    const open = begun.filter((ringing) => !isOver(ringing));
    // Once each is enough to prove the way; what compares hours is over when hours have passed.
    const over = begun.length - open.length;
    return {
      count: over,
      faults: over === 0 ? ['no end was told of'] : [],
      remarks: open.length === 0 ? [] : [`still rings: ${open.map(({ alert }) => alert).join(', ')}`],
    };
  }

  #ways(): Checked {
    const { messages, strays } = this.stage.receivers;
    const exists = (url: string): boolean =>
      url.startsWith(RUNBOOKS) && existsSync(join(PROJECT, 'docs', 'runbooks', url.slice(RUNBOOKS.length + 1)));
    const beats = messagesOf(messages, { alert: WATCHDOG, severity: 'info' }).length;
    const faults = [
      ...faultsOfMessages(messages, this.stage.reached, exists),
      ...strays.map((stray) => `for nobody: ${stray}`),
    ];
    const ways = new Map<string, number>();
    for (const { way } of messages) ways.set(way, (ways.get(way) ?? 0) + 1);
    return {
      count: messages.length,
      faults: beats < 2 ? [...faults, `the heartbeat was heard ${beats} times`] : faults,
      remarks: [[...ways].map(([way, count]) => `${count} by ${way}`).join(', '), `${beats} heartbeats`],
    };
  }

  async #check(step: string, work: () => Promise<Checked>, started = Date.now()): Promise<void> {
    const { count, faults, remarks } = await work().catch((fault: unknown): Checked => ({
      count: 0,
      faults: [fault instanceof Error ? fault.message : String(fault)],
      remarks: [],
    }));
    const finding: Finding = {
      stack: 'monitoring',
      step,
      resources: count,
      seconds: (Date.now() - started) / 1_000,
      ...(faults.length > 0 && { fault: faults.join('; ') }),
    };
    this.#findings.push(finding);
    console.log(`${clock()} ${step}: ${count}, ${finding.fault ?? 'passed'} (${finding.seconds.toFixed(0)} s)`);
    for (const remark of remarks) console.log(`  ${remark}`);
  }
}

const clock = (): string => new Date().toISOString().slice(11, 19);
