import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/model/json.ts';
import type { Observation } from '../../../src/core/model/seen.ts';
import { admissionChanges, askedFor, changeInWords, isInjected } from '../../../src/core/judge/admission.ts';
import { decide } from '../../../src/core/judge/decide.ts';
import { groundOf } from '../../../src/core/judge/ground.ts';
import { type Outcome, judgeOutcome } from '../../../src/core/judge/outcome.ts';
import { PARTY_RULES } from '../../../src/core/judge/rules/order.ts';
import { judgeTest } from '../../../src/core/judge/testing.ts';
import type { Judgement } from '../../../src/core/judge/judgement.ts';
import type { Plan } from '../../../src/core/plan/plan.ts';
import { sutContext } from '../../../src/core/judge/ready.ts';
import {
  SUT_IMAGE,
  TESTCAR_IMAGE,
  aCompleteJob,
  aContainer,
  aFailedJob,
  aJob,
  aPod,
  aTestCase,
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

const workload = (kind: string, name: string, image: string, init: readonly string[] = []): JsonObject => ({
  kind,
  metadata: { name },
  spec: {
    template: {
      spec: {
        containers: [{ name: kind === 'Job' ? 'testcar' : 'web', image }],
        initContainers: init.map((each) => ({ name: each, image: TESTCAR_IMAGE })),
      },
    },
  },
});

const JOB = workload('Job', 'testcar-1', TESTCAR_IMAGE, ['testcar-gate-courier']);
const DEPLOYMENT = workload('Deployment', 'web', SUT_IMAGE);
const PLAN = aPlan({}, { job: JOB, toDeploy: [DEPLOYMENT] });
const PROXY = { name: 'istio-proxy', image: 'mesh.example/proxy:1', imageID: '', probes: {} };

function proxy(over: Parameters<typeof aContainer>[0] = {}): ReturnType<typeof aContainer> {
  return aContainer({ ...PROXY, ...over });
}

function inWords(plan: Plan, seen: Partial<Observation>): readonly string[] {
  return admissionChanges(plan, anObservation({ ...healthySut(), ...seen }), JOB_UID).map(changeInWords);
}

describe('what admission changed', () => {
  it('is nothing where pods are as their manifests ask', () => {
    expect(inWords(PLAN, { testcarPods: [testingPod()] })).toEqual([]);
  });

  it('is told once for all pods of a party', () => {
    const sutPods = [
      aPod({ containers: [aContainer(), proxy()] }),
      aPod({ name: 'b', containers: [aContainer(), proxy()] }),
    ];
    const test = testContainer({ image: 'mirror.example/testcar:7' });
    const testcarPods = [
      testingPod({ containers: [proxy({ name: 'istio-init', kind: 'init' }), courierContainer(), test] }),
    ];
    expect(inWords(PLAN, { sutPods, testcarPods })).toEqual([
      'pods of the system under test got container istio-proxy (image mesh.example/proxy:1), which is not in the manifest',
      'pods of testcar got container istio-init (image mesh.example/proxy:1), which is not in the manifest',
      'container testcar of testcar runs image mirror.example/testcar:7 instead of registry.example/testcar:7',
    ]);
  });

  it('says of an added container that its image can be another one next time', () => {
    const sutPods = [aPod({ containers: [aContainer(), proxy({ image: 'mesh.example/proxy' })] })];
    expect(inWords(PLAN, { sutPods })).toEqual([
      'pods of the system under test got container istio-proxy (image mesh.example/proxy), which is not in the manifest; its image can be another one at every pull',
    ]);
  });

  it('is measured by the Deployment under test, whatever is delivered with it', () => {
    const besides = [
      { kind: 'Service', metadata: { name: 'web' } },
      workload('Job', 'web', 'registry.example/migrate:1'),
      workload('Deployment', 'worker', 'registry.example/worker:1'),
    ];
    const asked = askedFor('sut', aPlan({}, { toDeploy: [...besides, DEPLOYMENT] }), anObservation());
    expect(asked).toEqual({ main: new Map([['web', SUT_IMAGE]]), init: new Map() });
  });

  it('is not asked of pods of other owners', () => {
    const sutPods = [aPod({ controllerUid: 'other', containers: [proxy()] })];
    const testcarPods = [testingPod({ controllerUid: 'other', containers: [proxy()] })];
    expect(inWords(PLAN, { sutPods, testcarPods })).toEqual([]);
  });

  it('of a Deployment that somebody else delivered: only its main containers are known', () => {
    const seen = anObservation(healthySut());
    const asked = askedFor('sut', aPlan({ mode: 'observe' }), seen);
    expect(isInjected(asked, proxy())).toBe(true);
    expect(isInjected(asked, proxy({ kind: 'init' }))).toBe(false);
    expect(isInjected(asked, aContainer())).toBe(false);
    expect(isInjected(askedFor('sut', aPlan(), anObservation()), proxy())).toBe(false);
  });
});

describe('a container that admission added to the system under test', () => {
  function decided(container: ReturnType<typeof aContainer>, nowMs: number, plan = PLAN): readonly string[] {
    const seen = anObservation({
      ...healthySut(),
      sutPods: [aPod({ ready: false, containers: [aContainer(), container] })],
    });
    return decide(PARTY_RULES, sutContext(contextOf(seen, { plan, nowMs }), true)).decided.map(({ cause }) => cause);
  }

  it.each([
    ['cannot be pulled', proxy({ ready: false, state: waiting('ErrImagePull', 'no route to host') }), 20_000],
    ['has no configuration', proxy({ ready: false, state: waiting('CreateContainerConfigError') }), 20_000],
    ['crashes again and again', proxy({ ready: false, state: exited(1), restartCount: 2 }), 0],
    ['runs out of memory', proxy({ ready: false, state: exited(137, { reason: 'OOMKilled' }), restartCount: 1 }), 0],
  ])('%s: its webhook is named, not the revision', (_, container, graceMs) => {
    expect(decided(container, graceMs)).toEqual(['SutInjectedContainerFailed']);
  });

  it('has a grace of its own', () => {
    const pulling = proxy({ ready: false, state: waiting('ErrImagePull', 'no route to host') });
    expect(decided(pulling, 19_999)).toEqual([]);
    expect(decided(pulling, 2_000, aPlan({ gracesMs: { SutInjectedContainerFailed: 2_000 } }, PLAN_PARTS))).toEqual([
      'SutInjectedContainerFailed',
    ]);
  });

  it('does not take the blame for the own container beside it', () => {
    const own = aContainer({ ready: false, state: waiting('InvalidImageName') });
    const seen = anObservation({ ...healthySut(), sutPods: [aPod({ ready: false, containers: [own, proxy()] })] });
    const { decided: found } = decide(PARTY_RULES, sutContext(contextOf(seen, { plan: PLAN }), true));
    expect(found.map(({ cause }) => cause)).toEqual(['SutImageNameInvalid']);
  });

  it.each([
    ['the proxy', 'istio-proxy', 'disrupted'],
    ['the own container', 'web', 'crashed'],
  ])('under the tests: %s ended', (_, name, kind) => {
    const containers = [aContainer(), proxy()].map((one) =>
      one.name === name ? { ...one, ready: false, state: exited(1) } : one,
    );
    const seen = anObservation({ ...healthySut(), sutPods: [aPod({ containers })] });
    const ground = groundOf({
      plan: PLAN,
      revision: REVISION,
      jobUid: JOB_UID,
      seen,
      memory: memoryOf(seen),
      nowMs: 0,
    });
    expect(ground?.kind).toBe(kind);
  });
});

const PLAN_PARTS = { job: JOB, toDeploy: [DEPLOYMENT] };

describe('a container that admission added to testcar', () => {
  function outcome(
    container: ReturnType<typeof aContainer>,
    test: ReturnType<typeof aContainer>,
    fails = false,
  ): Outcome {
    const pod = endedPod({ phase: 'Failed', containers: [courierContainer(), test, container] });
    const job = aFailedJob();
    const seen = anObservation({ ...healthySut(), job, testcarPods: [pod] });
    const read = fails ? resultsOf([aTestCase('a', 'failed')]) : passingResults();
    return judgeOutcome({
      plan: PLAN,
      end: { job, pod, finished: 'failed', reason: 'BackoffLimitExceeded' },
      jobUid: JOB_UID,
      revision: REVISION,
      results: { ok: true, results: read },
      memory: memoryOf(seen),
      seen,
      nowMs: 0,
    });
  }
  const cause = (judged: Outcome): string => (judged.kind === 'failed' ? judged.finding.cause : judged.kind);
  const at = (exitCode: number, finishedAtMs: number): ReturnType<typeof exited> => exited(exitCode, { finishedAtMs });

  it('failed under the tests: whatever they say is its echo, and is kept', () => {
    const judged = outcome(proxy({ state: at(1, 5) }), testContainer({ state: at(1, 9) }), true);
    expect(judged).toMatchObject({
      finding: { cause: 'TestcarInjectedContainerFailed', evidence: { container: 'istio-proxy', exitCode: 1 } },
      others: [{ cause: 'TestsFailed' }],
    });
  });

  it('failed after the tests had failed: the tests failed', () => {
    expect(cause(outcome(proxy({ state: at(1, 9) }), testContainer({ state: at(1, 5) }), true))).toBe('TestsFailed');
  });

  it('failed after the tests had passed: still no proof, and not their fault', () => {
    expect(cause(outcome(proxy({ state: at(1, 9) }), testContainer({ state: at(0, 5) })))).toBe(
      'TestcarInjectedContainerFailed',
    );
  });

  it('failed before testcar came to start', () => {
    const init = proxy({ name: 'istio-init', kind: 'init', state: at(1, 1) });
    expect(cause(outcome(init, testContainer({ state: waiting('PodInitializing') })))).toBe(
      'TestcarInjectedContainerFailed',
    );
  });

  it('ran out of memory', () => {
    const killed = proxy({ state: exited(137, { reason: 'OOMKilled' }) });
    expect(cause(outcome(killed, testContainer()))).toBe('TestcarInjectedContainerFailed');
  });

  it('is not blamed when it ended well, or is a native sidecar that the kubelet ended', () => {
    expect(cause(outcome(proxy({ state: exited(0) }), testContainer({ state: at(1, 5) }), true))).toBe('TestsFailed');
    expect(
      cause(outcome(proxy({ kind: 'sidecar', state: at(143, 1) }), testContainer({ state: at(1, 5) }), true)),
    ).toBe('TestsFailed');
  });

  it('is not taken for one of the user', () => {
    const own = proxy({ name: 'testcar', state: exited(1) });
    expect(cause(outcome(proxy({ state: exited(0) }), own))).toBe('TestcarExitContradictsResults');
  });
});

describe('a sidecar that goes on after the tests', () => {
  const plan = (gracesMs = {}, job: JsonObject = JOB): Plan => aPlan({ gracesMs }, { job });
  const beside = (container: ReturnType<typeof aContainer>): Partial<Observation> => ({
    job: aJob(),
    testcarPods: [testingPod({ containers: [courierContainer({ state: running() }), testContainer(), container] })],
  });

  function judge(nowMs: number, world: Partial<Observation>, of: Plan): Judgement<unknown> {
    const seen = anObservation({ ...healthySut(), ...world });
    return judgeTest({ ...contextOf(seen, { plan: of, nowMs }), revision: REVISION, job: { uid: JOB_UID } });
  }

  it('decides after its grace when admission added it', () => {
    expect(judge(29_999, beside(proxy()), plan())).toEqual({
      kind: 'waiting',
      forWhat: 'pod testcar-1-x1 to end: container testcar ended with exit code 0, container istio-proxy still runs',
      nextAtMs: 30_000,
    });
    expect(judge(30_000, beside(proxy()), plan())).toMatchObject({
      finding: {
        cause: 'TestcarSidecarNeverEnds',
        evidence: {
          container: 'istio-proxy',
          details: [
            { value: 'container testcar, exit code 0' },
            { value: 'added by admission' },
            { label: 'held for', value: '30 s' },
          ],
        },
      },
    });
    expect(judge(2_000, beside(proxy()), plan({ TestcarSidecarNeverEnds: 2_000 }))).toMatchObject({ kind: 'failed' });
  });

  const OWN_JOB: JsonObject = {
    spec: { template: { spec: { containers: [{ name: 'testcar' }, { name: 'uploader' }] } } },
  };

  it("gives one of the user's own Job until the deadline, and then names it", () => {
    const uploader = proxy({ name: 'uploader' });
    expect(judge(1_799_999, beside(uploader), plan({}, OWN_JOB)).kind).toBe('waiting');
    expect(judge(1_800_000, beside(uploader), plan({}, OWN_JOB))).toMatchObject({
      finding: { cause: 'TestcarSidecarNeverEnds', evidence: { container: 'uploader' } },
      others: [{ cause: 'TestDeadlineExceeded' }],
    });
    expect(judge(2_000, beside(uploader), plan({ TestcarSidecarNeverEnds: 2_000 }, OWN_JOB)).kind).toBe('failed');
  });

  it.each<[string, Partial<Observation>]>([
    ['while the tests run', { job: aJob(), testcarPods: [testingPod()] }],
    ['on a native sidecar, which the kubelet ends', beside(proxy({ kind: 'sidecar' }))],
    ['on one that has ended', beside(proxy({ state: exited(0) }))],
  ])('does not fire %s', (_, world) => {
    expect(judge(60_000, world, plan()).kind).toBe('waiting');
  });

  it('does not fire on a Job that has completed', () => {
    expect(judge(60_000, { job: aCompleteJob(), testcarPods: [endedPod()] }, plan()).kind).toBe('done');
  });

  it('a native sidecar that ends with 143 beside the ended tests has not crashed, however often it was restarted', () => {
    const ended = proxy({ kind: 'sidecar', ready: false, state: exited(143), restartCount: 3 });
    expect(judge(60_000, beside(ended), plan()).kind).toBe('waiting');
    const looping = proxy({ kind: 'sidecar', ready: false, state: exited(143), restartCount: 3 });
    const before = {
      job: aJob(),
      testcarPods: [testingPod({ containers: [testContainer({ state: running() }), looping] })],
    };
    expect(judge(60_000, before, plan())).toMatchObject({ finding: { cause: 'TestcarInjectedContainerFailed' } });
  });
});
