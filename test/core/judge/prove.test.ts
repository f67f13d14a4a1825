import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endOf } from '../../../src/core/judge/job-end.ts';
import { type ProveInput, fail, pass, prove } from '../../../src/core/judge/prove.ts';
import { judgeReady } from '../../../src/core/judge/ready.ts';
import { judgeTest } from '../../../src/core/judge/testing.ts';
import { remember } from '../../../src/core/judge/memory.ts';
import { RESULTS_SOURCES, type Results } from '../../../src/core/model/results.ts';
import type { Container, Observation, Pod } from '../../../src/core/model/seen.ts';
import {
  parseDeployment,
  parseEvent,
  parseJob,
  parsePod,
  parseReplicaSet,
} from '../../../src/core/observation/index.ts';
import {
  aCompleteJob,
  aCondition,
  aContainer,
  aFailedJob,
  aPod,
  aTestCase,
  anEvent,
  anObservation,
  exited,
  passingResults,
  resultsOf,
} from '../../fakes/builders.ts';
import { deploymentJson, eventJson, jobJson, podJson, replicaSetJson } from '../../fakes/as-json.ts';
import { mutated } from '../observation/mutated.ts';
import {
  JOB_UID,
  REVISION,
  aPlan,
  contextOf,
  endedPod,
  endedWorld,
  healthySut,
  memoryOf,
  testContainer,
  testingPod,
} from './world.ts';

const JOB = aCompleteJob();

function proveInput(over: Partial<ProveInput> = {}): ProveInput {
  const before = anObservation({ ...healthySut(), atMs: 1000, job: JOB, testcarPods: [testingPod()] });
  const seen = endedWorld({ atMs: 9000 });
  return {
    plan: aPlan(),
    end: { job: JOB, pod: endedPod(), finished: 'complete', reason: 'CompletionsReached' },
    jobUid: JOB_UID,
    revision: REVISION,
    results: passingResults(3),
    memory: memoryOf(before, seen),
    seen,
    nowMs: 9000,
    confirmed: { job: JOB, pods: [endedPod()], revision: REVISION, seen },
    ...over,
  };
}

function causeOf(input: ProveInput): string {
  const proof = prove(input);
  return proof.kind === 'failed' ? proof.finding.cause : proof.kind;
}

const confirmed = (over: Partial<ProveInput['confirmed']>): ProveInput =>
  proveInput({
    confirmed: { job: JOB, pods: [endedPod()], revision: REVISION, seen: endedWorld({ atMs: 9000 }), ...over },
  });

it('proves a run in which everything holds', () => {
  const proof = prove(proveInput());
  expect(proof).toMatchObject({
    kind: 'proven',
    proof: { jobUid: JOB_UID, revision: REVISION, results: passingResults(3) },
  });
  if (proof.kind === 'proven')
    expect(pass(proof.proof)).toEqual({ kind: 'passed', class: 'PASSED', proof: proof.proof });
});

it('keeps the class of the cause in a failed verdict', () => {
  const finding = { cause: 'TestsFailed', evidence: { object: 'job/x' } } as const;
  expect(fail(finding, [])).toEqual({ kind: 'failed', class: 'TEST_FAILED', finding, others: [] });
});

