import type { Cause } from '../causes/index.ts';
import type { FailureClass } from '../model/evidence.ts';

/** The verdict that a run must end with; a pass has no cause. */
export type ExpectedVerdict = { class: 'PASSED' } | { class: FailureClass; cause: Cause };

export type Scenario = {
  name: 'good' | 'bad' | 'crash';
  /** What its testcar does, as the end of "a Job that …". */
  does: string;
  expected: ExpectedVerdict;
  /** What testcar runs with `sh -c`, as a manifest writes it: the kubelet makes `$` of `$$`. */
  script: string;
};

/** JUnit of one test; `failure` is its message. No character of it may need an escape in a single-quoted shell word. */
function junit(test: string, failure?: string): string {
  const failures = failure === undefined ? 0 : 1;
  const body = failure === undefined ? '/>' : `><failure message="${failure}"/></testcase>`;
  return `<testsuite name="selftest" tests="1" failures="${failures}"><testcase classname="selftest" name="${test}"${body}</testsuite>`;
}

const write = (text: string): string => `printf '%s\\n' '${text}' >"$TESTCAR_RESULTS_DIR/selftest.xml"`;

/**
 * One Job of which the truth is known for each of the three ways in which a test run ends. They run in this order: that
 * the good one passes shows that nothing else in the namespace keeps the gate closed.
 */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'good',
    does: 'passes its test',
    expected: { class: 'PASSED' },
    script: `${write(junit('a passed test opens the gate'))} && exit 0`,
  },
  {
    name: 'bad',
    does: 'fails its test',
    expected: { class: 'TEST_FAILED', cause: 'TestsFailed' },
    script: `${write(junit('a failed test closes the gate', 'This failure is what the selftest wants to see.'))}; exit 1`,
  },
  {
    name: 'crash',
    does: 'is killed before it has results',
    expected: { class: 'TESTCAR_ERROR', cause: 'TestcarCrashed' },
    // The kernel ignores SIGKILL from inside for the first process of a container (man 7 pid_namespaces), so a child dies.
    script: `sh -c 'kill -9 $$$$'; exit $?`,
  },
];
