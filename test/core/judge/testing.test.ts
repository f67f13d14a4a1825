import { describe, expect, it } from 'vitest';
import { CAUSES } from '../../../src/core/causes/index.ts';
import type { Judgement } from '../../../src/core/judge/judgement.ts';
import { judgeTest } from '../../../src/core/judge/testing.ts';
import type { Observation } from '../../../src/core/model/seen.ts';
import {
  aCompleteJob,
  aCondition,
  aFailedJob,
  aJob,
  aPod,
  anApiError,
  anEvent,
  anObservation,
  exited,
  running,
  waiting,
} from '../../fakes/builders.ts';
import {
  JOB_UID,
  REVISION,
  aPlan,
  contextOf,
  courierContainer,
  endedPod,
  healthySut,
  idleJob,
  testContainer,
  testingPod,
} from './world.ts';

type World = Partial<Observation>;

/** Judges the last of the worlds, which follow each other at the given times; the last is looked at `nowMs`. */
function judge(nowMs: number, ...worlds: readonly [atMs: number, world: World][]): Judgement<unknown> {
  const observations = worlds.map(([atMs, world]) => anObservation({ ...healthySut(), ...world, atMs }));
  const seen = observations.at(-1) ?? anObservation();
  return judgeTest({ ...contextOf(seen, { nowMs, history: observations }), revision: REVISION, job: { uid: JOB_UID } });
}

function causeOf(judgement: Judgement<unknown>): string {
  return judgement.kind === 'failed' ? judgement.finding.cause : judgement.kind;
}

const testing: World = { job: aJob(), testcarPods: [testingPod()] };
const completed: World = { job: aCompleteJob(), testcarPods: [endedPod()] };
const DEADLINE = 1_800_000;

describe('is done', () => {
  it('when the Job is complete and its pod over', () => {
    expect(judge(5000, [0, testing], [5000, completed])).toEqual({
      kind: 'done',
      value: { job: aCompleteJob(), pod: endedPod(), finished: 'complete', reason: 'CompletionsReached' },
    });
  });

  it('when the Job has failed', () => {
    const pod = endedPod({ phase: 'Failed' });
    expect(judge(5000, [0, testing], [5000, { job: aFailedJob(), testcarPods: [pod] }])).toMatchObject({
      kind: 'done',
      value: { finished: 'failed', reason: 'BackoffLimitExceeded', pod: { meta: { uid: pod.meta.uid } } },
    });
  });

  it('with the last state of a pod that was deleted with the deadline', () => {
    const job = aFailedJob({ reason: 'DeadlineExceeded' });
    expect(judge(5000, [0, testing], [5000, { job, testcarPods: [] }])).toMatchObject({
      kind: 'done',
      value: { pod: { phase: 'Running' } },
    });
  });

  it('when the Job was complete and then swept by its TTL', () => {
    expect(judge(9000, [0, testing], [5000, completed], [9000, {}])).toMatchObject({
      kind: 'done',
      value: { finished: 'complete' },
    });
  });

  it('contradictory, when the Job says both', () => {
    const job = aJob({ conditions: [aCondition('Complete'), aCondition('Failed')] });
    expect(judge(5000, [5000, { job, testcarPods: [endedPod()] }])).toMatchObject({
      value: { finished: 'failed', reason: 'both Complete and Failed' },
    });
  });
});

