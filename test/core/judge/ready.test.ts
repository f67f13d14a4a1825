import { describe, expect, it } from 'vitest';
import { CAUSES } from '../../../src/core/causes/index.ts';
import type { Judgement } from '../../../src/core/judge/judgement.ts';
import { judgePromotion } from '../../../src/core/judge/promotion.ts';
import { judgeReady, sutContext } from '../../../src/core/judge/ready.ts';
import type { Observation } from '../../../src/core/model/seen.ts';
import type { Plan } from '../../../src/core/plan/plan.ts';
import type { Revision } from '../../../src/core/model/revision.ts';
import {
  SUT_DIGEST,
  aCondition,
  aContainer,
  aDeployment,
  aPod,
  aProbe,
  aReplicaSet,
  anApiError,
  anEvent,
  anObservation,
  exited,
  running,
  waiting,
} from '../../fakes/builders.ts';
import { REVISION, aPlan, contextOf, healthySut } from './world.ts';

function judge(
  over: Partial<Observation>,
  { nowMs = 60_000, plan }: { nowMs?: number; plan?: Plan } = {},
): Judgement<Revision> {
  const first = anObservation({ ...healthySut(), ...over, atMs: 0 });
  const seen = { ...first, atMs: nowMs };
  return judgeReady(contextOf(seen, { history: [first], ...(plan === undefined ? {} : { plan }) }));
}

function causeOf(judgement: Judgement<unknown>): string {
  return judgement.kind === 'failed' ? judgement.finding.cause : judgement.kind;
}

function headlineOf(judgement: Judgement<unknown>): string {
  return judgement.kind === 'failed'
    ? CAUSES[judgement.finding.cause].headline(judgement.finding.evidence)
    : judgement.kind;
}

const starting = aPod({
  phase: 'Pending',
  ready: false,
  containers: [aContainer({ ready: false, imageID: '', state: waiting('ContainerCreating') })],
});
const probing = aPod({ ready: false, containers: [aContainer({ ready: false, state: running() })] });
const DEADLINE = 300_000;

it('is done when the roll-out is complete and every pod proves it', () => {
  expect(judge({})).toEqual({ kind: 'done', value: REVISION });
});

it('takes a complete roll-out at the very deadline', () => {
  expect(judge({}, { nowMs: DEADLINE }).kind).toBe('done');
});

describe('a container that was restarted', () => {
  const restarted = (restartCount: number): Partial<Observation> => ({
    sutPods: [aPod({ containers: [aContainer({ restartCount, state: running() })] })],
  });

  it('has to stay up for a moment: a crash loop is ready between its crashes, too', () => {
    expect(judge(restarted(1), { nowMs: 4_999 })).toEqual({
      kind: 'waiting',
      forWhat: 'container web of pod web-5d4f-1 to stay up after restart 1',
      nextAtMs: 5_000,
    });
    expect(judge(restarted(1), { nowMs: 5_000 }).kind).toBe('done');
  });

  it('begins again with each restart', () => {
    const at = (atMs: number, restartCount: number): Observation =>
      anObservation({ ...healthySut(), ...restarted(restartCount), atMs });
    const looping = judgeReady(contextOf(at(6_000, 2), { history: [at(0, 1), at(4_000, 2)] }));
    expect(looping).toMatchObject({ kind: 'waiting', nextAtMs: 9_000 });
  });

  it('does not hold up what was never restarted', () => {
    expect(judge(restarted(0), { nowMs: 0 }).kind).toBe('done');
  });

  it('is taken at the very deadline', () => {
    const seen = anObservation({ ...healthySut(), ...restarted(1), atMs: DEADLINE });
    expect(judgeReady(contextOf(seen)).kind).toBe('done');
  });
});

