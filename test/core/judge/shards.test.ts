import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endOf, rememberedPods } from '../../../src/core/judge/job-end.ts';
import type { OutcomeInput } from '../../../src/core/judge/outcome.ts';
import { judgeOutcome } from '../../../src/core/judge/outcome.ts';
import { type ProveInput, prove } from '../../../src/core/judge/prove.ts';
import { isCounted, retriesOf, shardsOf } from '../../../src/core/judge/shards.ts';
import { judgeTest } from '../../../src/core/judge/testing.ts';
import type { ResultsRead } from '../../../src/core/model/results.ts';
import type { Job, Observation, Pod } from '../../../src/core/model/seen.ts';
import { mergeReadable } from '../../../src/core/results/merge.ts';
import {
  aCompleteJob,
  aCondition,
  aFailedJob,
  aJob,
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
  contextOf,
  courierContainer,
  endedPod,
  healthySut,
  memoryOf,
  testContainer,
  testingPod,
} from './world.ts';

const COUNT = 3;
const ALL = [0, 1, 2];
const PLAN = aPlan({ shards: COUNT });
const PASSING: ResultsRead = { ok: true, results: passingResults(2) };
const ABSENT: ResultsRead = { ok: false, problem: { kind: 'absent' } };
const FAILING: ResultsRead = { ok: true, results: resultsOf([aTestCase('adds'), aTestCase('pays', 'failed')]) };
const EVICTED = aCondition('DisruptionTarget', 'True', { reason: 'EvictionByEvictionAPI', message: 'evicted' });
const DONE = { succeeded: COUNT, completedIndexes: ALL };

type PodOver = Parameters<typeof endedPod>[0];

function podOf(index: number, over: PodOver = {}, attempt = 1): Pod {
  return endedPod({ name: `testcar-1-${index}-x${attempt}`, completionIndex: index, ...over });
}

function evicted(index: number): Pod {
  return podOf(index, { phase: 'Failed', conditions: [EVICTED], meta: { creationTimestampMs: -1 } }, 0);
}

/** Each shard's pod that ended like this. */
function bad(index: number, code: number, reason = 'Error'): Pod {
  const state = exited(code, { reason });
  return podOf(index, { phase: 'Failed', containers: [courierContainer(), testContainer({ state })] });
}

type Ending = {
  job?: Job;
  pods?: readonly Pod[];
  results?: readonly ResultsRead[];
  /** What was seen before. */
  before?: readonly Pod[];
  plan?: typeof PLAN;
  sut?: Partial<Observation>;
};

function inputOf(ending: Ending = {}): OutcomeInput {
  const {
    job = aCompleteJob(DONE),
    pods = ALL.map((index) => podOf(index)),
    results = [PASSING, PASSING, PASSING],
  } = ending;
  const { plan = PLAN, before = [], sut = {} } = ending;
  const first = anObservation({ ...healthySut(), atMs: 1000, job, testcarPods: before });
  const seen = anObservation({ ...healthySut(), ...sut, atMs: 9000, job, testcarPods: pods });
  const memory = memoryOf(first, seen);
  const end = endOf(job) ?? { finished: 'failed', reason: '' };
  const known = rememberedPods(memory, JOB_UID);
  return {
    plan,
    end: { job, pod: known.at(-1), shards: shardsOf(known, JOB_UID, COUNT), ...end },
    jobUid: JOB_UID,
    revision: REVISION,
    results: ABSENT,
    shardResults: results,
    memory,
    seen,
    nowMs: 9000,
  };
}

function told(input: OutcomeInput): string[] {
  const outcome = judgeOutcome(input);
  if (outcome.kind !== 'failed') return [outcome.kind];
  return [outcome.finding, ...outcome.others].map(({ cause, evidence }) =>
    evidence.shard === undefined ? cause : `${cause} ${evidence.shard.slice(0, 7)}`,
  );
}