describe('waits', () => {
  it.each<[string, World, string]>([
    ['for the Job to appear', {}, 'Job testcar-1 to create its pod'],
    ['for the pod', { job: idleJob() }, 'Job testcar-1 to create its pod'],
    [
      'for the image',
      {
        job: aJob(),
        testcarPods: [
          testingPod({
            phase: 'Pending',
            ready: false,
            containers: [testContainer({ state: waiting('ContainerCreating') })],
          }),
        ],
      },
      'pod testcar-1-x1 to start its tests; container testcar: ContainerCreating',
    ],
    ['for the tests', testing, 'tests running in pod testcar-1-x1'],
    [
      'for the courier',
      {
        job: aJob(),
        testcarPods: [testingPod({ containers: [courierContainer({ state: running() }), testContainer()] })],
      },
      'pod testcar-1-x1 to end: container testcar ended with exit code 0',
    ],
    [
      'while the end is only announced',
      { job: aJob({ conditions: [aCondition('FailureTarget')] }), testcarPods: [testingPod()] },
      'tests running in pod testcar-1-x1',
    ],
    [
      'while success is only announced',
      { job: aJob({ conditions: [aCondition('SuccessCriteriaMet')] }), testcarPods: [testingPod()] },
      'tests running in pod testcar-1-x1',
    ],
    [
      'when a condition is there but not true',
      {
        job: aJob({ conditions: [aCondition('Complete', 'False'), aCondition('Failed', 'Unknown')] }),
        testcarPods: [testingPod()],
      },
      'tests running in pod testcar-1-x1',
    ],
    ['in the queue', { job: aJob({ suspend: true, active: 0 }) }, 'Job testcar-1 is suspended'],
  ])('%s', (_, world, forWhat) => {
    expect(judge(1000, [1000, world])).toMatchObject({ kind: 'waiting', forWhat });
  });

  it('a moment for the pod, whose watch is another than that of the Job', () => {
    const late: World = { job: aCompleteJob(), testcarPods: [testingPod()] };
    expect(judge(5000, [0, testing], [5000, late])).toMatchObject({ kind: 'waiting', nextAtMs: 15_000 });
    expect(judge(15_000, [0, testing], [5000, late])).toMatchObject({
      kind: 'done',
      value: { pod: { phase: 'Running' } },
    });
  });
});

describe('identity of the Job', () => {
  it('a Job that was there and is not: deleted, when no other has taken its place for a moment', () => {
    expect(judge(5000, [0, testing], [5000, {}])).toMatchObject({ kind: 'waiting', nextAtMs: 6000 });
    expect(causeOf(judge(5900, [0, testing], [5000, {}], [5900, { job: aJob({ uid: 'other' }) }]))).toBe('JobNotOurs');
    expect(causeOf(judge(6000, [0, testing], [5000, {}]))).toBe('JobDeleted');
  });

  it('does not take a lost connection for that', () => {
    const reads: Observation['reads'] = {
      ...anObservation().reads,
      job: { state: 'failing', sinceMs: 4000, error: anApiError('unreachable') },
    };
    expect(causeOf(judge(5000, [0, testing], [5000, { reads }]))).toBe('waiting');
  });

  it('a Job that never appears: deleted, after a time for the watch', () => {
    expect(judge(1000, [0, {}])).toMatchObject({ kind: 'waiting', nextAtMs: 30_000 });
    expect(causeOf(judge(30_000, [0, {}]))).toBe('JobDeleted');
  });

  it('another Job of that name', () => {
    const other = { job: aJob({ uid: 'other' }) };
    expect(causeOf(judge(5000, [0, testing], [5000, other]))).toBe('JobNotOurs');
    expect(causeOf(judge(5000, [5000, other]))).toBe('waiting');
    expect(causeOf(judge(30_000, [0, other]))).toBe('JobNotOurs');
  });

  it.each([
    ['run', aJob({ labels: { 'testcar-gate/run': 'web-tcg-2' } })],
    ['spec', aJob({ annotations: { 'testcar-gate/spec-hash': 'xyz' } })],
  ])('our UID, but the %s was changed', (_, job) => {
    expect(causeOf(judge(1000, [0, { job }]))).toBe('JobNotOurs');
  });

  it('does not fire on our own marks', () => {
    const job = aJob({ labels: { 'testcar-gate/run': 'web-tcg-1' }, annotations: { 'testcar-gate/spec-hash': 'abc' } });
    expect(causeOf(judge(1000, [0, { job, testcarPods: [testingPod()] }]))).toBe('waiting');
  });

  it('cannot judge without a UID', () => {
    expect(causeOf(judgeTest(contextOf(anObservation())))).toBe('EvidenceContradicts');
  });
});

