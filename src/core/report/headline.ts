import { CAUSES } from '../causes/index.ts';
import { sentence } from '../causes/wording.ts';
import type { Results, TestCase, TestCounts } from '../model/results.ts';
import type { Failed } from '../judge/verdict.ts';
import { located } from './located.ts';
import type { Report } from './report.ts';
import { oneLine, truncate } from './text.ts';

const MAX_WHAT_BYTES = 600;
const MAX_STEP_BYTES = 300;
/** Azure and GitHub keep ten errors per step (ExecutionContext, _maxIssueCount and _maxCountPerIssueType). */
const MAX_ISSUES = 10;

/** The last line of every output: whose fault, which cause, what happened, what to do now. */
export function headlineOf(report: Report): string {
  const verdict = located(report.verdict, report.namespace);
  return `TESTCAR GATE: ${verdict.kind === 'passed' ? passedHeadline(report) : failedHeadline(verdict)}`;
}

function failedHeadline(verdict: Failed): string {
  const { cause } = verdict.finding;
  const step = firstStep(verdict);
  return `${verdict.class} ${cause}: ${whatHappened(verdict)}${step === '' ? '' : ` -> ${truncate(step, MAX_STEP_BYTES)}`}`;
}

export function whatHappened({ finding }: Pick<Failed, 'finding'>): string {
  const { cause, evidence } = finding;
  const shard = evidence.shard === undefined ? '' : `${sentence(evidence.shard)}: `;
  return truncate(oneLine(`${shard}${CAUSES[cause].headline(evidence)}`), MAX_WHAT_BYTES);
}

/** The first remediation step; empty for a cancelled run, which nobody has to repair. */
export function firstStep({ finding, class: verdictClass }: Failed): string {
  if (verdictClass === 'CANCELLED') return '';
  return oneLine(CAUSES[finding.cause].entry.remediation(finding.evidence)[0] ?? '');
}

function passedHeadline(report: Report): string {
  const hash = report.revision?.podTemplateHash ?? 'unknown';
  const revision = `revision ${oneLine(report.sut)} ${oneLine(hash)}`;
  return `PASSED ${report.results ? passedInWords(report.results) : 'without results'}, ${revision}, ${outcome(report)}`;
}

function outcome({ promoted, mode, unchanged }: Report): string {
  if (unchanged === true) return `mode ${mode}, not a new revision: the manifests changed nothing`;
  return promoted === undefined ? `mode ${mode}` : promoted ? 'promoted' : 'not promoted';
}

/** A weaker proof says so in the one line that everybody reads. */
function passedInWords({ counts, source }: Results): string {
  if (source === 'exit-code') return 'by exit code only: no test was counted';
  return source === 'log' ? `${countsInWords(counts)} by its own log` : countsInWords(counts);
}

/** How many tests there were, as far as that was counted. */
export function testsInWords({ counts, source }: Results): string {
  return source === 'exit-code' ? 'not counted (results: exit-code)' : countsInWords(counts);
}

/** `42 tests`, `42 tests (3 skipped)`, `42 tests (2 failed, 1 error)`. */
export function countsInWords({ tests, failed, errors, skipped }: TestCounts): string {
  const parts = [
    failed > 0 ? `${failed} failed` : '',
    errors > 0 ? `${errors} ${errors === 1 ? 'error' : 'errors'}` : '',
    skipped > 0 ? `${skipped} skipped` : '',
  ].filter((part) => part !== '');
  return `${tests} ${tests === 1 ? 'test' : 'tests'}${parts.length === 0 ? '' : ` (${parts.join(', ')})`}`;
}

export type Issue = { level: 'error' | 'warning'; title: string; text: string };

/**
 * What a platform lists beside the log: the headline first, then failed tests as far as the platforms show them. None
 * for PASSED; a cancelled run is a warning, because nothing is wrong with anybody's work.
 */
export function issuesOf(report: Report): readonly Issue[] {
  const { verdict } = report;
  if (verdict.kind === 'passed') return [];
  const title = `${verdict.class} ${verdict.finding.cause}`;
  const level = verdict.class === 'CANCELLED' ? 'warning' : 'error';
  const tests = verdict.class === 'CANCELLED' ? [] : failedTests(report).slice(0, MAX_ISSUES - 1);
  return [
    { level, title, text: headlineOf(report) },
    ...tests.map((test): Issue => ({ level: 'error', title: `Test ${test.outcome}`, text: testInWords(test) })),
  ];
}

/** The first of them, for lists; how many there are say the counts. */
export function failedTests(report: Report): readonly TestCase[] {
  return report.results?.failed ?? [];
}

export function testName({ suite, classname, name }: Pick<TestCase, 'suite' | 'classname' | 'name'>): string {
  const group = oneLine(classname) || oneLine(suite);
  return group === '' ? oneLine(name) : `${group} › ${oneLine(name)}`;
}

function testInWords(test: TestCase): string {
  const message = oneLine(test.message) || oneLine(test.details.slice(0, 4_000));
  return truncate(message === '' ? testName(test) : `${testName(test)}: ${message}`, 2_000);
}
