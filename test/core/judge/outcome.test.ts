import { describe, expect, it } from 'vitest';
import { CAUSES } from '../../../src/core/causes/index.ts';
import { COURIER_NAME, REACH_NAME } from '../../../src/core/courier/containers.ts';
import { type Outcome, judgeOutcome } from '../../../src/core/judge/outcome.ts';
import type { OutcomeInput } from '../../../src/core/judge/outcome.ts';
import { endOf } from '../../../src/core/judge/job-end.ts';
import { OUTCOME_RULES } from '../../../src/core/judge/outcome-rules.ts';
import type { ResultsProblem, ResultsRead } from '../../../src/core/model/results.ts';
import type { Container, ContainerState, Job, Observation, Pod } from '../../../src/core/model/seen.ts';
import {
  aCompleteJob,
  aCondition,
  aContainer,
  aDeployment,
  aFailedJob,
  aPod,
  aReplicaSet,
  aTestCase,
  anEvent,
  anObservation,
  exited,
  passingResults,
  resultsOf,
  running,
  waiting,
} from '../../fakes/builders.ts';
import {
  JOB_UID,
  REVISION,
  aPlan,
  courierContainer,
  endedPod,
  healthySut,
  memoryOf,
  testContainer,
  testingPod,
} from './world.ts';

const PASSING: ResultsRead = { ok: true, results: passingResults(3) };
const FAILING: ResultsRead = {
  ok: true,
  results: resultsOf([aTestCase('adds'), aTestCase('pays', 'failed'), aTestCase('ships', 'error')]),
};
const problem = (of: ResultsProblem): ResultsRead => ({ ok: false, problem: of });
const ABSENT = problem({ kind: 'absent' });
const NO_FILES = problem({ kind: 'no-files' });

type Ending = {
  job?: Job;
  pod?: Pod | undefined;
  results?: ResultsRead;
  /** What was seen of the SUT at the end; before, it was healthy. */
  sut?: Partial<Observation>;
  plan?: OutcomeInput['plan'];
  events?: Observation['events'];
};

function inputOf(ending: Ending): OutcomeInput {
  const { job = aCompleteJob(), results = PASSING, sut = {}, plan = aPlan(), events = [] } = ending;
  const pod = 'pod' in ending ? ending.pod : endedPod();
  const before = anObservation({ ...healthySut(), atMs: 1000, job, testcarPods: [testingPod()] });
  const seen = anObservation({
    ...healthySut(),
    ...sut,
    atMs: 9000,
    job,
    testcarPods: pod === undefined ? [] : [pod],
    events,
  });
  const end = endOf(job) ?? { finished: 'failed', reason: '' };
  return {
    plan,
    end: { job, pod, ...end },
    jobUid: JOB_UID,
    revision: REVISION,
    results,
    memory: memoryOf(before, seen),
    seen,
    nowMs: 9000,
  };
}

function outcome(ending: Ending): Outcome {
  return judgeOutcome(inputOf(ending));
}

function causes(result: Outcome): string[] {
  return result.kind === 'failed' ? [result.finding, ...result.others].map(({ cause }) => cause) : [result.kind];
}

/** testcar's pod whose test container ended like this. */
function ended(state: ContainerState, over: Partial<Container> = {}, pod: Parameters<typeof aPod>[0] = {}): Pod {
  const good = state.kind === 'terminated' && state.exitCode === 0;
  return endedPod({
    phase: good ? 'Succeeded' : 'Failed',
    containers: [courierContainer(), testContainer({ state, ...over })],
    ...pod,
  });
}

function withReach(state: ContainerState): Pod {
  const reach = aContainer({ name: REACH_NAME, kind: 'init', ready: false, state });
  return endedPod({
    phase: 'Failed',
    containers: [
      reach,
      courierContainer({ state: waiting('PodInitializing') }),
      testContainer({ state: waiting('PodInitializing'), imageID: '' }),
    ],
  });
}

const failed = aFailedJob();
const oom = { reason: 'OOMKilled' };