describe('the last read must agree', () => {
  const otherImage = { web: `registry.example/web@sha256:${'0'.repeat(64)}` };
  it.each<[string, ProveInput, string]>([
    ['Job of another UID', confirmed({ job: aCompleteJob({ uid: 'other' }) }), 'JobNotOurs'],
    ['Job being deleted', confirmed({ job: aCompleteJob({ meta: { deletionTimestampMs: 1 } }) }), 'JobDeleted'],
    ['Job suspended', confirmed({ job: aCompleteJob({ suspend: true }) }), 'JobSuspended'],
    ['Job not complete any more', confirmed({ job: aCompleteJob({ conditions: [] }) }), 'EvidenceContradicts'],
    ['Job failed', confirmed({ job: aFailedJob({ succeeded: 1 }) }), 'EvidenceContradicts'],
    ['Job without a success', confirmed({ job: aCompleteJob({ succeeded: 0 }) }), 'EvidenceContradicts'],
    ['no pod', confirmed({ pods: [] }), 'EvidenceContradicts'],
    ['another pod', confirmed({ pods: [endedPod({ uid: 'other' })] }), 'EvidenceContradicts'],
    ['a second pod', confirmed({ pods: [endedPod(), endedPod({ uid: 'other' })] }), 'EvidenceContradicts'],
    ['a pod of another owner', confirmed({ pods: [endedPod({ controllerUid: 'other' })] }), 'EvidenceContradicts'],
    [
      'memory after all',
      confirmed({ pods: [endedPod({ containers: [testContainer({ state: exited(0, { reason: 'OOMKilled' }) })] })] }),
      'TestcarOomKilled',
    ],
    [
      'another exit code',
      confirmed({ pods: [endedPod({ containers: [testContainer({ state: exited(1) })] })] }),
      'TestcarExitContradictsResults',
    ],
    ['no revision', confirmed({ revision: undefined }), 'RevisionChanged'],
    ['another Deployment', confirmed({ revision: { ...REVISION, deploymentUid: 'other' } }), 'RevisionChanged'],
    ['another ReplicaSet', confirmed({ revision: { ...REVISION, replicaSetUid: 'other' } }), 'RevisionChanged'],
    ['another template', confirmed({ revision: { ...REVISION, podTemplateHash: 'other' } }), 'RevisionChanged'],
    ['a tested pod is missing', confirmed({ revision: { ...REVISION, podUids: ['other'] } }), 'RevisionChanged'],
    ['another image', confirmed({ revision: { ...REVISION, imageIDs: otherImage } }), 'RevisionChanged'],
    ['a restart', confirmed({ revision: { ...REVISION, restarts: 1 } }), 'SutRestarted'],
  ])('%s', (_, input, cause) => {
    expect(causeOf(input)).toBe(cause);
  });

  it('says that the Job is another one, also when that one is not complete', () => {
    expect(causeOf(confirmed({ job: aCompleteJob({ uid: 'other', conditions: [] }) }))).toBe('JobNotOurs');
  });

  it('on the pod that was watched, also when the memory does not know it', () => {
    const input = confirmed({ pods: [endedPod({ uid: 'other' })] });
    expect(causeOf({ ...input, memory: memoryOf(anObservation({ ...healthySut(), job: JOB })) })).toBe(
      'EvidenceContradicts',
    );
  });

  it('allows pods that an autoscaler added, and a new generation of the same template', () => {
    expect(
      causeOf(confirmed({ revision: { ...REVISION, generation: 7, podUids: [...REVISION.podUids, 'more'] } })),
    ).toBe('proven');
  });
});

