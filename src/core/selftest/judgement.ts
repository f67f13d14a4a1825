import type { Verdict } from '../judge/verdict.ts';
import { truncate } from '../report/text.ts';
import { type Scenario, SCENARIOS } from './scenarios.ts';

/** One scenario as it ended. `exitCode` is that of the run; `reason` is its headline. */
export type ScenarioRun = { scenario: Scenario; verdict: Verdict; exitCode: number; reason: string };

export type Judgement = { exitCode: number; table: readonly string[]; headline: string };

const NOT_PROVEN_EXIT_CODE = 5;
/** A longer last line would be wrapped by the hosts, and the last line is what people look at. */
const MAX_REASON_BYTES = 650;
const PREFIX = 'TESTCAR GATE SELFTEST:';

/** Of these the selftest learns nothing about the gate: the test could not be made, or was stopped. */
const PREVENTED: readonly Verdict['class'][] = ['CLUSTER_ERROR', 'CONFIG_ERROR', 'CANCELLED'];

export function asExpected({ scenario: { expected }, verdict }: Pick<ScenarioRun, 'scenario' | 'verdict'>): boolean {
  if (verdict.kind === 'passed' || expected.class === 'PASSED') return verdict.class === expected.class;
  return verdict.class === expected.class && verdict.finding.cause === expected.cause;
}

/** Whether the next scenario can tell anything: it has the same cluster, and the same system under test. */
export function goesOn({ verdict }: Pick<ScenarioRun, 'verdict'>): boolean {
  return ![...PREVENTED, 'SUT_NOT_READY'].includes(verdict.class);
}

/**
 * Exit code, table and last line. 0 only when every scenario ran and ended as it should. A gate that opened wrongly
 * outranks everything; then what kept the test from being made, with the run's own exit code; then any other verdict.
 */
export function judgeSelftest(runs: readonly ScenarioRun[], namespace: string): Judgement {
  const table = tableOf(runs);
  const end = (exitCode: number, text: string): Judgement => ({ exitCode, table, headline: `${PREFIX} ${text}` });
  const where = namespace === '' ? '' : ` in namespace ${namespace}`;
  const wrong = runs.filter((run) => !asExpected(run));
  const opened = wrong.filter(({ verdict }) => verdict.kind === 'passed');
  if (opened.length > 0) {
    const which = opened.map(({ scenario }) => `a Job that ${scenario.does}`).join(' and ');
    return end(
      NOT_PROVEN_EXIT_CODE,
      `THE GATE OPENS WRONGLY${where}: it passed ${which} -> Do not rely on it here; report this with the files of the run.`,
    );
  }
  const prevented = wrong.find(({ verdict }) => PREVENTED.includes(verdict.class));
  if (prevented !== undefined) {
    const { scenario, verdict, exitCode, reason } = prevented;
    // A closed gate never ends with 0, whatever it is told here.
    const code = exitCode === 0 ? NOT_PROVEN_EXIT_CODE : exitCode;
    const what = verdict.class === 'CANCELLED' ? 'was stopped' : 'could not be made';
    return end(code, `the test ${what} in run "${scenario.name}": ${truncate(reason, MAX_REASON_BYTES)}`);
  }
  const [first] = wrong;
  if (first !== undefined) {
    const { scenario, reason } = first;
    const others = wrong.length > 1 ? ` (and ${wrong.length - 1} more, see the table)` : '';
    return end(
      NOT_PROVEN_EXIT_CODE,
      `run "${scenario.name}" did not end as it should${where}${others}: expected ${expectedText(scenario)}, got ${truncate(reason, MAX_REASON_BYTES)}`,
    );
  }
  if (SCENARIOS.some(({ name }) => !runs.some(({ scenario }) => scenario.name === name))) {
    return end(NOT_PROVEN_EXIT_CODE, `not every run was made${where}, so nothing is proven`);
  }
  return end(0, `the gate opens and closes as it should${where}`);
}

export function expectedText({ expected }: Scenario): string {
  return expected.class === 'PASSED' ? 'PASSED' : `${expected.class} ${expected.cause}`;
}

export function actualText(verdict: Verdict): string {
  return verdict.kind === 'passed' ? verdict.class : `${verdict.class} ${verdict.finding.cause}`;
}

function tableOf(runs: readonly ScenarioRun[]): readonly string[] {
  const rows = [
    ['run', 'testcar', 'expected', 'actual', ''],
    ...SCENARIOS.map((scenario) => {
      const run = runs.find((each) => each.scenario.name === scenario.name);
      const ended = run === undefined ? 'not run' : actualText(run.verdict);
      return [scenario.name, scenario.does, expectedText(scenario), ended, mark(run)];
    }),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function mark(run: ScenarioRun | undefined): string {
  if (run === undefined || PREVENTED.includes(run.verdict.class)) return 'not proven';
  return asExpected(run) ? 'ok' : 'WRONG';
}
