import type { Evidence } from '../model/evidence.ts';
import type { CauseSpec } from './cause.ts';
import { INCONCLUSIVE_IMPACT, hasChangedLive, whatServes } from './impact.ts';
import { recovery } from './recovery.ts';
import {
  FACT,
  UNDATED_READY,
  because,
  circumstances,
  describeCommand,
  ending,
  fact,
  factAfter,
  place,
  previousLogCommand,
  said,
  sentence,
} from './wording.ts';

const UNKNOWN = { class: 'INCONCLUSIVE', section: 'testcar', graceMs: 0 } as const;

/** Evidence is missing or contradicts itself. Never a pass. */
export const INCONCLUSIVE_CAUSES = {
  TestDeadlineExceeded: {
    ...UNKNOWN,
    title: 'Tests not finished in time',
    headline: (e) =>
      `${sentence(place(e))} was not finished within ${fact(e, FACT.waitedFor) ?? 'its deadline'}${factAfter('; at the end: ', e, FACT.blocker)}${said(e)}`,
    entry: {
      ...INCONCLUSIVE_IMPACT,
      ...recovery('unknown', 'job', 'deadline'),
      option: 'testTimeout',
      remediation: () => [
        "Read the last lines of testcar's log in the report: which test was running, and for how long?",
        'If the suite only needs longer, raise testTimeout.',
        'If a test hangs, give it a time limit of its own: then it fails by name.',
      ],
    },
  },
  TestsFailWithoutChange: {
    ...UNKNOWN,
    title: 'Tests fail without this change too',
    headline: (e) =>
      `${fact(e, FACT.failed) ?? 'Some'} of ${fact(e, FACT.tests) ?? 'the'} tests failed, and every one of them fails against the stable revision${factAfter(' ', e, FACT.stable)} too: not caused by this change${factAfter(': ', e, FACT.firstFailures)}`,
    entry: {
      ...INCONCLUSIVE_IMPACT,
      ...recovery('unknown', 'tests', 'nextRun'),
      technicalImpact:
        'The gate fails the build, because failing tests are no proof. But the same tests fail against the revision that is live, so they say nothing against the new one.',
      customerImpact: () =>
        'The live revision fails the same tests: if they are right, customers meet that fault now, with or without this deployment.',
      option: 'control',
      remediation: () => [
        'Do not look for the fault in this change: look at what both revisions share, such as a database, a dependency, test data, the network, or testcar itself.',
        'If the tests are right, the live revision is broken too: tell the people who run it.',
        'If the tests are wrong or out of date, correct testcar; then run the pipeline again.',
      ],
    },
  },
  JobDeleted: {
    ...UNKNOWN,
    title: 'Job of testcar was deleted',
    headline: (e) => `${sentence(place(e))} was deleted before its end was seen${said(e)}`,
    entry: {
      ...INCONCLUSIVE_IMPACT,
      ...recovery('unknown', 'job', 'nextRun'),
      remediation: () => [
        'Find out who deleted it: the audit log of the cluster, a clean-up script, another pipeline run, a quota controller.',
        'Run the pipeline again.',
      ],
    },
  },
  JobNotOurs: {
    ...UNKNOWN,
    title: 'Job of testcar was replaced',
    headline: (e) =>
      `${sentence(place(e))} is not the one that this run started${factAfter(': expected ', e, FACT.expected)}${factAfter(', found ', e, FACT.found)}`,
    entry: {
      ...INCONCLUSIVE_IMPACT,
      ...recovery('unknown', 'owner', 'nextRun'),
      remediation: () => [
        'Look for a second run or a tool that writes a Job of the same name or changes its labels.',
        'Run one gate at a time per system under test and pipeline run.',
      ],
    },
  },
  JobSuspended: {
    ...UNKNOWN,
    title: 'Job of testcar is suspended',
    headline: (e) =>
      `${sentence(place(e))} is suspended${circumstances(e)}${factAfter(' and was not started within ', e, FACT.waitedFor)}${said(e)}`,
    entry: {
      ...INCONCLUSIVE_IMPACT,
      ...recovery('unknown', 'job', 'capacity'),
      option: 'testTimeout',
      remediation: () => [
        'Look at the queue that holds it (Kueue: kubectl get workloads), or at who set spec.suspend.',
        'If the queue is only long, raise testTimeout.',
      ],
    },
  },
  RevisionChanged: {
    ...UNKNOWN,
    title: 'The revision changed during the run',
    headline: (e) =>
      `${sentence(place(e))} is not the revision any more that this run tests${because(e)}${factAfter(': expected ', e, FACT.expected)}${factAfter(', found ', e, FACT.found)}${said(e)}`,
    entry: {
      ...INCONCLUSIVE_IMPACT,
      ...recovery('unknown', 'revision', 'nextRun'),
      remediation: (e) => [
        e.reason === 'EphemeralContainer'
          ? 'Somebody entered a pod under test with kubectl debug: look at it before or after the tests, not during them.'
          : `Find out who changed it: another deployment, a roll-back, an autoscaler or a manual delete: ${describeCommand(e)}.`,
        'Run one deployment at a time, then run the pipeline again.',
      ],
    },
  },
  SutRestarted: {
    ...UNKNOWN,
    title: 'Tests passed on a system that did not stay up',
    headline: (e) => `The tests passed, but ${place(e)} ${didNotStayUp(e)}${said(e)}`,
    entry: {
      ...INCONCLUSIVE_IMPACT,
      ...recovery('sut', 'crash', 'crash'),
      remediation: (e) => [
        e.reason === 'NotReady'
          ? 'Look at the readiness probe in the events: under load it timed out or failed; relax it or give the pod more CPU.'
          : e.reason === UNDATED_READY
            ? `Find out who writes the status of the pod: kubectl get ${place({ object: e.object })} -o yaml --show-managed-fields; the kubelet always says since when a pod is ready.`
            : `Read why it ended: ${previousLogCommand(e)}.`,
        'The tests may have missed it, customers will not: fix it before the next run.',
      ],
    },
  },
  CredentialsExpired: {
    ...UNKNOWN,
    title: 'Credentials stopped working during the run',
    headline: (e) =>
      `The API server no longer accepts the credentials of the gate${circumstances(e)}${factAfter(', while ', e, FACT.doing)}${said(e)}`,
    entry: {
      ...INCONCLUSIVE_IMPACT,
      ...recovery('unknown', 'account', 'credentials'),
      customerImpact: (run) =>
        hasChangedLive(run)
          ? 'The gate had no rights left to put the previous revision back: the new one may be live.'
          : whatServes(run),
      remediation: () => [
        'Use credentials that live longer than readyTimeout and testTimeout together, or a credential plugin that renews them.',
        'The Job may still run; its deadline and TTL remove it.',
      ],
    },
  },
  EvidenceContradicts: {
    ...UNKNOWN,
    title: 'Evidence is missing or contradicts itself',
    headline: (e) =>
      `What is known about ${place(e)} is not proof${because(e)}${factAfter(': expected ', e, FACT.expected)}${factAfter(', found ', e, FACT.found)}${said(e)}`,
    entry: {
      ...INCONCLUSIVE_IMPACT,
      ...recovery('unknown', 'job', 'nextRun'),
      remediation: (e) => [
        `Look at the object named in the headline: ${describeCommand(e)}.`,
        'Run the pipeline again. If it happens again, report it to the maintainers of the gate with the evidence bundle.',
      ],
    },
  },
  GateInternalError: {
    ...UNKNOWN,
    title: 'Error inside the gate',
    headline: (e) => `The gate itself failed in ${place(e)}${said(e)}`,
    entry: {
      ...INCONCLUSIVE_IMPACT,
      ...recovery('unknown', 'madeByRun', 'nextRun'),
      remediation: () => [
        'Report it to the maintainers of the gate with the evidence bundle and the version.',
        'Run the pipeline again; look for objects of this run that were left behind (label testcar-gate/run).',
      ],
    },
  },
} as const satisfies Record<string, CauseSpec>;

function didNotStayUp(e: Evidence): string {
  if (e.reason === UNDATED_READY)
    return 'does not say since when it is ready: it may have lost its readiness during them';
  return `${e.reason === 'NotReady' ? 'lost its readiness' : `restarted${ending(e)}`} during them`;
}
