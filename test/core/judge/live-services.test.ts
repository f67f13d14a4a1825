import { describe, expect, it } from 'vitest';
import { CAUSES, type Cause } from '../../../src/core/causes/index.ts';
import { judgePromotion } from '../../../src/core/judge/promotion.ts';
import { judgeReady } from '../../../src/core/judge/ready.ts';
import { servicesToWatch, servingOf } from '../../../src/core/judge/live-services.ts';
import type { Judgement } from '../../../src/core/judge/judgement.ts';
import type { Deployment, Observation } from '../../../src/core/model/seen.ts';
import type { SurroundingRead } from '../../../src/core/model/surroundings.ts';
import { type EndpointSlice, NO_SURROUNDINGS, type Surroundings } from '../../../src/core/model/surroundings.ts';
import {
  aDeployment,
  aMeta,
  aPod,
  anApiError,
  anEndpoint,
  anEndpointSlice,
  anObservation,
} from '../../fakes/builders.ts';
import { REVISION, aPlan, contextOf, healthySut } from './world.ts';

const PLAN = aPlan({}, { liveServices: ['web', 'web-admin'] });
const GOOD = [anEndpointSlice(), anEndpointSlice({ serviceName: 'web-admin' })];
const OLD = anEndpoint({ targetUid: 'old', targetName: 'web-old-1' });
/** Of the ReplicaSet before: the Deployment's selector matches it too. */
const OLD_POD = aPod({ name: 'web-old-1', uid: 'old', controllerUid: 'uid-replicaset-web-old' });
const DEADLINE = 300_000;
const ROLLED_OUT_MS = 60_000;

function around(endpointSlices: readonly EndpointSlice[], read: SurroundingRead = { state: 'current' }): Surroundings {
  return { ...NO_SURROUNDINGS, endpointSlices, reads: { ...NO_SURROUNDINGS.reads, endpointSlices: read } };
}

function observed(surroundings: Surroundings, atMs: number): Observation {
  const sutPods = [...(healthySut().sutPods ?? []), OLD_POD];
  return anObservation({ ...healthySut(), sutPods, around: surroundings, atMs });
}

/** The roll-out is complete since ROLLED_OUT_MS; only what the Services send to differs. */
function judge(surroundings: Surroundings, nowMs = ROLLED_OUT_MS, plan = PLAN): Judgement<unknown> {
  const ctx = contextOf(observed(surroundings, nowMs), { plan, history: [observed(surroundings, ROLLED_OUT_MS)] });
  const promotion = judgePromotion({ ...ctx, testedImageIDs: REVISION.imageIDs });
  expect(promotion.kind).toBe(judgeReady(ctx).kind);
  return promotion;
}

describe('is done', () => {
  it.each<[string, readonly EndpointSlice[]]>([
    ['when every live Service sends to the new pods alone', GOOD],
    [
      'when old pods only terminate',
      [...GOOD, anEndpointSlice({ endpoints: [anEndpoint(), { ...OLD, terminating: true }] })],
    ],
    ['when what is old is not ready', [...GOOD, anEndpointSlice({ endpoints: [{ ...OLD, ready: false }] })]],
    ['whatever other Services send to', [...GOOD, anEndpointSlice({ serviceName: 'shop', endpoints: [OLD] })]],
  ])('%s', (_, slices) => {
    expect(judge(around(slices))).toEqual({ kind: 'done', value: REVISION });
  });

  it('with pods of the new ReplicaSet that came later', () => {
    const later = anEndpoint({ targetUid: 'uid-pod-web-5d4f-2' });
    const seen = anObservation({
      ...healthySut(),
      sutPods: [aPod(), aPod({ name: 'web-5d4f-2' })],
      around: around([...GOOD, anEndpointSlice({ endpoints: [later] })]),
    });
    expect(servingOf(seen, PLAN, REVISION)).toEqual({ kind: 'new-revision-alone' });
  });

  it('whatever pods of another workload share a Service, as those of a canary do', () => {
    const shared = around([...GOOD, anEndpointSlice({ endpoints: [anEndpoint({ targetUid: 'canary-1' })] })]);
    expect(servingOf(anObservation({ ...healthySut(), around: shared }), PLAN, REVISION)).toEqual({
      kind: 'new-revision-alone',
    });
    const only = around([GOOD[1]!, anEndpointSlice({ endpoints: [anEndpoint({ targetUid: 'canary-1' })] })]);
    expect(servingOf(anObservation({ ...healthySut(), around: only }), PLAN, REVISION)).toMatchObject({
      kind: 'not-yet',
      finding: { cause: 'SutNoEndpoints' },
    });
  });

  it('where EndpointSlices are not permitted, but does not count them as good', () => {
    const forbidden = around([], { state: 'failing', sinceMs: 0, error: anApiError('forbidden') });
    expect(judge(forbidden)).toEqual({ kind: 'done', value: REVISION });
    expect(servingOf(anObservation({ around: forbidden }), PLAN, REVISION)).toEqual({
      kind: 'unknowable',
      why: 'EndpointSlices cannot be read (forbidden)',
    });
  });

  it('without a live Service, and in a preview, which none selects', () => {
    for (const plan of [aPlan(), { ...PLAN, watchedDeployment: 'web-tcg-1' }]) {
      const seen = anObservation({ ...healthySut(), around: around([anEndpointSlice({ endpoints: [OLD] })]) });
      expect(servingOf(seen, plan, REVISION)).toEqual({ kind: 'new-revision-alone' });
    }
  });
});

