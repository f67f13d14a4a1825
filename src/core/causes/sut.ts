import type { Evidence } from '../model/evidence.ts';
import type { CauseSpec } from './cause.ts';
import { SUT_CREATION_CAUSES } from './creation-causes.ts';
import { configMissing, oomKilled, startError, storageExceeded } from './container-causes.ts';
import { SUT_IMPACT } from './impact.ts';
import { SUT } from './party.ts';
import { SUT_PULL_CAUSES } from './pull-causes.ts';
import { LIVE_WAS_CHANGED, recovery } from './recovery.ts';
import { claimMissing } from './storage-causes.ts';
import {
  FACT,
  because,
  describeCommand,
  ending,
  exit,
  fact,
  factAfter,
  place,
  previousLogCommand,
  said,
  sentence,
} from './wording.ts';

const NOT_READY = { class: 'SUT_NOT_READY', section: 'sut' } as const;
const FAILED = { class: 'TEST_FAILED', section: 'sut' } as const;

function neverReady(evidence: Evidence): string {
  const object = sentence(place(evidence));
  const blocker = factAfter('; last seen waiting for: ', evidence, FACT.blocker);
  if (evidence.reason === 'ProgressDeadlineExceeded') {
    return `${object} made no progress for its progressDeadlineSeconds, and Kubernetes gave up on the roll-out${blocker}${said(evidence)}`;
  }
  return `${object} was not ready within ${fact(evidence, FACT.waitedFor) ?? 'readyTimeout'}${blocker}${said(evidence)}`;
}