it('has nothing against a good end', () => {
  expect(outcome({})).toEqual({ kind: 'proven-so-far', results: passingResults(3) });
});

it('does not mind how the kubelet ended sidecars', () => {
  for (const exitCode of [137, 143]) {
    const containers = [
      courierContainer({ state: exited(exitCode) }),
      aContainer({ name: 'proxy', kind: 'sidecar', state: exited(exitCode) }),
      testContainer(),
    ];
    expect(causes(outcome({ pod: endedPod({ containers }) }))).toEqual(['proven-so-far']);
  }
});

it.each<[string, ContainerState, ContainerState]>([
  ['in the same second', exited(0, { finishedAtMs: 4_000 }), exited(0, { finishedAtMs: 4_000 })],
  ['at a time that is not told', exited(0, { finishedAtMs: undefined }), exited(0, { finishedAtMs: 4_000 })],
  ['after the tests', exited(0, { finishedAtMs: 5_000 }), exited(0, { finishedAtMs: 4_000 })],
])('has nothing against a courier that ended %s', (_, courier, test) => {
  const sidecar = aContainer({ name: 'proxy', kind: 'sidecar', state: exited(0, { finishedAtMs: 9_000 }) });
  const containers = [sidecar, courierContainer({ state: courier }), testContainer({ state: test })];
  expect(causes(outcome({ pod: endedPod({ containers }) }))).toEqual(['proven-so-far']);
});

