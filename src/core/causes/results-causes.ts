import type { Evidence } from '../model/evidence.ts';
import { RESULTS_BEGIN, RESULTS_END } from '../results/log-blocks.ts';
import type { CauseSpec } from './cause.ts';
import { TESTCAR_IMPACT } from './impact.ts';
import { recovery } from './recovery.ts';
import { FACT, because, exit, fact, factAfter, place, said, sentence } from './wording.ts';

const ERROR = { class: 'TESTCAR_ERROR', section: 'testcar', graceMs: 0 } as const;

const PRINT = `Let testcar print its JUnit XML between the lines "${RESULTS_BEGIN} $TESTCAR_RUN_ID" and "${RESULTS_END} $TESTCAR_RUN_ID", or print TAP 13 or 14, also when tests fail.`;

const LOG_STEPS = {
  missing: [
    PRINT,
    'The markers stand alone on their lines, with the value of $TESTCAR_RUN_ID of this run behind them.',
  ],
  incomplete: [
    'The headline says what is missing: a runner that was stopped prints no end marker, or fewer tests than it planned.',
    'Nothing else may print into the results: let testcar run its runner alone, with its errors in a file.',
    'A log that the node has rotated (containerLogMaxSize of the kubelet, 10Mi by default) has lost its beginning: print less, or use results=courier.',
  ],
  invalid: [
    'Look at the log of testcar: the lines between the markers must be JUnit XML and nothing else, also not what the runner prints to stderr.',
    'results=courier takes the results from files, where nothing else can get between them.',
  ],
} as const;

const EXIT_CODE_STEPS: readonly string[] = [
  "Read the last lines of testcar's log in the report: with results=exit-code they are all that is known of its tests.",
  'Set runner, or exitCodes such as 1=tests-failed, so that the gate can tell failed tests from a runner that broke.',
  'With results=courier or results=log the gate names the tests that failed.',
];

export const exitWithoutResults = {
  ...ERROR,
  title: 'testcar failed without results',
  headline: (e) =>
    `${sentence(place(e))} ended with ${exit(e)}${because(e)}${factAfter(', which means: ', e, FACT.meaning)}${
      fact(e, FACT.resultsFrom) === 'exit-code'
        ? '; with results=exit-code only 0 is a pass'
        : ' and left no test results'
    }${said(e)}`,
  entry: {
    ...TESTCAR_IMPACT,
    ...recovery('testcar', 'log', 'nextRun'),
    option: 'resultsDir',
    remediation: (e) =>
      bySource(e, {
        courier: [
          "Read the last lines of testcar's log in the report: it stopped before or while it ran the tests.",
          'Let the runner write JUnit XML into $TESTCAR_RESULTS_DIR also when tests fail.',
        ],
        log: LOG_STEPS.missing,
        exitCode: EXIT_CODE_STEPS,
      }),
  },
} as const satisfies CauseSpec;

/** Results that should be there and are not, in whole or in part. */
export const TESTCAR_RESULTS_CAUSES = {
  TestcarResultsMissing: {
    ...ERROR,
    title: 'testcar left no results',
    headline: (e) =>
      `${sentence(place(e))} ended with exit code 0, but left no test results: that is not proof${said(e)}`,
    entry: {
      ...TESTCAR_IMPACT,
      ...recovery('testcar', 'log', 'nextRun'),
      option: 'resultsDir',
      remediation: (e) =>
        bySource(e, {
          courier: [
            'Let the runner write JUnit XML (*.xml) into $TESTCAR_RESULTS_DIR, for example --junitxml=$TESTCAR_RESULTS_DIR/results.xml.',
            'If the runner has a fixed output folder, point resultsDir at it.',
          ],
          log: LOG_STEPS.missing,
        }),
    },
  },
  TestcarResultsIncomplete: {
    ...ERROR,
    title: 'Results of testcar incomplete',
    headline: (e) => `The results of ${place(e)} did not arrive complete${said(e)}`,
    entry: {
      ...TESTCAR_IMPACT,
      ...recovery('testcar', 'log', 'nextRun'),
      remediation: (e) =>
        bySource(e, {
          courier: [
            "Check in the report how the courier's container ended: with exit code 137 it was stopped before it had sent everything.",
            'Raise terminationGracePeriodSeconds of the Job when the results are big: all of them are sent in that time. Less output in the JUnit files helps too.',
            'Results above containerLogMaxSize of the kubelet (10Mi by default) can be lost where the connection stays broken while they are sent, although they are sent twice: raise it on the nodes, or let testcar write less.',
            'Run again: a node or an API server that was restarted cuts logs too.',
          ],
          log: LOG_STEPS.incomplete,
        }),
    },
  },
  TestcarResultsInvalid: {
    ...ERROR,
    title: 'Results of testcar not readable',
    headline: (e) =>
      `The results of ${place(e)} are not readable as JUnit XML${factAfter(' in file ', e, FACT.found)}${said(e)}`,
    entry: {
      ...TESTCAR_IMPACT,
      ...recovery('testcar', 'log', 'nextRun'),
      option: 'resultsDir',
      remediation: (e) =>
        bySource(e, {
          courier: [
            'Open the file named in the headline: a runner that was stopped while writing leaves half a file.',
            'Only JUnit XML may end with .xml in the results folder; write other reports elsewhere.',
          ],
          log: LOG_STEPS.invalid,
        }),
    },
  },
} as const satisfies Record<string, CauseSpec>;

/** The steps that fit where the results were to come from; `courier` where nothing else is said. */
function bySource(
  evidence: Evidence,
  steps: { courier: readonly string[]; log: readonly string[]; exitCode?: readonly string[] },
): readonly string[] {
  const source = fact(evidence, FACT.resultsFrom);
  if (source === 'exit-code') return steps.exitCode ?? steps.courier;
  return source === 'log' ? steps.log : steps.courier;
}