/** The system under test is bad by its own evidence. */
export const SUT_CAUSES = {
  ...SUT_PULL_CAUSES,
  ...SUT_CREATION_CAUSES,
  SutConfigMissing: configMissing(SUT),
  SutClaimMissing: claimMissing(SUT),
  SutStartError: startError(SUT),
  SutOomKilled: oomKilled(SUT),
  SutStorageExceeded: storageExceeded(SUT),
  SutCrashLooping: {
    ...NOT_READY,
    title: 'The system under test keeps crashing',
    graceMs: 0,
    graceSource: 'Fires only after two restarts: three starts in a row have failed by then.',
    headline: (e) =>
      `${sentence(place(e))} keeps ending soon after its start: ${fact(e, FACT.restarts) ?? 'several'} restarts, last with ${exit(e)}${because(e)}${said(e)}`,
    entry: {
      ...SUT_IMPACT,
      ...recovery('sut', 'crash', 'crash'),
      remediation: (e) => [
        `Read why it ended; the report has the last lines: ${previousLogCommand(e)}.`,
        'Usual reasons: missing or wrong configuration, a dependency that is not reachable, a bad build.',
      ],
    },
  },
  SutNeverReady: {
    ...NOT_READY,
    title: 'The system under test did not become ready',
    graceMs: 0,
    headline: neverReady,
    entry: {
      ...SUT_IMPACT,
      ...recovery('sut', 'pod', 'slowStart'),
      option: 'readyTimeout',
      remediation: (e) => [
        `Look at what it was waiting for: ${describeCommand(e)}.`,
        'Pods missing or pending: look at the events for quota, volumes and nodes.',
        'If it only needs longer, raise readyTimeout (and progressDeadlineSeconds of the Deployment).',
      ],
    },
  },
  SutUnreachable: {
    ...NOT_READY,
    title: 'The system under test does not answer inside the cluster',
    graceMs: 0,
    headline: (e) =>
      `The pods are ready, but ${place(e)} got no answer from the system under test over the pod network${factAfter(' within ', e, FACT.waitedFor)}${said(e)}`,
    entry: {
      ...SUT_IMPACT,
      ...recovery('sut', 'reach', 'fixedRevision'),
      option: 'reachTimeout',
      remediation: () => [
        'Check that the process listens on 0.0.0.0 (not on 127.0.0.1) and on the port given by sutPort.',
        'Check sutScheme and reachPath; reach=tcp tests the port alone, reach=off skips this check.',
        "A NetworkPolicy may keep testcar's pod from reaching the system under test.",
        'A slow first answer: raise reachTimeout, or add a readiness probe, so that "ready" means "answers".',
      ],
    },
  },
  SutRevisionMismatch: {
    ...NOT_READY,
    title: 'Another revision than the expected one is running',
    graceMs: 30_000,
    graceSource:
      'Only in mode observe, where the template names the expected digest and the pods run another; then Argo CD puts drift right after 5 s (--self-heal-timeout-seconds), and the roll-out of that begins the count again. In the other modes at once.',
    headline: (e) =>
      `${sentence(place(e))} does not run what was expected${factAfter(': expected ', e, FACT.expected)}${factAfter(', found ', e, FACT.found)}${factAfter(' after ', e, FACT.waitedFor)}`,
    entry: {
      ...SUT_IMPACT,
      ...recovery('sut', 'revision', 'nextRun'),
      option: 'expectImage',
      remediation: () => [
        'Check that the delivery (Flux, Argo CD, Helm, an earlier step) really reached this namespace with this image.',
        'If the tag was pushed again meanwhile, pin the image by digest; if a webhook rewrites images, expect what it makes of them.',
        'If the delivery is only slow, raise readyTimeout; if the expectation is wrong, correct expectImage.',
      ],
    },
  },
  PromotionFailed: {
    ...NOT_READY,
    title: 'Tests passed, but the roll-out after them did not finish',
    graceMs: 0,
    headline: (e) =>
      `The tests passed on the preview, but the roll-out of ${place(e)} failed${because(e)}${factAfter(': ', e, FACT.blocker) || said(e)}`,
    entry: {
      ...recovery('sut', 'rollOut', 'slowStart'),
      ...LIVE_WAS_CHANGED,
      technicalImpact:
        'The tested revision is good on its own, but its roll-out into the live Deployment did not complete; the build fails.',
      customerImpact: () =>
        'The gate puts the previous revision back. While the roll-out was under way, some requests may have met the new revision; see "settlement" in the report.',
      dataLoss: SUT_IMPACT.dataLoss,
      option: 'readyTimeout',
      remediation: (e) => [
        `Look at the live Deployment now: ${describeCommand(e)}.`,
        'Compare live and preview: more replicas, quota, anti-affinity, volumes that only one pod can mount.',
        'Check in the report under "settlement" that the previous revision was put back.',
      ],
    },
  },
  TestsFailed: {
    ...FAILED,
    title: 'Tests failed',
    graceMs: 0,
    headline: (e) =>
      // Tests that were not counted: the exit code says it, by the meaning that was asked for.
      fact(e, FACT.resultsFrom) === 'exit-code' && fact(e, FACT.meaning) !== undefined
        ? `${sentence(place(e))} ended with ${exit(e)}, which means: ${fact(e, FACT.meaning) ?? ''}; results=exit-code, no test was counted`
        : `${fact(e, FACT.failed) ?? 'Some'} of ${fact(e, FACT.tests) ?? 'the'} tests failed${factAfter(': ', e, FACT.firstFailures)}${factAfter('; control run: ', e, FACT.control)}`,
    entry: {
      ...SUT_IMPACT,
      ...recovery('sut', 'tests', 'fixedRevision'),
      option: 'control',
      technicalImpact:
        'Tests failed against the new revision, as they should when it is bad. testcar works; this is a failure, not a malfunction.',
      remediation: () => [
        'Read the failed tests in the test tab or in the report, and fix the system under test.',
        'To tell what this change broke from what was broken before, set control=true: failed tests are then repeated against the live revision.',
        'If a test is wrong, fix it in testcar; do not lower minTests for it.',
      ],
    },
  },
  SutCrashedUnderTest: {
    ...FAILED,
    title: 'The system under test crashed during the tests',
    graceMs: 0,
    headline: (e) => `${sentence(place(e))} ended by itself while testcar tested it${ending(e)}${said(e)}`,
    entry: {
      ...SUT_IMPACT,
      ...recovery('sut', 'crash', 'crash'),
      dataLoss:
        'None caused by the gate. Requests that were under way in the crash were cut off; whether they left half-written data is for the owners of the new revision to judge.',
      remediation: (e) => [
        `Read the last lines before the crash; they are in the report: ${previousLogCommand(e)}.`,
        'OOMKilled: raise the memory limit or find the leak. Exit code 137 without it: a failed liveness probe under load.',
        'Failed tests of this run may only be the echo of the crash: look at them after it is fixed.',
      ],
    },
  },
} as const satisfies Record<string, CauseSpec>;