describe('waits', () => {
  const rolling = aDeployment({ specReplicas: 2, replicas: 2, updatedReplicas: 1, availableReplicas: 1 });
  it.each<[string, Partial<Observation>, string]>([
    ['for the Deployment', { deployment: undefined, replicaSets: [], sutPods: [] }, 'Deployment web to appear'],
    [
      'for its controller',
      { deployment: aDeployment({ observedGeneration: 0 }) },
      'the Deployment controller to see the newest Deployment web',
    ],
    ['for the ReplicaSet', { replicaSets: [] }, 'the ReplicaSet of the newest Deployment web'],
    ['for pods', { deployment: rolling, sutPods: [] }, '0 of 2 pods of web ready; no pod created yet'],
    [
      'for a container',
      { sutPods: [starting] },
      '0 of 1 pods of web ready; pod web-5d4f-1: container web: ContainerCreating',
    ],
    [
      'for a probe',
      { sutPods: [probing] },
      '0 of 1 pods of web ready; pod web-5d4f-1: container web: running, readiness probe not passing',
    ],
    [
      'for a startup probe',
      {
        sutPods: [
          aPod({
            ready: false,
            containers: [aContainer({ ready: false, started: false, probes: { startup: aProbe() } })],
          }),
        ],
      },
      '0 of 1 pods of web ready; pod web-5d4f-1: container web: running, startup probe not passed yet',
    ],
    [
      'for a readiness gate that nobody has set',
      {
        sutPods: [
          aPod({
            conditions: [
              aCondition('ContainersReady'),
              aCondition('Ready', 'False', {
                reason: 'ReadinessGatesNotReady',
                message: 'corresponding condition of pod readiness gate "example.com/lb" does not exist.',
              }),
            ],
          }),
        ],
      },
      '0 of 1 pods of web ready; pod web-5d4f-1: corresponding condition of pod readiness gate "example.com/lb" does not exist.',
    ],
    [
      'for a readiness gate',
      {
        sutPods: [
          aPod({
            conditions: [
              aCondition('ContainersReady'),
              aCondition('Ready', 'False'),
              aCondition('example.com/lb', 'False'),
            ],
          }),
        ],
      },
      '0 of 1 pods of web ready; pod web-5d4f-1: waiting for condition example.com/lb',
    ],
    ['for more pods', { deployment: rolling }, '1 of 2 pods of web ready'],
    ['for old pods to end', { deployment: aDeployment({ replicas: 2 }) }, 'old pods of web to end: 1 left'],
    [
      'for availability',
      { deployment: aDeployment({ availableReplicas: 0, minReadySeconds: 10 }) },
      '0 of 1 pods of web available (minReadySeconds 10)',
    ],
    ['while paused', { deployment: aDeployment({ paused: true, updatedReplicas: 0 }) }, 'Deployment web is paused'],
    [
      'for image IDs',
      { sutPods: [aPod({ containers: [aContainer({ imageID: '' })] })] },
      'image IDs and running containers of the pods of web',
    ],
    [
      'for the first lists',
      { reads: { ...anObservation().reads, sutPods: { state: 'pending' } } },
      'Deployment web and its pods to be read',
    ],
  ])('%s', (_, over, forWhat) => {
    expect(judge(over, { nowMs: 1000 })).toMatchObject({ kind: 'waiting', forWhat });
  });

  it('until the next grace ends or the deadline', () => {
    const pulling = aPod({
      ready: false,
      containers: [aContainer({ ready: false, state: waiting('ErrImagePull', 'x: not found') })],
    });
    expect(judge({ sutPods: [pulling] }, { nowMs: 1000 })).toMatchObject({ nextAtMs: 10_000 });
    expect(judge({ sutPods: [starting] }, { nowMs: 1000 })).toMatchObject({ nextAtMs: DEADLINE });
  });

  it('does not say the same thing anew as time goes by', () => {
    expect(judge({ sutPods: [starting] }, { nowMs: 1000 })).toEqual(judge({ sutPods: [starting] }, { nowMs: 2000 }));
  });
});