describe('fails early', () => {
  const pulling = testingPod({
    phase: 'Pending',
    ready: false,
    containers: [testContainer({ state: waiting('ErrImagePull', 'x: not found') })],
  });

  it('on an image that is not there', () => {
    const world = { job: aJob(), testcarPods: [pulling] };
    expect(judge(1000, [0, world])).toMatchObject({ kind: 'waiting', nextAtMs: 10_000 });
    expect(causeOf(judge(10_000, [0, world]))).toBe('TestcarImageNotFound');
  });

  it('not on a pod of an earlier Job', () => {
    const old = { ...pulling, meta: { ...pulling.meta, uid: 'old', controllerUid: 'old-job' } };
    expect(causeOf(judge(60_000, [0, { job: aJob(), testcarPods: [old, testingPod()] }]))).toBe('waiting');
  });

  it('when the Job may not create its pod', () => {
    const events = [anEvent('FailedCreate', 'exceeded quota: team', { kind: 'Job', name: 'testcar-1' })];
    expect(causeOf(judge(35_000, [0, { job: idleJob(), events }]))).toBe('TestcarQuotaExceeded');
    expect(causeOf(judge(35_000, [0, { ...testing, events }]))).toBe('waiting');
  });

  it('not on that refusal while its pods, or the Job, are shown by a lost connection', () => {
    const events = [anEvent('FailedCreate', 'exceeded quota: team', { kind: 'Job', name: 'testcar-1' })];
    const refused = { job: idleJob(), events };
    const failing = { state: 'failing' as const, sinceMs: 34_999, error: anApiError('unreachable') };
    const { reads } = anObservation();
    const noPods = { ...refused, reads: { ...reads, testcarPods: failing } };
    expect(causeOf(judge(35_000, [0, refused], [35_000, noPods]))).toBe('waiting');
    const noJob = { events, reads: { ...reads, job: failing } };
    expect(causeOf(judge(35_000, [0, refused], [35_000, noJob]))).toBe('waiting');
  });

  it.each([
    ['active', { active: 1, succeeded: 0, failed: 0 }],
    ['succeeded', { active: 0, succeeded: 1, failed: 0 }],
    ['failed', { active: 0, succeeded: 0, failed: 1 }],
  ])('not on an old refusal of a pod that the Job counts as %s by now', (_, counts) => {
    const events = [anEvent('FailedCreate', 'exceeded quota: team', { kind: 'Job', name: 'testcar-1' })];
    expect(causeOf(judge(35_000, [0, { job: aJob(counts), events }]))).toBe('waiting');
  });

  it('when credentials expire', () => {
    const reads: Observation['reads'] = {
      ...anObservation().reads,
      job: { state: 'failing', sinceMs: 1000, error: anApiError('unauthorized') },
    };
    expect(causeOf(judge(1000, [0, testing], [1000, { ...testing, reads }]))).toBe('CredentialsExpired');
  });

  it('when the Job is suspended after its pod ran', () => {
    expect(causeOf(judge(5000, [0, testing], [5000, { job: aJob({ suspend: true, active: 0 }) }]))).toBe(
      'JobSuspended',
    );
  });
});