describe('one cause each', () => {
  it.each<[string, Ending, string[]]>([
    ['another Job', { job: aCompleteJob({ uid: 'other' }) }, ['JobNotOurs']],
    [
      'evicted',
      {
        job: failed,
        pod: ended(
          exited(137),
          {},
          { conditions: [aCondition('DisruptionTarget', 'True', { reason: 'EvictionByEvictionAPI' })] },
        ),
        results: ABSENT,
      },
      ['TestcarDisrupted'],
    ],
    [
      'deleted by somebody, whatever the code',
      { job: failed, pod: ended(exited(2), {}, { meta: { deletionTimestampMs: 1 } }), results: ABSENT },
      ['TestcarDisrupted'],
    ],
    [
      'deleted by somebody together with the revision under test',
      {
        job: failed,
        pod: ended(exited(2), {}, { meta: { deletionTimestampMs: 1 } }),
        results: ABSENT,
        sut: { deployment: undefined },
      },
      ['RevisionChanged', 'TestcarDisrupted'],
    ],
    [
      'deleted by the Job controller at the deadline',
      {
        job: aFailedJob({ reason: 'DeadlineExceeded' }),
        pod: ended(exited(143), {}, { meta: { deletionTimestampMs: 1 } }),
        results: ABSENT,
      },
      ['TestDeadlineExceeded'],
    ],
    [
      'deleted while its courier sent, and all of it came within the grace period',
      { pod: ended(exited(0), {}, { meta: { deletionTimestampMs: 1 } }) },
      ['TestcarDisrupted'],
    ],
    [
      'deleted when its results were out',
      { job: failed, pod: ended(exited(1), {}, { meta: { deletionTimestampMs: 1 } }), results: FAILING },
      ['TestsFailed'],
    ],
    [
      'lost by the kubelet, whatever the code',
      { job: failed, pod: ended(exited(137, { reason: 'ContainerStatusUnknown' })), results: ABSENT },
      ['TestcarDisrupted'],
    ],
    [
      'node restarted',
      { job: failed, pod: ended(exited(255, { reason: 'Unknown' })), results: ABSENT },
      ['TestcarDisrupted'],
    ],
    [
      'collected with its node',
      {
        job: failed,
        pod: ended(
          exited(143),
          {},
          { conditions: [aCondition('DisruptionTarget', 'True', { reason: 'DeletionByPodGC' })] },
        ),
        results: ABSENT,
      },
      ['NodeLost'],
    ],
    [
      'own storage limit',
      {
        job: failed,
        pod: ended(
          exited(137),
          {},
          {
            reason: 'Evicted',
            message: 'Pod ephemeral local storage usage exceeds the total limit of containers 5Mi. ',
          },
        ),
        results: ABSENT,
      },
      ['TestcarStorageExceeded'],
    ],
    ['out of memory', { job: failed, pod: ended(exited(137, oom)), results: ABSENT }, ['TestcarOomKilled']],
    ['out of memory, exit code 0, tests passed', { pod: ended(exited(0, oom)) }, ['TestcarOomKilled']],
    [
      'out of memory in the courier',
      { pod: endedPod({ containers: [courierContainer({ state: exited(0, oom) }), testContainer()] }) },
      ['TestcarOomKilled'],
    ],
    [
      'out of memory before a restart',
      { pod: ended(exited(0), { restartCount: 1, lastState: exited(137, oom) }) },
      ['TestcarOomKilled'],
    ],
    [
      'deadline of the Job',
      { job: aFailedJob({ reason: 'DeadlineExceeded' }), pod: testingPod(), results: ABSENT },
      ['TestDeadlineExceeded'],
    ],
    [
      'deadline, and the kill after it',
      { job: aFailedJob({ reason: 'DeadlineExceeded' }), pod: ended(exited(143)), results: ABSENT },
      ['TestDeadlineExceeded'],
    ],
    ['SUT not reachable', { job: failed, pod: withReach(exited(90)), results: ABSENT }, ['SutUnreachable']],
    ['no tool to reach it', { job: failed, pod: withReach(exited(91)), results: ABSENT }, ['ReachProbeUnavailable']],
    [
      'no shell to reach it',
      { job: failed, pod: withReach(exited(128, { reason: 'StartError' })), results: ABSENT },
      ['ReachProbeUnavailable'],
    ],
    ['reach check killed', { job: failed, pod: withReach(exited(137)), results: ABSENT }, ['TestcarCrashed']],
    ['tests failed', { job: failed, pod: ended(exited(1)), results: FAILING }, ['TestsFailed']],
    ['tests failed, but exit code 0', { results: FAILING }, ['TestsFailed']],
    ['tests failed, and the pod is gone', { job: failed, pod: undefined, results: FAILING }, ['TestsFailed']],
    [
      'tests failed, exit code of "command not found"',
      { job: failed, pod: ended(exited(127)), results: FAILING },
      ['TestsFailed'],
    ],
    [
      'start error',
      { job: failed, pod: ended(exited(128, { reason: 'StartError' })), results: ABSENT },
      ['TestcarStartError'],
    ],
    ['not executable', { job: failed, pod: ended(exited(126)), results: NO_FILES }, ['TestcarCommandNotFound']],
    ['not found', { job: failed, pod: ended(exited(127)), results: NO_FILES }, ['TestcarCommandNotFound']],
    ['segmentation fault', { job: failed, pod: ended(exited(139)), results: NO_FILES }, ['TestcarCrashed']],
    ['killed although every test had passed', { job: failed, pod: ended(exited(137)) }, ['TestcarCrashed']],
    [
      'killed by a signal that the runtime names',
      { job: failed, pod: ended(exited(0, { signal: 9 })) },
      ['TestcarCrashed'],
    ],
    ['error before results', { job: failed, pod: ended(exited(2)), results: NO_FILES }, ['TestcarExitWithoutResults']],
    [
      'error, and the courier said nothing',
      { job: failed, pod: ended(exited(2)), results: ABSENT },
      ['TestcarExitWithoutResults'],
    ],
    [
      'own init container failed',
      {
        job: failed,
        pod: endedPod({
          phase: 'Failed',
          containers: [
            aContainer({ name: 'seed', kind: 'init', state: exited(3) }),
            testContainer({ state: waiting('PodInitializing') }),
          ],
        }),
        results: ABSENT,
      },
      ['TestcarExitWithoutResults'],
    ],
    ['success without results', { results: NO_FILES }, ['TestcarResultsMissing']],
    [
      'success without courier',
      { pod: endedPod({ containers: [testContainer()] }), results: ABSENT },
      ['TestcarResultsMissing'],
    ],
    ['courier silent', { results: ABSENT }, ['CourierFailed']],
    [
      'courier broken',
      {
        job: failed,
        pod: endedPod({ phase: 'Failed', containers: [courierContainer({ state: exited(1) }), testContainer()] }),
        results: ABSENT,
      },
      ['CourierFailed'],
    ],
    [
      'courier broken half way',
      {
        pod: endedPod({ containers: [courierContainer({ state: exited(1) }), testContainer()] }),
        results: problem({ kind: 'incomplete', detail: 'no end' }),
      },
      ['CourierFailed'],
    ],
    [
      'results incomplete',
      { results: problem({ kind: 'incomplete', detail: 'frame 3 of 7 is missing' }) },
      ['TestcarResultsIncomplete'],
    ],
    [
      'results not readable',
      { results: problem({ kind: 'invalid', file: 'a.xml', detail: 'line 4' }) },
      ['TestcarResultsInvalid'],
    ],
    ['no tests', { results: { ok: true, results: passingResults(0) } }, ['TestcarNoTests']],
    [
      'no tests, and the runner says so',
      { job: failed, pod: ended(exited(5)), results: { ok: true, results: passingResults(0) } },
      ['TestcarNoTests'],
    ],
    ['fewer tests than minTests', { plan: aPlan({ minTests: 4 }) }, ['TestcarNoTests']],
    ['all skipped', { results: { ok: true, results: resultsOf([aTestCase('a', 'skipped')]) } }, ['TestcarAllSkipped']],
    ['non-zero exit, all passed', { job: failed, pod: ended(exited(1)) }, ['TestcarExitContradictsResults']],
    [
      'another container of the pod failed',
      {
        job: failed,
        pod: endedPod({
          phase: 'Failed',
          containers: [testContainer(), aContainer({ name: 'helper', state: exited(1) })],
        }),
      },
      ['TestcarExitContradictsResults'],
    ],
  ])('%s', (_, ending, expected) => {
    expect(causes(outcome(ending))).toEqual(expected);
  });
});

