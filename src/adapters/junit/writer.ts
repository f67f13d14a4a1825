import type { TestCase as CaseNode, TestSuite } from 'junit-report-builder';
import { CAUSES } from '../../core/causes/index.ts';
import { sentence } from '../../core/causes/wording.ts';
import type { Failed } from '../../core/judge/verdict.ts';
import type { SafeText } from '../../core/report/neutralise.ts';
import type { Redacted } from '../../core/report/redact.ts';
import { PHASES, type Phase, type Report } from '../../core/report/report.ts';
import { newBuilder, suiteText } from './built.ts';
import { caseSuites } from './case-suites.ts';
import { safeName, safeText } from './safe-text.ts';

/** Suite of the gate's own phases. */
export const GATE_SUITE = 'testcar.gate';

/** Suite of the control run. */
export const CONTROL_SUITE = 'testcar.control';

/** The report cannot tell on itself: it is written while that phase runs. */
const SHOWN: readonly Phase[] = PHASES.filter((phase) => phase !== 'report');

/**
 * The JUnit XML of a run, piece by piece: first the phases of the gate, so that a run that never came to test is red in
 * every test tab too, then testcar's cases, written anew in the order of their files. Deterministic; UTF-8, no namespace.
 */
export function* writeJUnit(report: Redacted<Report>): Generator<SafeText, void> {
  for (const piece of pieces(report)) yield piece as SafeText;
}

function* pieces(report: Report): Generator<string, void> {
  const failedIn = report.verdict.kind === 'failed' ? failedPhase(report, report.verdict) : undefined;
  yield rootText(report);
  yield suiteText(GATE_SUITE, (suite) => {
    for (const [name, value] of propertiesOf(report)) suite.property(name, safeName(value));
    for (const phase of SHOWN) addPhase(suite, phase, report, failedIn);
  });
  yield* caseSuites(report.results?.cases ?? [], report.shards?.length ?? 0);
  if (report.control?.kind === 'compared') yield controlSuite(report.control);
  yield '\n</testsuites>\n';
}

/** What a person who has only the file asks first. */
function propertiesOf({ runId, attempt, mode, namespace, verdict, results }: Report): readonly [string, string][] {
  const all: readonly [string, string | undefined][] = [
    ['run', runId],
    ['attempt', attempt],
    ['mode', mode],
    ['namespace', namespace],
    ['verdict', verdict.class],
    ['cause', verdict.kind === 'failed' ? verdict.finding.cause : undefined],
    ['results sha256', results?.sha256],
  ];
  return all.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[`testcar-gate ${name}`, value]]));
}

/**
 * What failed tests did against the stable revision. Skipped, because they are no results of this run: neither a failure
 * of the stable revision nor a pass there may change what a test tab counts.
 */
function controlSuite({ stable, cases }: Extract<NonNullable<Report['control']>, { kind: 'compared' }>): string {
  return suiteText(CONTROL_SUITE, (suite) => {
    for (const { classname, name, there } of cases) {
      const node = suite.testCase().name(safeName(name) || 'test without a name');
      if (classname !== '') node.className(safeName(classname));
      node.skipped();
      node.standardOutput(safeText(`control run against the stable revision ${stable}: ${there}`));
    }
  });
}

/** XML declaration and start tag of the root, without counts: readers count for themselves. */
function rootText({ sut, attempt }: Report): string {
  const again = attempt === undefined || attempt === '1' ? '' : `, attempt ${attempt}`;
  const text = newBuilder()
    .name(safeName(`Testcar Gate ${sut}${again}`))
    .build();
  return `${text.slice(0, text.indexOf(' tests="'))}>`;
}

function addPhase(gate: TestSuite, phase: Phase, report: Report, failedIn: Phase | undefined): void {
  const node = gate.testCase().className(GATE_SUITE).name(phase);
  const spans = report.phases.filter((span) => span.phase === phase);
  if (spans.length > 0) node.time(spans.reduce((sum, span) => sum + span.endedAtMs - span.startedAtMs, 0) / 1000);
  const place = SHOWN.indexOf(phase);
  if (phase === failedIn && report.verdict.kind === 'failed') addVerdict(node, report.verdict);
  else if (failedIn !== undefined && place > SHOWN.indexOf(failedIn)) node.skipped();
  else if (spans.length === 0 && !report.phases.some((later) => PHASES.indexOf(later.phase) > place)) node.skipped();
}

function addVerdict(node: CaseNode, { class: verdictClass, finding }: Failed): void {
  const { cause, evidence } = finding;
  const { title, headline, entry } = CAUSES[cause];
  const ofShard = evidence.shard === undefined ? '' : `${sentence(evidence.shard)}: `;
  const message = safeText(`[${verdictClass}] ${cause}: ${ofShard}${headline(evidence)}`);
  const body = safeText([title, ...entry.remediation(evidence).map((line) => `- ${line}`)].join('\n'));
  if (verdictClass === 'TEST_FAILED') node.failure(message, verdictClass).stacktrace(body);
  else node.error(message, verdictClass, body);
}

/**
 * Where the run failed: the last phase that it entered before it began to clean up. Failing tests are told while
 * results are collected or compared, but what failed is the test.
 */
function failedPhase(report: Report, verdict: Failed): Phase {
  if (verdict.class === 'TEST_FAILED') return 'test';
  const entered = report.phases.map(({ phase }) => phase);
  if (entered.at(-1) === 'report') entered.pop();
  if (entered.at(-1) === 'settle' && entered.length > 1) entered.pop();
  return entered.at(-1) ?? 'configure';
}