describe('fails early', () => {
  it.each<[string, Partial<Observation>, string]>([
    [
      'image not found',
      {
        sutPods: [
          aPod({
            ready: false,
            containers: [aContainer({ ready: false, state: waiting('ErrImagePull', 'x: not found') })],
          }),
        ],
      },
      'SutImageNotFound',
    ],
    [
      'scaled to zero',
      {
        deployment: aDeployment({ specReplicas: 0, replicas: 0, updatedReplicas: 0, availableReplicas: 0 }),
        sutPods: [],
      },
      'SutScaledToZero',
    ],
    [
      'progress deadline',
      {
        deployment: aDeployment({
          conditions: [aCondition('Progressing', 'False', { reason: 'ProgressDeadlineExceeded' })],
        }),
        sutPods: [probing],
      },
      'SutReadinessProbeFailing',
    ],
    [
      'no pods may be created',
      {
        replicaSets: [aReplicaSet({ conditions: [aCondition('ReplicaFailure', 'True', { reason: 'FailedCreate' })] })],
        sutPods: [],
      },
      'SutPodsNotCreated',
    ],
    ['Deployment deleted', { deployment: undefined }, 'RevisionChanged'],
    [
      'API not readable',
      {
        reads: {
          ...anObservation().reads,
          replicaSets: { state: 'failing', sinceMs: 0, error: anApiError('forbidden') },
        },
      },
      'PermissionsMissing',
    ],
  ])('%s', (_, over, cause) => {
    expect(causeOf(judge(over))).toBe(cause);
  });

  it('does not take an old ProgressDeadlineExceeded for the new generation', () => {
    const conditions = [aCondition('Progressing', 'False', { reason: 'ProgressDeadlineExceeded' })];
    expect(causeOf(judge({ deployment: aDeployment({ observedGeneration: 0, conditions }) }))).toBe('waiting');
  });

  it('does not judge pods of the old revision', () => {
    const old = aPod({
      name: 'web-old-1',
      controllerUid: 'old',
      ready: false,
      containers: [
        aContainer({ ready: false, state: waiting('CrashLoopBackOff'), lastState: exited(1), restartCount: 9 }),
      ],
    });
    expect(judge({ sutPods: [old, aPod()] }).kind).toBe('done');
  });

  it('does not judge what is only history', () => {
    const reads: Observation['reads'] = {
      ...anObservation().reads,
      sutPods: { state: 'failing', sinceMs: 50_000, error: anApiError('unreachable') },
    };
    const crashing = aPod({
      ready: false,
      containers: [aContainer({ ready: false, state: waiting('InvalidImageName') })],
    });
    expect(causeOf(judge({ sutPods: [crashing], reads }))).toBe('waiting');
    expect(causeOf(judge({ reads }))).toBe('waiting');
  });
});

describe('at the deadline', () => {
  it('says what it waited for and what the kubelet said', () => {
    const events = [anEvent('Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503')];
    const judgement = judge({ sutPods: [probing], events }, { nowMs: DEADLINE });
    expect(judgement).toEqual({
      kind: 'failed',
      finding: {
        cause: 'SutReadinessProbeFailing',
        evidence: {
          object: 'pod/web-5d4f-1',
          container: 'web',
          image: 'registry.example/web:2',
          node: 'node-1',
          reason: 'readyTimeout',
          message: 'HTTP probe failed with statuscode: 503',
          details: [
            { label: 'probe', value: 'HTTP GET /ready on port 8080, every 10 s, answer within 1 s' },
            { label: 'waited for', value: '5m' },
            {
              label: 'waiting for',
              value: '0 of 1 pods of web ready; pod web-5d4f-1: container web: running, readiness probe not passing',
            },
          ],
        },
      },
      others: [],
    });
  });

  it('waits until then', () => {
    expect(judge({ sutPods: [probing] }, { nowMs: DEADLINE - 1 })).toMatchObject({
      kind: 'waiting',
      nextAtMs: DEADLINE,
    });
  });

  it('leaves to the cluster what the cluster still owed', () => {
    const pending = aPod({
      phase: 'Pending',
      ready: false,
      containers: [aContainer({ ready: false, imageID: '', state: waiting('') })],
      conditions: [aCondition('PodScheduled', 'False', { reason: 'Unschedulable' })],
    });
    const scaling = {
      sutPods: [pending],
      events: [anEvent('TriggeredScaleUp', 'scale-up', undefined, { type: 'Normal' })],
    };
    expect(causeOf(judge(scaling, { nowMs: DEADLINE - 1 }))).toBe('waiting');
    expect(judge(scaling, { nowMs: DEADLINE })).toMatchObject({
      kind: 'failed',
      finding: { cause: 'SutUnschedulable' },
      others: [{ cause: 'SutNeverReady' }],
    });
  });

  it('keeps a pending finding of the SUT beside the deadline', () => {
    const crashed = aPod({
      ready: false,
      containers: [
        aContainer({ ready: false, state: waiting('CrashLoopBackOff'), lastState: exited(1), restartCount: 1 }),
      ],
    });
    expect(judge({ sutPods: [crashed] }, { nowMs: DEADLINE })).toMatchObject({
      finding: { cause: 'SutNeverReady' },
      others: [{ cause: 'SutCrashLooping' }],
    });
  });
});

