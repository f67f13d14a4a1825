import type { CauseSpec } from './cause.ts';
import { TESTCAR_CREATION_CAUSES } from './creation-causes.ts';
import { configMissing, oomKilled, startError, storageExceeded } from './container-causes.ts';
import { TESTCAR_IMPACT } from './impact.ts';
import { sidecarNeverEnds } from './injected-causes.ts';
import { TESTCAR } from './party.ts';
import { TESTCAR_RESULTS_CAUSES, exitWithoutResults } from './results-causes.ts';
import { TESTCAR_PULL_CAUSES } from './pull-causes.ts';
import { claimMissing } from './storage-causes.ts';
import { recovery } from './recovery.ts';
import { FACT, because, exit, fact, factAfter, place, reasonOf, said, sentence } from './wording.ts';

const ERROR = { class: 'TESTCAR_ERROR', section: 'testcar', graceMs: 0 } as const;

/** testcar failed by itself: nothing is known against the system under test. */
export const TESTCAR_CAUSES = {
  ...TESTCAR_PULL_CAUSES,
  ...TESTCAR_CREATION_CAUSES,
  TestcarConfigMissing: configMissing(TESTCAR),
  TestcarClaimMissing: claimMissing(TESTCAR),
  TestcarStartError: startError(TESTCAR),
  TestcarOomKilled: oomKilled(TESTCAR),
  TestcarStorageExceeded: storageExceeded(TESTCAR),
  TestcarCrashed: {
    ...ERROR,
    title: 'testcar crashed',
    headline: (e) =>
      `${sentence(place(e))} was ended by a signal (${exit(e)}${e.reason === undefined ? '' : `, ${reasonOf(e)}`})${said(e)}`,
    entry: {
      ...TESTCAR_IMPACT,
      ...recovery('testcar', 'log', 'nextRun'),
      remediation: (e) => [
        crashAdvice(e.exitCode),
        "The last lines of testcar's log are in the report.",
        'Failed tests of a crashed run are shown, but a crash in the middle makes them unreliable.',
      ],
    },
  },
  TestcarCommandNotFound: {
    ...ERROR,
    title: 'Command of testcar not found',
    headline: (e) =>
      `${sentence(place(e))} ended with ${exit(e)}: its shell could not ${e.exitCode === 126 ? 'execute' : 'find'} the command${said(e)}`,
    entry: {
      ...TESTCAR_IMPACT,
      ...recovery('testcar', 'log', 'nextRun'),
      option: 'testcarCommand',
      remediation: (e) => [
        e.exitCode === 126
          ? 'Make the file executable in the image (chmod +x), and check that it is for the architecture of the nodes.'
          : 'Check the name and PATH of the command in the image: option testcarCommand, or command and args of the Job.',
        'Try it: docker run --rm --entrypoint sh IMAGE -c "command -v NAME".',
      ],
    },
  },
  TestcarExitWithoutResults: exitWithoutResults,
  TestcarSidecarNeverEnds: sidecarNeverEnds,
  ...TESTCAR_RESULTS_CAUSES,
  TestcarNoTests: {
    ...ERROR,
    title: 'Too few tests ran',
    headline: (e) =>
      `${sentence(place(e))} reported ${fact(e, FACT.tests) ?? '0'} tests, at least ${fact(e, FACT.expected) ?? '1'} are needed: that is not proof`,
    entry: {
      ...TESTCAR_IMPACT,
      ...recovery('testcar', 'log', 'nextRun'),
      option: 'minTests',
      remediation: () => [
        'Check the selection of tests: a filter, tag or path that matches nothing or too little.',
        'If the suite has really become smaller, lower minTests.',
      ],
    },
  },
  TestcarAllSkipped: {
    ...ERROR,
    title: 'All tests were skipped',
    headline: (e) =>
      `All ${fact(e, FACT.tests) ?? ''} tests of ${place(e)} were skipped: that is not proof`.replace('  ', ' '),
    entry: {
      ...TESTCAR_IMPACT,
      ...recovery('testcar', 'log', 'nextRun'),
      remediation: () => [
        'Look at the reasons for the skips in the test tab: usually a missing environment variable or a condition on the target address.',
        'testcar gets the address in TESTCAR_SUT_URL.',
      ],
    },
  },
  TestcarExitContradictsResults: {
    ...ERROR,
    title: 'testcar failed although every test passed',
    headline: (e) =>
      `${sentence(place(e))} ended with ${exit(e)}${because(e)}, although no test failed${factAfter(' (', e, FACT.results)}${fact(e, FACT.results) === undefined ? '' : ')'}${factAfter('; the code means: ', e, FACT.meaning)}${said(e)}`,
    entry: {
      ...TESTCAR_IMPACT,
      ...recovery('testcar', 'log', 'nextRun'),
      remediation: () => [
        "Read the last lines of testcar's log: something after or beside the tests failed (teardown, coverage limit, unhandled error).",
        'Check that results of all runs reach $TESTCAR_RESULTS_DIR: a second runner may have failed without writing any.',
      ],
    },
  },
  ReachProbeUnavailable: {
    ...ERROR,
    title: 'The check of the address cannot run in this image',
    headline: (e) =>
      `${sentence(place(e))} has no tool to check that the system under test is reachable${because(e)}${said(e)}`,
    entry: {
      ...TESTCAR_IMPACT,
      ...recovery('testcar', 'log', 'nextRun'),
      option: 'courierImage',
      remediation: () => [
        'Set courierImage to a small image with sh and wget, curl or nc, such as busybox.',
        'Or set reach=off: the tests then find out by themselves whether the address answers.',
      ],
    },
  },
  CourierFailed: {
    ...ERROR,
    title: 'Results could not be handed over',
    headline: (e) => `${sentence(place(e))}, which hands over the results, did not do it${because(e)}${said(e)}`,
    entry: {
      ...TESTCAR_IMPACT,
      ...recovery('testcar', 'log', 'nextRun'),
      option: 'courierImage',
      remediation: (e) =>
        e.reason === 'PlainInitContainer'
          ? [
              'An admission webhook took restartPolicy away from the init container of the pod: let it leave native sidecars as they are.',
              'Until then set results=log or results=exit-code, which need no sidecar.',
            ]
          : [
              "Set courierImage to a small image with sh, tar, gzip, base64 and sha256sum, such as busybox: testcar's own image may lack one.",
              'Look at the log of the container named in the headline.',
            ],
    },
  },
} as const satisfies Record<string, CauseSpec>;

function crashAdvice(exitCode: number | undefined): string {
  if (exitCode === 137) {
    return 'Exit code 137 is SIGKILL: most often memory that was not reported as OOMKilled; raise resources.limits.memory of testcar first.';
  }
  if (exitCode === 139 || exitCode === 134) {
    return 'The process died by a fault of its own (139 segmentation fault, 134 abort): look for a native module or browser in the image.';
  }
  return 'Find out who sent the signal: a time limit inside the runner, a script, or a deletion of the pod; see its events.';
}