describe('not proof, and nothing better to say', () => {
  const gap = (ending: Ending): unknown => {
    const result = outcome(ending);
    return result.kind === 'failed' && result.finding.cause === 'EvidenceContradicts'
      ? result.finding.evidence.details
      : causes(result);
  };
  it.each<[string, Ending, string, string]>([
    ['no pod', { pod: undefined }, 'the pod of the Job', 'none: it was gone before its end was seen'],
    [
      'foreign pod',
      { pod: endedPod({ controllerUid: 'x', uid: 'y' }) },
      'one pod',
      '2 pods: the tests may have run twice',
    ],
    [
      'no test container',
      { pod: endedPod({ containers: [courierContainer()] }) },
      'container testcar',
      'no such container in pod testcar-1-x1',
    ],
    [
      'test container still running',
      { pod: ended(running()) },
      'container testcar ended with exit code 0 at its first start',
      'running, not ready',
    ],
    [
      'test container unknown',
      { pod: ended({ kind: 'unknown' }) },
      'container testcar ended with exit code 0 at its first start',
      'no state yet',
    ],
    [
      'test container restarted',
      { pod: ended(exited(0), { restartCount: 1, lastState: exited(1) }) },
      'container testcar ended with exit code 0 at its first start',
      'ended with exit code 0 (Completed), 1 restarts',
    ],
    [
      'courier ended before the tests',
      {
        pod: endedPod({
          containers: [
            courierContainer({ state: exited(0, { finishedAtMs: 4_000 }) }),
            testContainer({ state: exited(0, { finishedAtMs: 3_000 }) }),
            aContainer({ name: 'converter', state: exited(0, { finishedAtMs: 5_000 }) }),
          ],
        }),
      },
      'container testcar-gate-courier to end after the tests',
      'before them: tests may be missing',
    ],
    ['pod not Succeeded', { pod: endedPod({ phase: 'Running' }) }, 'pod phase Succeeded', 'pod phase Running'],
    ['Job failed all the same', { job: failed }, 'Job condition Complete', 'failed with reason BackoffLimitExceeded'],
    [
      'Job with an unknown reason',
      { job: aCompleteJob({ conditions: [aCondition('Complete', 'True', { reason: 'BecauseISaidSo' })] }) },
      'Job condition Complete',
      'complete with reason BecauseISaidSo',
    ],
    [
      'Job says both',
      { job: aCompleteJob({ conditions: [aCondition('Complete'), aCondition('Failed')] }) },
      'Job condition Complete',
      'failed with reason both Complete and Failed',
    ],
    [
      'counts that do not add up',
      {
        results: {
          ok: true,
          results: { ...passingResults(3), counts: { tests: 3, passed: 2, failed: 0, errors: 0, skipped: 0 } },
        },
      },
      '3 tests',
      '2 passed, 0 failed, 0 errors, 0 skipped',
    ],
    [
      'a failed case that is not counted',
      { results: { ok: true, results: { ...passingResults(1), failed: [aTestCase('a', 'failed')] } } },
      'no failed test case',
      'one that the counts do not know',
    ],
    [
      'a case that is not counted',
      { results: { ok: true, results: { ...passingResults(1), cases: [aTestCase('a'), aTestCase('b')] } } },
      '1 tests',
      '2 test cases',
    ],
    [
      'no checksum',
      { results: { ok: true, results: { ...passingResults(1), sha256: '' } } },
      'a checksum of the results',
      'none',
    ],
  ])('%s', (_, ending, expected, found) => {
    expect(gap(ending)).toEqual([
      { label: 'expected', value: expected },
      { label: 'found', value: found },
    ]);
  });
});

