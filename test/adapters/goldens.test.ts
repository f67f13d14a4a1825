import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CAUSES, CAUSE_NAMES } from '../../src/core/causes/index.ts';
import { SECTION_TITLES } from '../../src/core/model/evidence.ts';
import { headlineOf } from '../../src/core/report/headline.ts';
import type { Report } from '../../src/core/report/report.ts';
import { failedReport, passedReport } from '../core/report/fixtures/reports.ts';
import { GOLDENS, expectGolden } from '../judges/golden.ts';
import { azureEffects } from '../judges/azure-agent-parser.ts';
import { STAGES, type Stage } from './hosts.ts';

const CASES: readonly (readonly [name: string, report: Report])[] = [
  ['PASSED', passedReport()],
  ...CAUSE_NAMES.map((cause) => [cause, failedReport(cause)] as const),
];

async function shown(make: () => Stage, report: Report): Promise<Stage> {
  const stage = make();
  await stage.host.report(report);
  return stage;
}

describe.each(CASES)('%s', (name, report) => {
  test.each(['azure', 'github', 'terminal'] as const)('%s', async (place) => {
    const { output } = await shown(STAGES[place], report);
    expectGolden(`${name}/${place}.txt`, output.text);
    const visible = place === 'azure' ? output.lines.filter((line) => azureEffects(line).length === 0) : output.lines;
    expect(visible.at(-1)).toBe(headlineOf(report));
    expect(output.flushes).toBe(1);
  });

  test('summary', async () => {
    const { store } = await shown(STAGES.terminal, report);
    expectGolden(`${name}/summary.md`, store.files.get('summary.md') ?? '');
  });
});

test('no golden is left of a cause that is gone', () => {
  const folders = readdirSync(GOLDENS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name).sort()).toEqual(CASES.map(([name]) => name).sort());
});

test.each(CAUSE_NAMES)('%s: the headline and the section title tell fault, cause and first step', async (cause) => {
  const report = failedReport(cause);
  const { output } = await shown(STAGES.terminal, report);
  const spec = CAUSES[cause];
  const headings = output.lines.filter((line) => line.startsWith('=== '));
  const { namespace } = report;
  const [step] =
    report.verdict.kind === 'failed' ? spec.entry.remediation({ namespace, ...report.verdict.finding.evidence }) : [];
  expect(headings[0]).toBe(`=== ${spec.class} ${cause}: ${spec.title} ===`);
  if (spec.class === 'CANCELLED') {
    expect(headings.some((line) => Object.values(SECTION_TITLES).some((title) => line.includes(title)))).toBe(false);
    return;
  }
  expect(headings[1]).toBe(`=== ${SECTION_TITLES[spec.section]} ===`);
  expect(output.lines.at(-1)).toMatch(new RegExp(`^TESTCAR GATE: ${spec.class} ${cause}: .+ -> .+`));
  expect(output.lines.at(-1)).toContain(step?.slice(0, 60));
  expect(output.text).toMatch(
    /Technical Impact: +\S[^]*Customer Impact: +\S[^]*Data Loss: +\S[^]*Remediation:\n +1\. \S/,
  );
});