const failed = (...failedIndexes: number[]): Job =>
  aFailedJob({
    reason: 'FailedIndexes',
    failed: failedIndexes.length,
    failedIndexes,
    completedIndexes: ALL.filter((index) => !failedIndexes.includes(index)),
  });
const at = (index: number, ...replaced: readonly Pod[]): readonly Pod[] => [
  ...ALL.filter((each) => each !== index).map((each) => podOf(each)),
  ...replaced,
];
const resultsWith = (index: number, read: ResultsRead): readonly ResultsRead[] =>
  ALL.map((each) => (each === index ? read : PASSING));

it('has nothing against three good shards, and merges their results', () => {
  const outcome = judgeOutcome(inputOf());
  expect(outcome).toMatchObject({ kind: 'proven-so-far', results: { counts: { tests: 6, passed: 6 } } });
  const cases = outcome.kind === 'proven-so-far' ? [...outcome.results.cases] : [];
  expect(cases.map(({ shard }) => shard)).toEqual([0, 0, 1, 1, 2, 2]);
});

describe('the shard that fails is named', () => {
  it.each<[string, Ending, string[]]>([
    [
      'failed tests',
      { job: failed(1), pods: at(1, bad(1, 1)), results: resultsWith(1, FAILING) },
      ['TestsFailed shard 2'],
    ],
    [
      'failed tests of two shards are one finding',
      { job: failed(0, 2), pods: [bad(0, 1), podOf(1), bad(2, 1)], results: [FAILING, PASSING, FAILING] },
      ['TestsFailed shard 1'],
    ],
    [
      'memory',
      { job: failed(2), pods: at(2, bad(2, 137, 'OOMKilled')), results: resultsWith(2, ABSENT) },
      ['TestcarOomKilled shard 3'],
    ],
    [
      'crash',
      { job: failed(1), pods: at(1, bad(1, 139)), results: resultsWith(1, ABSENT) },
      ['TestcarCrashed shard 2'],
    ],
    [
      'the first in the order of the indexes, then the others',
      { job: failed(0, 1), pods: [bad(0, 9), bad(1, 139), podOf(2)], results: [ABSENT, ABSENT, PASSING] },
      ['TestcarExitWithoutResults shard 1', 'TestcarCrashed shard 2'],
    ],
    [
      'failed tests beside an earlier shard without results',
      { job: failed(0, 1), pods: [bad(0, 139), bad(1, 1), podOf(2)], results: [ABSENT, FAILING, PASSING] },
      ['TestcarCrashed shard 1', 'TestsFailed shard 2'],
    ],
    [
      'exit code that contradicts the results',
      { job: failed(1), pods: at(1, bad(1, 3)) },
      ['TestcarExitContradictsResults shard 2'],
    ],
    ['no pod', { pods: at(1) }, ['TestcarShardLost shard 2']],
    ['no pod of a failed Job', { job: failed(1), pods: at(1) }, ['TestcarShardLost shard 2']],
    [
      'pod gone with its results',
      { pods: at(1), before: [podOf(1)], results: resultsWith(1, ABSENT) },
      ['TestcarShardLost shard 2'],
    ],
    [
      'pod deleted with its results, after it was counted',
      { pods: at(1, podOf(1, { meta: { deletionTimestampMs: 1 } })), results: resultsWith(1, ABSENT) },
      ['TestcarShardLost shard 2'],
    ],
    [
      'pod deleted by somebody',
      {
        job: failed(1),
        pods: at(1, podOf(1, { phase: 'Failed', meta: { deletionTimestampMs: 1 } })),
        results: resultsWith(1, ABSENT),
      },
      ['TestcarDisrupted shard 2'],
    ],
    [
      'disrupted, and no pod came after it',
      { job: failed(1), pods: at(1, evicted(1)), results: resultsWith(1, ABSENT) },
      ['TestcarDisrupted shard 2'],
    ],
    ['results that are missing', { results: resultsWith(2, ABSENT) }, ['CourierFailed shard 3']],
    [
      'not counted as completed',
      { job: aCompleteJob({ ...DONE, completedIndexes: [0, 2] }) },
      ['TestcarShardLost shard 2'],
    ],
    ['counted as both', { job: aCompleteJob({ ...DONE, failedIndexes: [2] }) }, ['TestcarShardLost shard 3']],
    ['a Job that is not complete', { job: aJob({ ...DONE }) }, ['EvidenceContradicts shard 1']],
    [
      'ran twice',
      { pods: [...at(1), podOf(1, { meta: { creationTimestampMs: 1 } }, 0), podOf(1)] },
      ['EvidenceContradicts shard 2'],
    ],
    ['a pod of no shard', { pods: [...at(1), podOf(1), podOf(3)] }, ['EvidenceContradicts']],
    ['a pod without an index', { pods: [...at(1), podOf(1), endedPod()] }, ['EvidenceContradicts']],
    ['too few results', { results: [PASSING, PASSING] }, ['EvidenceContradicts']],
  ])('%s', (_, ending, expected) => {
    expect(told(inputOf(ending))).toEqual(expected);
  });

  it('the deadline is told of the shard that it ended, not of one that had ended', () => {
    const killed = bad(1, 137);
    const pods = at(1, { ...killed, meta: { ...killed.meta, deletionTimestampMs: 1 } });
    const job = aFailedJob({ reason: 'DeadlineExceeded', completedIndexes: [0, 2] });
    expect(told(inputOf({ job, pods, results: resultsWith(1, ABSENT) }))).toEqual(['TestDeadlineExceeded shard 2']);
  });

  it('the deadline says nothing about a shard that had failed before it', () => {
    const killed = bad(1, 137);
    const pods = [bad(0, 1), { ...killed, meta: { ...killed.meta, deletionTimestampMs: 1 } }, podOf(2)];
    const job = aFailedJob({ reason: 'DeadlineExceeded', completedIndexes: [2], failedIndexes: [0, 1] });
    expect(told(inputOf({ job, pods, results: [FAILING, ABSENT, PASSING] }))).toEqual([
      'TestsFailed shard 1',
      'TestDeadlineExceeded shard 2',
    ]);
  });

  it('tells of all shards with failed tests', () => {
    const outcome = judgeOutcome(
      inputOf({ job: failed(0, 2), pods: [bad(0, 1), podOf(1), bad(2, 1)], results: [FAILING, PASSING, FAILING] }),
    );
    expect(outcome.kind === 'failed' ? outcome.finding.evidence.details : []).toEqual(
      expect.arrayContaining([
        { label: 'tests', value: '6' },
        { label: 'failed', value: '2' },
        { label: 'failed tests also in', value: 'shard 3 of 3 (index 2)' },
      ]),
    );
  });
});