describe('the run as watched must be good by itself', () => {
  it.each<[string, Partial<ProveInput>, string]>([
    ['failed tests', { results: resultsOf([aTestCase('a', 'failed')]) }, 'TestsFailed'],
    ['too few tests', { plan: aPlan({ minTests: 4 }) }, 'TestcarNoTests'],
    ['no test', { results: passingResults(0) }, 'TestcarNoTests'],
    ['revision without pods', { revision: { ...REVISION, podUids: [] } }, 'RevisionChanged'],
    ['revision without digest', { revision: { ...REVISION, imageIDs: { web: 'web:2' } } }, 'RevisionChanged'],
  ])('%s', (_, over, cause) => {
    expect(causeOf(proveInput(over))).toBe(cause);
  });

  it.each<[string, Pod, string]>([
    ['restart', aPod({ containers: [aContainer({ restartCount: 1, lastState: exited(1) })] }), 'SutRestarted'],
    [
      'lost readiness',
      aPod({ conditions: [aCondition('Ready', 'True', { lastTransitionTimeMs: 4000 })] }),
      'SutRestarted',
    ],
    [
      'readiness without a time',
      aPod({ conditions: [aCondition('Ready', 'True', { lastTransitionTimeMs: undefined })] }),
      'SutRestarted',
    ],
    [
      'image that can be any',
      aPod({ containers: [aContainer({ image: 'registry.example/web' })] }),
      'SutImagesNotFixed',
    ],
  ])('even when only the last read shows a %s', (_, pod, cause) => {
    expect(causeOf(confirmed({ seen: endedWorld({ atMs: 9000, sutPods: [pod] }) }))).toBe(cause);
  });

  it('closes when a guardrail cannot be evaluated, and tells every reading', () => {
    const silent = aPod({
      containers: [aContainer(), aContainer({ name: 'init', kind: 'init', image: 'init:1', imageID: '' })],
    });
    expect(prove(confirmed({ seen: endedWorld({ atMs: 9000, sutPods: [silent] }) }))).toMatchObject({
      kind: 'failed',
      finding: { cause: 'GuardrailNotEvaluated' },
      guardrails: [{ value: 0 }, { value: 0 }, { value: undefined }, { value: undefined }, { value: undefined }],
    });
  });

  it('even when only the memory knows of a restart', () => {
    const restarted = endedWorld({
      atMs: 5000,
      sutPods: [aPod({ containers: [aContainer({ restartCount: 1, lastState: exited(1) })] })],
    });
    expect(causeOf(proveInput({ memory: memoryOf(restarted, endedWorld({ atMs: 9000 })) }))).toBe('SutRestarted');
  });
});

describe('results count only from where they were asked for', () => {
  it.each(RESULTS_SOURCES.flatMap((asked) => RESULTS_SOURCES.map((source) => ({ asked, source }))))(
    'asked for $asked, read from $source',
    ({ asked, source }) => {
      const input = proveInput({ plan: aPlan({ results: asked }), results: { ...passingResults(3), source } });
      expect(causeOf(input)).toBe(asked === source ? 'proven' : 'EvidenceContradicts');
    },
  );

  it.each([
    ['courier', 'EvidenceContradicts'],
    ['log', 'EvidenceContradicts'],
    ['exit-code', 'proven'],
  ] as const)('without a checksum, from %s: %s', (source, cause) => {
    const input = proveInput({ plan: aPlan({ results: source }), results: { ...BY_EXIT_CODE, source } });
    expect(causeOf(input)).toBe(cause);
  });

  it('exit code 0 is none when the last read shows another', () => {
    const pod = endedPod({ phase: 'Failed', containers: [testContainer({ state: exited(1) })] });
    const input = { ...confirmed({ pods: [pod] }), plan: aPlan({ results: 'exit-code' }), results: BY_EXIT_CODE };
    expect(causeOf(input)).toBe('TestcarExitContradictsResults');
  });
});

/** The clauses of the proof, written once more and differently, on what the last read and the results say. */
function everyClauseHolds({ confirmed: last, results, jobUid, revision, plan, end }: ProveInput): boolean {
  const conditionIs = (pod: { conditions: Pod['conditions'] }, type: string): boolean =>
    pod.conditions.filter((one) => one.type === type).some(({ status }) => status === 'True');
  const ours = last.pods.filter(({ meta }) => meta.controllerUid === jobUid);
  const bad = (container: Container): boolean => {
    const oom = [container.state, container.lastState].some(
      (state) => state.kind === 'terminated' && state.reason === 'OOMKilled',
    );
    if (container.kind === 'sidecar') return oom;
    return (
      oom || container.state.kind !== 'terminated' || container.state.exitCode !== 0 || container.restartCount !== 0
    );
  };
  const now = last.revision;
  // The guardrails, on what the last read shows of the tested pods.
  const tested = last.seen.sutPods.filter(({ meta }) => revision.podUids.includes(meta.uid));
  const heldStill =
    tested.length === revision.podUids.length &&
    tested.every((pod) => conditionIs(pod, 'Ready') && pod.containers.every(({ restartCount }) => restartCount === 0));
  return (
    heldStill &&
    last.job.meta.uid === jobUid &&
    end.job.meta.uid === jobUid &&
    conditionIs(last.job, 'Complete') &&
    !conditionIs(last.job, 'Failed') &&
    ours.length >= 1 &&
    ours.some(({ containers }) => containers.some(({ name }) => name === plan.testcarContainer)) &&
    ours.every(
      (pod) => conditionIs(pod, 'DisruptionTarget') || (pod.phase === 'Succeeded' && !pod.containers.some(bad)),
    ) &&
    results.counts.tests >= Math.max(1, plan.options.minTests) &&
    results.counts.failed === 0 &&
    results.counts.errors === 0 &&
    results.counts.passed >= 1 &&
    [...results.cases].every(({ outcome }) => outcome === 'passed' || outcome === 'skipped') &&
    results.source === plan.options.results &&
    (results.sha256 !== '' || plan.options.results === 'exit-code') &&
    now !== undefined &&
    now.replicaSetUid === revision.replicaSetUid &&
    now.deploymentUid === revision.deploymentUid &&
    revision.podUids.length > 0 &&
    revision.podUids.every((uid) => now.podUids.includes(uid)) &&
    now.restarts === revision.restarts &&
    Object.values(now.imageIDs).length > 0 &&
    Object.values(now.imageIDs).every((imageID) => imageID.includes('sha256:'))
  );
}