const SLOW_GRACES = { EndpointsOfAnotherRevision: 2 * DEADLINE, SutNoEndpoints: 2 * DEADLINE } as const;

describe('waits, and closes', () => {
  const troubles: [string, Surroundings, string, Cause][] = [
    [
      'on an old pod that still takes requests',
      around([...GOOD, anEndpointSlice({ endpoints: [OLD] })]),
      'Service web to send to the new revision alone; it also sends to web-old-1',
      'EndpointsOfAnotherRevision',
    ],
    [
      'on an address behind which is no pod',
      around([...GOOD, anEndpointSlice({ endpoints: [anEndpoint({ targetUid: undefined, targetName: undefined })] })]),
      'Service web to send to the new revision alone; it also sends to 10.244.0.7',
      'EndpointsOfAnotherRevision',
    ],
    [
      'on a Service without an endpoint that is ready',
      around([...GOOD.slice(1), anEndpointSlice({ endpoints: [anEndpoint({ ready: false })] })]),
      'Service web to send to the new pods',
      'SutNoEndpoints',
    ],
    [
      'on a Service without any slice',
      around(GOOD.slice(0, 1)),
      'Service web-admin to send to the new pods',
      'SutNoEndpoints',
    ],
  ];

  it.each(troubles)('%s: when the grace after the roll-out is over', (_, surroundings, forWhat, cause) => {
    const graceEndMs = ROLLED_OUT_MS + CAUSES[cause].graceMs;
    expect(judge(surroundings)).toEqual({ kind: 'waiting', forWhat, nextAtMs: graceEndMs });
    expect(judge(surroundings, graceEndMs - 1).kind).toBe('waiting');
    expect(judge(surroundings, graceEndMs)).toMatchObject({ kind: 'failed', finding: { cause } });
  });

  it.each(troubles)('%s: at the deadline, when its grace is longer', (_, surroundings, forWhat, cause) => {
    const plan = aPlan({ gracesMs: SLOW_GRACES }, { liveServices: PLAN.liveServices });
    expect(judge(surroundings, DEADLINE - 1, plan)).toEqual({ kind: 'waiting', forWhat, nextAtMs: DEADLINE });
    expect(judge(surroundings, DEADLINE, plan)).toMatchObject({ kind: 'failed', finding: { cause } });
  });

  it.each<[string, Surroundings]>([
    ['on slices that were not read', around([], { state: 'pending' })],
    [
      'on slices that cannot be read any more: what they showed is history',
      around(GOOD, { state: 'failing', sinceMs: 0, error: anApiError('unreachable') }),
    ],
  ])('%s: at the deadline', (_, surroundings) => {
    const forWhat = 'the endpoints of the live Services to be read';
    expect(judge(surroundings, DEADLINE - 1)).toEqual({ kind: 'waiting', forWhat, nextAtMs: DEADLINE });
    expect(judge(surroundings, DEADLINE)).toMatchObject({ kind: 'failed', finding: { cause: 'PromotionFailed' } });
  });

  it('no sooner than a grace after its own phase has begun: before, nobody has looked', () => {
    const seen = observed(around([...GOOD, anEndpointSlice({ endpoints: [OLD] })]), 95_000);
    const ctx = contextOf(seen, { plan: PLAN, history: [{ ...seen, atMs: 0 }], startedAtMs: 70_000 });
    expect(judgeReady(ctx)).toMatchObject({ kind: 'waiting', nextAtMs: 100_000 });
  });

  it.each<[string, Partial<Deployment>]>([
    ['that was still under way', { updatedReplicas: 0 }],
    ['whose old pods were still there', { replicas: 2 }],
    ['whose pods were not available yet', { availableReplicas: 0 }],
    ['that the controller had not seen', { observedGeneration: 0 }],
    ['of another generation', { meta: aMeta('Deployment', 'web', { generation: 0 }), observedGeneration: 0 }],
  ])('not counting the time of a roll-out %s', (_, over) => {
    const seen = observed(around([...GOOD, anEndpointSlice({ endpoints: [OLD] })]), 90_000);
    const before = { ...seen, atMs: 0, deployment: aDeployment(over) };
    const complete = { ...seen, atMs: 80_000 };
    expect(judgeReady(contextOf(seen, { plan: PLAN, history: [before, complete] }))).toMatchObject({
      kind: 'waiting',
      nextAtMs: 110_000,
    });
  });

  it('naming the Service, what was expected and what was found', () => {
    const judgement = judge(around([...GOOD, anEndpointSlice({ endpoints: [OLD] })]), DEADLINE);
    expect(judgement).toMatchObject({
      finding: {
        evidence: {
          object: 'service/web',
          details: [
            { label: 'expected', value: 'pods of ReplicaSet web-5d4f' },
            { label: 'found', value: 'web-old-1' },
            { label: 'held for', value: '4 min' },
          ],
        },
      },
    });
  });
});

it('looks at as many Services as are watched beside the own one, and says so of the rest', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
  const plan = aPlan({}, { liveServices: names });
  expect(servicesToWatch(plan)).toEqual(names.slice(0, 7));
  const slices = names.slice(0, 7).map((serviceName) => anEndpointSlice({ serviceName }));
  const seen = anObservation({ ...healthySut(), around: around(slices) });
  expect(servingOf(seen, plan, REVISION)).toEqual({
    kind: 'unknowable',
    why: '2 of 9 live Services are more than are watched',
  });
});