describe('the merged results count', () => {
  const skipped: ResultsRead = { ok: true, results: resultsOf([aTestCase('a', 'skipped')]) };
  const none: ResultsRead = { ok: true, results: resultsOf([]) };
  it.each<[string, Ending, string]>([
    ['minTests of all together', { plan: aPlan({ shards: COUNT, minTests: 6 }) }, 'proven-so-far'],
    ['one too few', { plan: aPlan({ shards: COUNT, minTests: 7 }) }, 'TestcarNoTests'],
    ['one shard without a test', { results: [PASSING, none, PASSING] }, 'proven-so-far'],
    ['no shard with a test', { results: [none, none, none] }, 'TestcarNoTests'],
    ['one shard that skips all', { results: [skipped, PASSING, PASSING] }, 'proven-so-far'],
    ['all skip all', { results: [skipped, skipped, skipped] }, 'TestcarAllSkipped'],
  ])('%s', (_, ending, expected) => {
    expect(told(inputOf(ending))[0]).toBe(expected);
  });
});

it('is not proven by a shard whose courier ended before its tests', () => {
  const courier = courierContainer({ state: exited(0, { finishedAtMs: 3_000 }) });
  const early = podOf(1, { containers: [courier, testContainer({ state: exited(0, { finishedAtMs: 4_000 }) })] });
  expect(told(inputOf({ pods: at(1, early) }))).toEqual(['EvidenceContradicts shard 2']);
});