it.each<[string, Container, string]>([
  ['only the count tells of a restart', testContainer({ restartCount: 1 }), 'EvidenceContradicts'],
  [
    'an unknown end that is no restart of the node',
    testContainer({ state: exited(1, { reason: 'Unknown' }) }),
    'TestcarExitContradictsResults',
  ],
])('%s', (_, container, cause) => {
  expect(causes(outcome({ pod: endedPod({ containers: [container] }) }))).toEqual([cause]);
});

it('a pod of another owner is no evidence, also when no other was seen', () => {
  const pod = endedPod({ controllerUid: 'x' });
  const seen = anObservation({ ...healthySut(), atMs: 9000, job: aCompleteJob(), testcarPods: [pod] });
  const result = judgeOutcome({ ...inputOf({ pod }), seen, memory: memoryOf(seen) });
  expect(result.kind === 'failed' && result.finding.evidence.details?.[0]).toEqual({
    label: 'expected',
    value: 'a pod of our Job',
  });
});

it('an end that the Job itself does not tell is no proof', () => {
  const input = inputOf({});
  expect(causes(judgeOutcome({ ...input, end: { ...input.end, job: aCompleteJob({ conditions: [] }) } }))).toEqual([
    'EvidenceContradicts',
  ]);
});

describe('precedence', () => {
  it('is this order', () => {
    expect(OUTCOME_RULES.map(({ name }) => name)).toEqual([
      'not-ours',
      'disturbed',
      'oom',
      'deadline',
      'injected-under-tests',
      'reach',
      'deleted',
      'failed-tests',
      'start-error',
      'command-not-found',
      'crashed',
      'broken-results',
      'no-results',
      'too-few',
      'all-skipped',
      'injected',
      'exit-contradicts',
      'deleted-with-results',
      'proof-gaps',
    ]);
  });

  const evicted = { conditions: [aCondition('DisruptionTarget', 'True', { reason: 'PreemptionByScheduler' })] };
  it.each<[string, Ending, string[]]>([
    [
      'eviction before failed tests, which are kept',
      { job: failed, pod: ended(exited(1), {}, evicted), results: FAILING },
      ['TestcarDisrupted', 'TestsFailed'],
    ],
    [
      'eviction before memory',
      { job: failed, pod: ended(exited(137, oom), {}, evicted), results: ABSENT },
      ['TestcarDisrupted'],
    ],
    [
      'memory before failed tests, which are kept',
      { job: failed, pod: ended(exited(1, oom)), results: FAILING },
      ['TestcarOomKilled', 'TestsFailed'],
    ],
    [
      'deadline before failed tests, which are kept',
      { job: aFailedJob({ reason: 'DeadlineExceeded' }), pod: ended(exited(143)), results: FAILING },
      ['TestDeadlineExceeded', 'TestsFailed'],
    ],
    [
      'crash before failed tests of half a run, which are kept',
      { job: failed, pod: ended(exited(139)), results: FAILING },
      ['TestcarCrashed', 'TestsFailed'],
    ],
    [
      'failed tests before all that is missing',
      { job: failed, pod: ended(exited(1)), results: FAILING, plan: aPlan({ minTests: 100 }) },
      ['TestsFailed'],
    ],
  ])('%s', (_, ending, expected) => {
    expect(causes(outcome(ending))).toEqual(expected);
  });

  it('does not take the number of failed tests for a signal', () => {
    const results: ResultsRead = {
      ok: true,
      results: resultsOf(Array.from({ length: 137 }, (_, index) => aTestCase(`t${index}`, 'failed'))),
    };
    expect(causes(outcome({ job: failed, pod: ended(exited(137)), results }))).toEqual(['TestsFailed']);
  });
});