const OBSERVED = {
  pod: podJson(endedPod()),
  job: jobJson(JOB),
  sutPod: podJson(aPod()),
  deployment: deploymentJson(healthySut().deployment ?? never()),
  replicaSet: replicaSetJson(healthySut().replicaSets[0] ?? never()),
  event: eventJson(anEvent('NodeNotReady', 'Node is not ready')),
};

function never(): never {
  throw new Error('the healthy world is complete');
}

/** A value as it should be, or broken in a few places; broken ones are the rarer the better. */
function maybe<T>(json: unknown, parse: (json: unknown) => T | undefined): fc.Arbitrary<T | undefined> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant(parse(json)) },
    { weight: 2, arbitrary: mutated([json]).map(parse) },
  );
}

/** What `results: exit-code` reads of a good end: one case, nothing to take a checksum of. */
const BY_EXIT_CODE: Results = { ...passingResults(1), source: 'exit-code', sha256: '' };

const RESULTS: fc.Arbitrary<Results> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(passingResults(3)) },
  { weight: 1, arbitrary: fc.constantFrom(...RESULTS_SOURCES).map((source) => ({ ...passingResults(3), source })) },
  { weight: 1, arbitrary: fc.constant(BY_EXIT_CODE) },
  {
    weight: 1,
    arbitrary: fc
      .record({
        counts: fc.record({
          tests: fc.integer({ min: -1, max: 3 }),
          passed: fc.integer({ min: -1, max: 3 }),
          failed: fc.integer({ min: -1, max: 1 }),
          errors: fc.integer({ min: -1, max: 1 }),
          skipped: fc.integer({ min: 0, max: 3 }),
        }),
        cases: fc.array(fc.constantFrom(aTestCase('a'), aTestCase('b', 'failed'), aTestCase('c', 'skipped')), {
          maxLength: 3,
        }),
        sha256: fc.constantFrom('', 'c'.repeat(64)),
        source: fc.constantFrom(...RESULTS_SOURCES),
      })
      .map((over) => ({ ...resultsOf(over.cases), ...over })),
  },
);

const WORLD: fc.Arbitrary<Observation> = fc
  .record({
    deployment: maybe(OBSERVED.deployment, parseDeployment),
    replicaSet: maybe(OBSERVED.replicaSet, parseReplicaSet),
    sutPod: maybe(OBSERVED.sutPod, parsePod),
    job: maybe(OBSERVED.job, parseJob),
    pod: maybe(OBSERVED.pod, parsePod),
    event: maybe(OBSERVED.event, parseEvent),
    events: fc.boolean(),
    atMs: fc.integer({ min: 0, max: 4_000_000 }),
  })
  .map(({ deployment, replicaSet, sutPod, job, pod, event, events, atMs }) =>
    anObservation({
      atMs,
      deployment,
      job,
      replicaSets: replicaSet === undefined ? [] : [replicaSet],
      sutPods: sutPod === undefined ? [] : [sutPod],
      testcarPods: pod === undefined ? [] : [pod],
      events: event === undefined || !events ? [] : [event],
    }),
  );

