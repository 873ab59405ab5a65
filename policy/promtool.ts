/**
 * Has Prometheus' own promtool read the rules of every environment as its gateway stack renders them, and play every scenario of `alerts/` to them: what
 * rings, with which labels and which words, and what does not.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { renderRuleFile, renderRuleGroups } from '../constructs/monitoring/alerts';
import { preparePrograms } from '../rehearsal/toolchain';
import { SCENARIOS } from './alerts';
import { unitTests } from './alerts/unit-tests';
import { gatewayStacks } from './gateway-stacks';

/** Runs promtool; what it says is shown when it finds something. @returns whether it found nothing */
function passes(promtool: string, parameters: readonly string[], directory: string): boolean {
  const { status, stdout, stderr, error } = spawnSync(promtool, parameters, { cwd: directory, encoding: 'utf8' });
  if (error !== undefined) throw error;
  if (status !== 0) console.error(`promtool ${parameters.join(' ')}\n${stdout}${stderr}`);
  return status === 0;
}

async function main(): Promise<void> {
  const { promtool } = await preparePrograms(['promtool']);
  const directory = mkdtempSync(join(tmpdir(), 'bailian-gateway-promtool-'));
  const write = (name: string, text: string): string => {
    writeFileSync(join(directory, name), text);
    return name;
  };
  try {
    const rules = gatewayStacks().map(({ node, monitoring }) =>
      write(`${node.id}.yml`, renderRuleFile(monitoring.values.ruleGroups)),
    );
    const tests = unitTests(renderRuleGroups(), SCENARIOS).map(({ groups, ...file }, index) => {
      const ruleFile = write(`rules-${index}.yml`, renderRuleFile(groups));
      return write(`tests-${index}.yml`, stringify({ rule_files: [ruleFile], ...file }, { lineWidth: 0 }));
    });
    const isRead = passes(promtool, ['check', 'rules', '--lint=all', '--lint-fatal', ...rules], directory);
    const isPlayed = passes(promtool, ['test', 'rules', ...tests], directory);
    if (!isRead || !isPlayed) process.exitCode = 1;
    else console.log(`promtool: rules of ${rules.length} environments read, ${SCENARIOS.length} scenarios as expected`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

main().catch((fault: unknown) => {
  console.error(fault instanceof Error ? fault.message : fault);
  process.exitCode = 1;
});