describe('joint attribution', () => {
  const crashed = { sutPods: [aPod({ containers: [aContainer({ restartCount: 1, lastState: exited(137, oom) })] })] };
  const down = { sutPods: [aPod({ ready: false, containers: [aContainer({ ready: false, state: exited(1) })] })] };
  const evicted = {
    sutPods: [
      aPod({
        conditions: [aCondition('Ready'), aCondition('DisruptionTarget', 'True', { reason: 'EvictionByEvictionAPI' })],
      }),
    ],
  };
  const nodeLost = { sutPods: [aPod({ ready: false })] };
  const rolled = {
    deployment: aDeployment({ revision: '3' }),
    replicaSets: [aReplicaSet(), aReplicaSet({ name: 'web-77aa', revision: '3', annotations: {} })],
  };
  const unready = { sutPods: [aPod({ ready: false })] };
  const storage = {
    sutPods: [
      aPod({
        phase: 'Failed',
        ready: false,
        reason: 'Evicted',
        message: 'Usage of EmptyDir volume "tmp" exceeds the limit "5Mi".',
      }),
    ],
  };

  const redTests: Ending = { job: failed, pod: ended(exited(1)), results: FAILING };
  it.each<[string, Partial<Observation>, string[], string[]]>([
    ['held still', {}, ['TestsFailed'], ['proven-so-far']],
    ['crashed', crashed, ['SutCrashedUnderTest', 'TestsFailed'], ['SutRestarted']],
    ['is down', down, ['SutCrashedUnderTest', 'TestsFailed'], ['SutRestarted']],
    ['broke its storage limit', storage, ['SutCrashedUnderTest', 'TestsFailed'], ['SutRestarted']],
    ['was evicted', evicted, ['SutDisrupted', 'TestsFailed'], ['SutDisrupted']],
    ['was replaced', rolled, ['RevisionChanged', 'TestsFailed'], ['RevisionChanged']],
    [
      'is being deleted',
      {
        sutPods: [
          aPod({
            ready: false,
            meta: { deletionTimestampMs: 1 },
            containers: [aContainer({ ready: false, state: exited(143) })],
          }),
        ],
      },
      ['RevisionChanged', 'TestsFailed'],
      ['RevisionChanged'],
    ],
    ['was deleted', { sutPods: [] }, ['RevisionChanged', 'TestsFailed'], ['RevisionChanged']],
    ['lost its Deployment', { deployment: undefined }, ['RevisionChanged', 'TestsFailed'], ['RevisionChanged']],
    ['lost its readiness', unready, ['TestsFailed'], ['SutRestarted']],
  ])('the SUT %s', (_, sut, red, green) => {
    expect(causes(outcome({ ...redTests, sut }))).toEqual(red);
    expect(causes(outcome({ sut }))).toEqual(green);
  });

  it.each<[string, number | undefined, string]>([
    ['lost', 5000, 'lost its readiness during them'],
    ['may have lost', undefined, 'does not say since when it is ready: it may have lost its readiness during them'],
  ])('the SUT %s its readiness between two looks', (_, lastTransitionTimeMs, words) => {
    const sutPods = [aPod({ conditions: [aCondition('Ready', 'True', { lastTransitionTimeMs })] })];
    const found = outcome({ sut: { sutPods } });
    expect(causes(found)).toEqual(['SutRestarted']);
    const evidence = found.kind === 'failed' ? found.finding.evidence : { object: '' };
    expect(CAUSES.SutRestarted.headline(evidence)).toBe(`The tests passed, but ${evidence.object} ${words}`);
  });

  it('the node of the SUT went away', () => {
    const events = [anEvent('NodeNotReady', 'Node is not ready')];
    expect(causes(outcome({ ...redTests, sut: nodeLost, events }))).toEqual(['NodeLost', 'TestsFailed']);
    expect(causes(outcome({ sut: nodeLost, events }))).toEqual(['NodeLost']);
  });

  it('explains an address that did not answer, and a run without results', () => {
    expect(causes(outcome({ job: failed, pod: withReach(exited(90)), results: ABSENT, sut: crashed }))).toEqual([
      'SutCrashedUnderTest',
      'SutUnreachable',
    ]);
    expect(causes(outcome({ job: failed, pod: ended(exited(2)), results: NO_FILES, sut: evicted }))).toEqual([
      'SutDisrupted',
      'TestcarExitWithoutResults',
    ]);
  });

  it("does not explain testcar's own faults, but is kept beside them", () => {
    expect(causes(outcome({ job: failed, pod: ended(exited(127)), results: NO_FILES, sut: crashed }))).toEqual([
      'TestcarCommandNotFound',
      'SutCrashedUnderTest',
    ]);
  });

  it('restarts from before the tests do not count', () => {
    const sut = { sutPods: [aPod({ containers: [aContainer({ restartCount: 1, lastState: exited(1) })] })] };
    const input = inputOf({ sut });
    const memory = memoryOf(anObservation({ ...healthySut(), ...sut, atMs: 500 }), input.seen);
    expect(causes(judgeOutcome({ ...input, memory, revision: { ...REVISION, restarts: 1 } }))).toEqual([
      'proven-so-far',
    ]);
  });

  it('a readiness that was lost and is back still spoils a pass', () => {
    const input = inputOf({});
    const job = aCompleteJob();
    const memory = memoryOf(
      anObservation({ ...healthySut(), atMs: 1000, job }),
      anObservation({ ...healthySut(), ...unready, atMs: 2000, job }),
      input.seen,
    );
    expect(causes(judgeOutcome({ ...input, memory }))).toEqual(['SutRestarted']);
  });

  it('a readiness that was lost before the Job was there does not', () => {
    const input = inputOf({});
    const memory = memoryOf(
      anObservation({ ...healthySut(), atMs: 100 }),
      anObservation({ ...healthySut(), ...unready, atMs: 200 }),
      anObservation({ ...healthySut(), atMs: 300 }),
      input.seen,
    );
    expect(causes(judgeOutcome({ ...input, memory }))).toEqual(['proven-so-far']);
  });
});

it('names the first failed tests', () => {
  const names = ['adds', 'pays', 'ships', 'returns'];
  const results: ResultsRead = {
    ok: true,
    results: resultsOf(names.map((name) => aTestCase(name, 'failed', { classname: 'cart' }))),
  };
  const result = outcome({ job: failed, pod: ended(exited(1)), results });
  expect(result.kind === 'failed' && result.finding.evidence.details).toEqual([
    { label: 'tests', value: '4' },
    { label: 'failed', value: '4' },
    { label: 'first failures', value: 'cart: adds, cart: pays, cart: ships and 1 more' },
  ]);
});

it('the courier is the container that the pods really have', () => {
  expect(courierContainer().name).toBe(COURIER_NAME);
});