const INPUT: fc.Arbitrary<ProveInput> = fc
  .record({
    world: WORLD,
    results: RESULTS,
    job: maybe(OBSERVED.job, parseJob),
    pod: maybe(OBSERVED.pod, parsePod),
    lastJob: maybe(OBSERVED.job, parseJob),
    lastPod: maybe(OBSERVED.pod, parsePod),
    revision: fc.constantFrom(
      undefined,
      REVISION,
      REVISION,
      REVISION,
      { ...REVISION, restarts: 1 },
      { ...REVISION, podUids: [] },
      { ...REVISION, imageIDs: {} },
    ),
    tested: fc.constantFrom(
      REVISION,
      REVISION,
      REVISION,
      { ...REVISION, podUids: [] },
      { ...REVISION, imageIDs: { web: '' } },
      { ...REVISION, replicaSetUid: 'x' },
    ),
    lastSutPods: fc.constantFrom<readonly Pod[]>(
      [aPod()],
      [aPod()],
      [aPod()],
      [],
      [aPod({ ready: false })],
      [aPod({ containers: [aContainer({ restartCount: 1 })] })],
    ),
    minTests: fc.constantFrom(1, 1, 1, 4),
    asked: fc.constantFrom('courier', 'courier', ...RESULTS_SOURCES),
    extraPods: fc.constantFrom<readonly Pod[]>(
      [],
      [],
      [endedPod({ uid: 'second' })],
      [endedPod({ uid: 'second', conditions: [aCondition('DisruptionTarget')] })],
    ),
  })
  .map(
    ({
      world,
      results,
      job = JOB,
      pod,
      lastJob = JOB,
      lastPod,
      revision,
      tested,
      lastSutPods,
      minTests,
      asked,
      extraPods,
    }) => ({
      plan: aPlan({ minTests, results: asked }),
      end: { job, pod, ...(endOf(job) ?? { finished: 'complete', reason: '' }) },
      jobUid: JOB_UID,
      revision: tested,
      results,
      memory: memoryOf(world),
      seen: world,
      nowMs: world.atMs,
      confirmed: {
        job: lastJob,
        pods: [...(lastPod === undefined ? [] : [lastPod]), ...extraPods],
        revision,
        seen: endedWorld({ atMs: 9000, sutPods: lastSutPods }),
      },
    }),
  );

describe('for any broken input', () => {
  it('nothing is proven unless every clause holds', () => {
    const proven = new Set<string>();
    fc.assert(
      fc.property(INPUT, (input) => {
        const { kind } = prove(input);
        if (kind === 'proven') {
          proven.add(input.results.source);
          expect(everyClauseHolds(input)).toBe(true);
        }
      }),
      { numRuns: 4000 },
    );
    expect(proven).toContain('courier');
  });

  it('the judges never throw, and wait only for a time to come', () => {
    fc.assert(
      fc.property(
        fc.array(WORLD, { minLength: 1, maxLength: 4 }),
        fc.constantFrom('preview', 'in-place', 'observe'),
        (worlds, mode) => {
          const history = [...worlds].sort((a, b) => a.atMs - b.atMs);
          const seen = history.at(-1) ?? never();
          const ctx = {
            ...contextOf(seen, { plan: aPlan({ mode, expectImage: '2' }), history }),
            revision: REVISION,
            job: { uid: JOB_UID },
          };
          for (const judgement of [judgeReady(ctx), judgeTest(ctx)]) {
            if (judgement.kind === 'waiting') expect(judgement.nextAtMs ?? 0).toBeGreaterThan(ctx.nowMs);
          }
          expect(remember(ctx.memory, seen)).toEqual(ctx.memory);
        },
      ),
      { numRuns: 500 },
    );
  });
});