describe('in observe', () => {
  const plan = (expectImage?: string): Plan => aPlan({ mode: 'observe', deployment: 'web', expectImage });

  it('takes the revision that carries the expected image', () => {
    expect(judge({}, { plan: plan('registry.example/web:2') }).kind).toBe('done');
    expect(judge({}, { plan: plan() }).kind).toBe('done');
  });

  it('takes it also when a mirror rewrote the image of its pods, but a digest must be in the pods', () => {
    const mirrored = { sutPods: [aPod({ containers: [aContainer({ image: 'mirror.example/shop/web:2' })] })] };
    expect(judge(mirrored, { plan: plan('registry.example/web:2') }).kind).toBe('done');
    expect(judge(mirrored, { plan: plan(`registry.example/web@${SUT_DIGEST}`) }).kind).toBe('done');
    const other = `registry.example/web@sha256:${'0'.repeat(64)}`;
    expect(judge(mirrored, { plan: plan(other) }).kind).toBe('waiting');
    expect(judge(mirrored, { plan: plan('registry.example/web:3') }).kind).toBe('waiting');
  });

  it('does not wait for a digest that the template has and that its pods, all rolled out, do not run', () => {
    const other = `registry.example/web@sha256:${'0'.repeat(64)}`;
    const rewritten = { deployment: aDeployment({ images: { web: other } }) };
    expect(judge(rewritten, { plan: plan(other), nowMs: 29_999 })).toMatchObject({ kind: 'waiting', nextAtMs: 30_000 });
    expect(judge(rewritten, { plan: plan(other), nowMs: 30_000 })).toMatchObject({
      finding: {
        cause: 'SutRevisionMismatch',
        evidence: {
          object: 'deployment/web',
          reason: 'OtherDigest',
          details: [{ value: other }, {}, { value: '30 s' }],
        },
      },
    });
    // A template without it may still be delivered, and a roll-out that goes on may still bring it.
    const behind = { deployment: aDeployment({ images: { web: 'registry.example/web:2' } }) };
    expect(judge(behind, { plan: plan(other), nowMs: 200_000 })).toMatchObject({ kind: 'waiting', nextAtMs: DEADLINE });
    const rolling = { deployment: aDeployment({ images: { web: other }, replicas: 2 }) };
    expect(judge(rolling, { plan: plan(other), nowMs: 200_000 })).toMatchObject({
      kind: 'waiting',
      nextAtMs: DEADLINE,
    });
  });

  it('says what the roll-out waits for once the image has arrived', () => {
    const rolling = { deployment: aDeployment({ replicas: 2 }) };
    expect(judge(rolling, { plan: plan('registry.example/web:2') })).toMatchObject({
      forWhat: 'old pods of web to end: 1 left',
    });
  });

  it('waits for it, then says what it found instead', () => {
    expect(judge({}, { plan: plan('registry.example/web:3') })).toMatchObject({
      forWhat: 'a revision with image registry.example/web:3 to be delivered',
    });
    expect(headlineOf(judge({}, { plan: plan('registry.example/web:3'), nowMs: DEADLINE }))).toBe(
      'Deployment/web does not run what was expected: expected registry.example/web:3, found registry.example/web:2 after 5m',
    );
  });

  it('does not blame the revision before it', () => {
    const crashing = aPod({
      ready: false,
      containers: [
        aContainer({ ready: false, state: waiting('CrashLoopBackOff'), lastState: exited(1), restartCount: 9 }),
      ],
    });
    expect(causeOf(judge({ sutPods: [crashing] }, { plan: plan('registry.example/web:3') }))).toBe('waiting');
    expect(causeOf(judge({ sutPods: [crashing] }, { plan: plan('registry.example/web:2') }))).toBe('SutCrashLooping');
  });

  it('waits for a Deployment that is not there yet', () => {
    expect(causeOf(judge({ deployment: undefined }, { plan: plan() }))).toBe('waiting');
    expect(causeOf(judge({ deployment: undefined }, { plan: plan(), nowMs: DEADLINE }))).toBe('SutNotFound');
  });
});

