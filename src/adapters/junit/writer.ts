import library, { type Builder, type TestCase as CaseNode, type TestSuite } from 'junit-report-builder';
import { CAUSES } from '../../core/causes/index.ts';
import type { TestCase } from '../../core/model/results.ts';
import type { Failed } from '../../core/model/verdict.ts';
import { PHASES, type Phase, type Report } from '../../core/report/report.ts';
import { safeName, safeText } from './safe-text.ts';

/** Suite of the gate's own phases. */
export const GATE_SUITE = 'testcar.gate';

/** The report cannot tell on itself: it is written while that phase runs. */
const SHOWN: readonly Phase[] = PHASES.filter((phase) => phase !== 'report');

/**
 * The JUnit XML of a run: first the phases of the gate, so that a run that never came to test is red in every test tab
 * too, then testcar's cases, written anew. Deterministic; UTF-8, no namespace.
 */
export function writeJUnit(report: Report): string {
  const root = newBuilder().name(`Testcar Gate ${safeName(report.sut)}`.trim());
  const gate = root.testSuite().name(GATE_SUITE);
  const failedIn = report.verdict.kind === 'failed' ? failedPhase(report, report.verdict) : undefined;
  for (const phase of SHOWN) addPhase(gate, phase, report, failedIn);

  const suites = new Map<string, TestSuite>();
  for (const one of report.results?.cases ?? []) {
    let suite = suites.get(one.suite);
    if (!suite) {
      suite = root.testSuite().name(safeName(one.suite) || 'testcar');
      suites.set(one.suite, suite);
    }
    addCase(suite, one);
  }
  return root.build();
}

/** The types of the package describe a `default` within the module, which its CommonJS build does not have. */
function newBuilder(): Builder {
  const found: unknown = library;
  return isBuilder(found) ? found.newBuilder() : library.default.newBuilder();
}

function isBuilder(value: unknown): value is Builder {
  return typeof value === 'object' && value !== null && 'newBuilder' in value;
}

function addPhase(gate: TestSuite, phase: Phase, report: Report, failedIn: Phase | undefined): void {
  const node = gate.testCase().className(GATE_SUITE).name(phase);
  const spans = report.phases.filter((span) => span.phase === phase);
  if (spans.length > 0) node.time(spans.reduce((sum, span) => sum + span.endedAtMs - span.startedAtMs, 0) / 1000);
  if (phase === failedIn && report.verdict.kind === 'failed') addVerdict(node, report.verdict);
  else if (spans.length === 0 || (failedIn !== undefined && SHOWN.indexOf(phase) > SHOWN.indexOf(failedIn))) node.skipped();
}

function addVerdict(node: CaseNode, { class: verdictClass, finding }: Failed): void {
  const { cause, evidence } = finding;
  const { title, headline, entry } = CAUSES[cause];
  const message = safeText(`[${verdictClass}] ${cause}: ${headline(evidence)}`);
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

function addCase(suite: TestSuite, { classname, name, timeMs, outcome, message, details }: TestCase): void {
  // Azure drops a case without a name.
  const node = suite.testCase().name(safeName(name) || 'test without a name');
  if (classname !== '') node.className(safeName(classname));
  if (timeMs !== undefined) node.time(timeMs / 1000);
  if (outcome === 'passed') return;
  if (outcome === 'skipped') {
    node.skipped();
    // The builder has no place for why a test was skipped.
    const why = safeText(message || details);
    if (why !== '') node.standardOutput(why);
    return;
  }
  const [text, stack] = [safeText(message || firstLine(details) || 'no message'), safeText(details)];
  if (outcome === 'error') node.error(text, undefined, stack);
  else node.failure(text).stacktrace(stack);
}

function firstLine(text: string): string {
  return text.trimStart().split('\n', 1)[0] ?? '';
}