describe('a shard that was disrupted and came back', () => {
  const again: Ending = { before: [...at(1), evicted(1)] };

  it('counts by its last pod', () => {
    expect(told(inputOf(again))).toEqual(['proven-so-far']);
    const shard = inputOf(again).end.shards?.[1];
    expect(shard?.pod?.meta.name).toBe('testcar-1-1-x1');
    expect(shard && retriesOf(shard)).toEqual([
      { pod: 'testcar-1-1-x0', reason: 'EvictionByEvictionAPI', message: 'evicted' },
    ]);
  });

  it('not when the pod before broke a limit of its own', () => {
    const greedy = podOf(
      1,
      {
        phase: 'Failed',
        reason: 'Evicted',
        message: 'Usage of EmptyDir volume "scratch" exceeds the limit "1Mi".',
        conditions: [EVICTED],
        meta: { creationTimestampMs: -1 },
      },
      0,
    );
    expect(told(inputOf({ before: [...at(1), greedy] }))).toEqual(['TestcarStorageExceeded shard 2']);
  });
});

it('asks the ground under the tests too', () => {
  const crashed = { sutPods: [] };
  expect(told(inputOf({ sut: crashed }))).toEqual(['RevisionChanged']);
});

it('knows of no counted shard without a Job, and of none for a pod without an index', () => {
  expect(isCounted(undefined, podOf(0))).toBe(false);
  expect(isCounted(aCompleteJob({ ...DONE }), podOf(0))).toBe(true);
  expect(isCounted(aCompleteJob({ ...DONE }), podOf(0, { completionIndex: undefined }))).toBe(false);
});