describe('when nothing is left of what is tested', () => {
  const gone = { ...testing, sutPods: [] };

  it('waits a minute for the tests to notice', () => {
    expect(judge(64_999, [0, testing], [5_000, gone])).toMatchObject({ kind: 'waiting', nextAtMs: 65_000 });
  });

  it('then closes, whatever the tests still wait for', () => {
    expect(causeOf(judge(65_000, [0, testing], [5_000, gone]))).toBe('RevisionChanged');
  });

  it('names the cluster when it took the pod away', () => {
    const evicted = [aPod({ phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' })];
    const seen = [0, testing] as [number, World];
    expect(causeOf(judge(70_000, seen, [4_000, { ...testing, sutPods: evicted }], [5_000, gone]))).toBe('SutDisrupted');
  });

  it('does not fire while the connection is lost', () => {
    const failing = { state: 'failing' as const, sinceMs: 5_000, error: anApiError('unauthorized') };
    const reads = { ...anObservation().reads, sutPods: failing };
    expect(causeOf(judge(5_000, [0, testing], [5_000, { ...gone, reads }]))).not.toBe('RevisionChanged');
  });

  it('does not fire on a pod that is still there', () => {
    const unready = { ...testing, sutPods: [aPod({ ready: false })] };
    expect(causeOf(judge(70_000, [0, testing], [5_000, unready]))).toBe('waiting');
  });
});

describe('when what is tested crashes again and again', () => {
  const looping = (restartCount: number): World => ({
    ...testing,
    sutPods: [
      aPod({
        ready: false,
        containers: [
          {
            ...aPod().containers[0]!,
            restartCount,
            ready: false,
            state: waiting('CrashLoopBackOff'),
            lastState: exited(2),
          },
        ],
      }),
    ],
  });

  it('leaves the tests the time of the first back-offs, in which most of them notice', () => {
    expect(judge(34_999, [0, testing], [5_000, looping(1)])).toMatchObject({ kind: 'waiting', nextAtMs: 35_000 });
    expect(causeOf(judge(60_000, [0, testing], [5_000, looping(1)], [25_000, testing], [50_000, looping(2)]))).toBe(
      'waiting',
    );
  });

  it('then closes, whatever the tests still wait for', () => {
    expect(causeOf(judge(35_000, [0, testing], [5_000, looping(2)]))).toBe('SutCrashedUnderTest');
  });

  it('does not fire on a container that is up again', () => {
    const up = { ...testing, sutPods: [aPod({ containers: [{ ...aPod().containers[0]!, restartCount: 3 }] })] };
    expect(causeOf(judge(90_000, [0, testing], [5_000, looping(2)], [34_000, up]))).toBe('waiting');
  });
});

describe('at the deadline', () => {
  it('says what the pod was doing', () => {
    const judgement = judge(DEADLINE, [0, testing]);
    expect(judgement).toMatchObject({ kind: 'failed', others: [] });
    expect(judgement.kind === 'failed' && CAUSES[judgement.finding.cause].headline(judgement.finding.evidence)).toBe(
      'Job/testcar-1 was not finished within 30m; at the end: tests running in pod testcar-1-x1',
    );
  });

  it('waits until then', () => {
    expect(judge(DEADLINE - 1, [0, testing])).toMatchObject({ kind: 'waiting', nextAtMs: DEADLINE });
  });

  it('takes an end that came in time', () => {
    expect(judge(DEADLINE, [0, completed]).kind).toBe('done');
  });

  it('blames a queue that never let it start', () => {
    expect(causeOf(judge(DEADLINE, [0, { job: aJob({ suspend: true, active: 0 }) }]))).toBe('JobSuspended');
  });

  it('blames the cluster for a pod that it could not place', () => {
    const pending = testingPod({
      phase: 'Pending',
      ready: false,
      conditions: [aCondition('PodScheduled', 'False', { reason: 'SchedulingGated' })],
      containers: [testContainer({ state: { kind: 'unknown' } })],
    });
    expect(judge(DEADLINE, [0, { job: aJob(), testcarPods: [pending] }])).toMatchObject({
      finding: { cause: 'TestcarUnschedulable' },
      others: [{ cause: 'TestDeadlineExceeded' }],
    });
  });

  it('blames the SUT for a wait on it after its crash', () => {
    const crashed = {
      sutPods: [
        aPod({
          containers: [{ ...aPod().containers[0]!, restartCount: 1, lastState: exited(137, { reason: 'OOMKilled' }) }],
        }),
      ],
    };
    expect(judge(DEADLINE, [0, testing], [5000, { ...testing, ...crashed }])).toMatchObject({
      finding: { cause: 'SutCrashedUnderTest' },
      others: [{ cause: 'TestDeadlineExceeded' }],
    });
  });
});

it('uses the options of the plan', () => {
  const seen = anObservation({ ...healthySut(), ...testing });
  const ctx = contextOf(seen, { plan: aPlan({ testTimeoutMs: 1000 }), nowMs: 1000 });
  expect(causeOf(judgeTest({ ...ctx, revision: REVISION, job: { uid: JOB_UID } }))).toBe('TestDeadlineExceeded');
});