describe('judgePromotion', () => {
  function promote(
    over: Partial<Observation>,
    testedImageIDs = REVISION.imageIDs,
    nowMs = 60_000,
  ): Judgement<Revision> {
    const first = anObservation({ ...healthySut(), ...over, atMs: 0 });
    return judgePromotion({ ...contextOf({ ...first, atMs: nowMs }, { history: [first] }), testedImageIDs });
  }

  it('is done when the tested digests are rolled out', () => {
    expect(promote({})).toEqual({ kind: 'done', value: REVISION });
  });

  it('waits like the first roll-out', () => {
    expect(promote({ sutPods: [starting] })).toMatchObject({ kind: 'waiting' });
  });

  it('refuses another digest', () => {
    const other = { web: `registry.example/web@sha256:${'0'.repeat(64)}` };
    expect(causeOf(promote({}, other))).toBe('SutRevisionMismatch');
  });

  it('wraps what went wrong', () => {
    const judgement = promote({ sutPods: [starting] }, REVISION.imageIDs, DEADLINE);
    expect(judgement).toMatchObject({ finding: { cause: 'PromotionFailed' }, others: [{ cause: 'SutNeverReady' }] });
    expect(headlineOf(judgement)).toBe(
      'The tests passed on the preview, but the roll-out of deployment/web failed (SutNeverReady): Deployment/web was not ready within 5m; last seen waiting for: 0 of 1 pods of web ready; pod web-5d4f-1: container web: ContainerCreating',
    );
  });
});

describe('the pods that the rules look at', () => {
  const OWN_LIMIT = {
    phase: 'Failed',
    reason: 'Evicted',
    message: 'Usage of EmptyDir volume "x" exceeds the limit',
  } as const;
  const alive = aPod({ name: 'alive', ready: false });
  const going = aPod({ name: 'going', meta: { deletionTimestampMs: 5 } });
  const evicted = aPod({ name: 'evicted', phase: 'Failed', reason: 'Evicted', message: 'The node was low on memory' });
  const greedy = aPod({ name: 'greedy', ...OWN_LIMIT });

  it.each<[string, Observation['sutPods'], string[]]>([
    ['those that live', [alive, going], ['alive']],
    ['not those that are replaced', [alive, evicted, going], ['alive']],
    ['what the next one will end by, too', [alive, greedy], ['alive', 'greedy']],
    ['what ended, where nothing replaced it, but nothing that is going', [evicted, going], ['evicted']],
    ['none that is only going', [going], []],
  ])('%s', (_, sutPods, names) => {
    const ctx = contextOf(anObservation({ ...healthySut(), sutPods }));
    expect(sutContext(ctx, true).pods.map(({ meta }) => meta.name)).toEqual(names);
  });
});