describe('while the shards run', () => {
  const context = (
    job: Job,
    testcarPods: readonly Pod[],
    over: { atMs?: number; events?: Observation['events'] } = {},
    history: readonly Observation[] = [],
  ) =>
    contextOf(
      anObservation({ ...healthySut(), atMs: over.atMs ?? 1000, job, testcarPods, events: over.events ?? [] }),
      {
        plan: PLAN,
        history,
      },
    );
  const judged = (...input: Parameters<typeof context>) =>
    judgeTest({ ...context(...input), revision: REVISION, job: { uid: JOB_UID } });
  const up = (index: number, over: PodOver = {}): Pod =>
    testingPod({ name: `testcar-1-${index}-x1`, completionIndex: index, ...over });

  it('says how many have ended, and what the first of the others does', () => {
    const job = aJob({ active: 1, completedIndexes: [0], failedIndexes: [2] });
    expect(judged(job, [podOf(0), up(1), bad(2, 1)])).toMatchObject({
      kind: 'waiting',
      forWhat: '2 of 3 shards ended, 1 of them failed; shard 2 of 3 (index 1): tests running in pod testcar-1-1-x1',
    });
    expect(judged(aJob({ active: 1 }), [up(0), up(1)])).toMatchObject({
      forWhat: '0 of 3 shards ended; shard 1 of 3 (index 0): tests running in pod testcar-1-0-x1',
    });
  });

  it('waits for shards that outlive others, and for one that was disrupted', () => {
    const job = aJob({ active: 2, completedIndexes: [0] });
    const pods = [podOf(0), up(1), up(2), evicted(2)];
    const early = anObservation({ ...healthySut(), atMs: 1000, job, testcarPods: pods });
    expect(judged(job, pods, { atMs: 600_000 }, [early]).kind).toBe('waiting');
  });

  it('not for a pod that has ended and that the Job controller does not count', () => {
    const job = aJob({ active: 3 });
    const pods = [podOf(0), up(1), up(2)];
    const early = anObservation({ ...healthySut(), atMs: 1000, job, testcarPods: pods });
    expect(judged(job, pods, { atMs: 600_000 }, [early])).toMatchObject({
      kind: 'failed',
      finding: { cause: 'EvidenceContradicts', evidence: { shard: 'shard 1 of 3 (index 0)' } },
    });
  });

  it('not for one that broke a limit of its own', () => {
    const greedy = up(1, {
      phase: 'Failed',
      reason: 'Evicted',
      message: 'Usage of EmptyDir volume "x" exceeds the limit',
    });
    const job = aJob({ active: 2 });
    const early = anObservation({ ...healthySut(), atMs: 1000, job, testcarPods: [up(0), greedy, up(2)] });
    expect(judged(job, [up(0), greedy, up(2)], { atMs: 60_000 }, [early])).toMatchObject({
      kind: 'failed',
      finding: { cause: 'TestcarStorageExceeded', evidence: { shard: 'shard 2 of 3 (index 1)' } },
    });
  });

  it('names the shard whose image cannot be had', () => {
    const state = waiting('ErrImageNeverPull');
    const pod = up(1, { phase: 'Pending', containers: [testContainer({ state, imageID: '' })] });
    const early = anObservation({ ...healthySut(), atMs: 1000, job: aJob(), testcarPods: [up(0), pod, up(2)] });
    expect(judged(aJob({ active: 3 }), [up(0), pod, up(2)], { atMs: 60_000 }, [early])).toMatchObject({
      kind: 'failed',
      finding: { cause: 'TestcarImageNeverPull', evidence: { shard: 'shard 2 of 3 (index 1)' } },
    });
  });

  it('sees that the pod of one shard may not be created', () => {
    const message =
      'pods "testcar-1-2-x" is forbidden: exceeded quota: small, requested: pods=1, used: pods=3, limited: pods=3';
    const events = [anEvent('FailedCreate', message, { kind: 'Job', name: 'testcar-1', uid: JOB_UID })];
    const early = anObservation({ ...healthySut(), atMs: 1000, job: aJob(), testcarPods: [up(0), up(1)], events });
    const late = { atMs: 120_000, events };
    expect(judged(aJob({ active: 2 }), [up(0), up(1)], late, [early])).toMatchObject({
      kind: 'failed',
      finding: { cause: 'TestcarQuotaExceeded' },
    });
    expect(judged(aJob({ active: 3 }), [up(0), up(1), up(2)], late, [early]).kind).toBe('waiting');
  });

  it('waits for the last status of every pod, and gives one shard for each index', () => {
    const job = aCompleteJob(DONE);
    expect(judged(job, [podOf(0), up(1), podOf(2)])).toMatchObject({
      kind: 'waiting',
      forWhat: 'the last status of the pods of Job testcar-1',
    });
    expect(
      judged(
        job,
        ALL.map((index) => podOf(index)),
      ),
    ).toMatchObject({
      kind: 'done',
      value: { shards: [{ index: 0 }, { index: 1 }, { index: 2 }] },
    });
  });
});

function proveInput(ending: Ending = {}, confirmed: { job?: Job; pods?: readonly Pod[] } = {}): ProveInput {
  const input = inputOf(ending);
  const results = mergeReadable(input.shardResults ?? []) ?? passingResults(0);
  const { job = input.end.job, pods = input.seen.testcarPods } = confirmed;
  return { ...input, results, confirmed: { job, pods, revision: REVISION, seen: input.seen } };
}

function proof(input: ProveInput): string {
  const made = prove(input);
  return made.kind === 'failed' ? made.finding.cause : made.kind;
}

describe('the proof', () => {
  it('holds for three good shards, also in any order, and after a disruption', () => {
    expect(prove(proveInput())).toMatchObject({ kind: 'proven', proof: { results: { counts: { tests: 6 } } } });
    expect(proof(proveInput({}, { pods: [podOf(2), podOf(0), podOf(1)] }))).toBe('proven');
    expect(proof(proveInput({ before: [...at(1), evicted(1)] }))).toBe('proven');
    expect(proof(proveInput({ before: [...at(1), evicted(1)] }, { pods: [evicted(1), ...at(1), podOf(1)] }))).toBe(
      'proven',
    );
  });

  it.each<[string, Parameters<typeof proveInput>[1]]>([
    ['lacks a pod', { pods: at(1) }],
    ['has another pod', { pods: at(1, podOf(1, {}, 7)) }],
    ['has a second pod of an index', { pods: [...at(1), podOf(1), podOf(1, {}, 0)] }],
    ['has a pod of no shard', { pods: [...at(1), podOf(1), podOf(5)] }],
    ['counts fewer', { job: aCompleteJob({ ...DONE, succeeded: 2 }) }],
    ['is not complete', { job: aJob({ ...DONE }) }],
  ])('not when the last read %s', (_, confirmed) => {
    expect(proof(proveInput({}, confirmed))).toBe('EvidenceContradicts');
  });

  it('on the pods that were watched, also when the memory does not know them', () => {
    const input = proveInput({}, { pods: at(1, podOf(1, {}, 7)) });
    const memory = memoryOf(anObservation({ ...healthySut(), job: input.end.job }));
    const seen = { ...input.seen, testcarPods: [] };
    const confirmed = { ...input.confirmed, seen };
    expect(proof({ ...input, seen, memory, confirmed })).toBe('EvidenceContradicts');
  });

  it('not when the last read does not count an index', () => {
    expect(proof(proveInput({}, { job: aCompleteJob({ ...DONE, completedIndexes: [0, 1] }) }))).toBe(
      'TestcarShardLost',
    );
  });

  it('never without anything that a shard must have', () => {
    const broken: readonly ((index: number) => Ending)[] = [
      (index) => ({ pods: at(index) }),
      (index) => ({ pods: at(index, bad(index, 1)) }),
      (index) => ({ pods: at(index, bad(index, 0, 'OOMKilled')) }),
      (index) => ({ pods: at(index, podOf(index, { phase: 'Running' })) }),
      (index) => ({ pods: at(index, podOf(index, { containers: [testContainer({ state: running() })] })) }),
      (index) => ({ pods: at(index, podOf(index, { controllerUid: 'other' })) }),
      (index) => ({ pods: at(index, podOf(index, { completionIndex: undefined })) }),
      (index) => ({ pods: at(index, podOf(index, { completionIndex: (index + 1) % COUNT })) }),
      (index) => ({ pods: at(index, evicted(index)) }),
      (index) => ({ results: resultsWith(index, ABSENT) }),
      (index) => ({ results: resultsWith(index, FAILING) }),
      (index) => ({ results: resultsWith(index, { ok: false, problem: { kind: 'no-files' } }) }),
      (index) => ({ results: resultsWith(index, { ok: false, problem: { kind: 'incomplete', detail: 'cut' } }) }),
      (index) => ({ results: resultsWith(index, { ok: true, results: { ...passingResults(2), sha256: '' } }) }),
      (index) => ({ results: ALL.filter((each) => each !== index).map(() => PASSING) }),
      (index) => ({ job: aCompleteJob({ ...DONE, completedIndexes: ALL.filter((each) => each !== index) }) }),
      (index) => ({ job: aCompleteJob({ ...DONE, failedIndexes: [index] }) }),
      (index) => ({ job: failed(index) }),
      (index) => ({ before: [podOf(index, { meta: { creationTimestampMs: 1 } }, 0)] }),
    ];
    const indexes = fc.subarray(ALL, { minLength: 1 });
    fc.assert(
      fc.property(fc.subarray([...broken], { minLength: 1, maxLength: 3 }), indexes, (breaks, where) => {
        const ending = breaks.reduce<Ending>(
          (sum, make, place) => ({ ...sum, ...make(where[place % where.length] ?? 0) }),
          {},
        );
        expect(proof(proveInput(ending))).not.toBe('proven');
        // Nor when only the last read shows it.
        const { pods, job } = ending;
        if (pods !== undefined || job !== undefined)
          expect(proof(proveInput({}, { ...(pods && { pods }), ...(job && { job }) }))).not.toBe('proven');
      }),
      { numRuns: 2_000 },
    );
  });
});
