import { describe, expect, it } from 'vitest';
import { type GuardrailInput, readGuardrails, readLiveServices } from '../../../src/core/judge/guardrails.ts';
import type { Plan } from '../../../src/core/plan/plan.ts';
import { remember } from '../../../src/core/judge/memory.ts';
import type { Observation, Pod } from '../../../src/core/model/seen.ts';
import type { Endpoint, EndpointSlice, Surroundings } from '../../../src/core/model/surroundings.ts';
import { type SurroundingRead, NO_SURROUNDINGS } from '../../../src/core/model/surroundings.ts';
import { aCondition, aContainer, aMeta, aPod, anApiError, anObservation } from '../../fakes/builders.ts';
import { JOB_UID, POD_UID, REVISION, aPlan, endedWorld, healthySut, memoryOf, testingPod } from './world.ts';
import { aCompleteJob } from '../../fakes/builders.ts';

function anEndpoint(over: Partial<Endpoint> = {}): Endpoint {
  return {
    addresses: ['10.244.0.7'],
    ready: true,
    serving: true,
    terminating: false,
    targetUid: POD_UID,
    targetName: 'web-5d4f-1',
    ...over,
  };
}

function around(endpoints: readonly Endpoint[], over: Partial<EndpointSlice> = {}): Surroundings {
  const slice: EndpointSlice = {
    meta: aMeta('EndpointSlice', 'web-tcg-1-x'),
    serviceName: 'web-tcg-1',
    ports: [{ name: 'sut', port: 8080 }],
    endpoints,
    ...over,
  };
  const reads = { ...NO_SURROUNDINGS.reads, endpointSlices: { state: 'current' } } as const;
  return { ...NO_SURROUNDINGS, endpointSlices: [slice], reads };
}

/** The guardrails after tests on `healthySut`, when the last read shows `over`. */
function read(
  over: Partial<Observation> = {},
  options: Parameters<typeof aPlan>[0] = {},
): ReturnType<typeof readGuardrails> {
  const before = anObservation({ ...healthySut(), atMs: 1000, job: aCompleteJob(), testcarPods: [testingPod()] });
  const seen = { ...endedWorld({ atMs: 9000 }), around: around([anEndpoint()]), ...over };
  const input: GuardrailInput = {
    plan: aPlan(options),
    revision: REVISION,
    jobUid: JOB_UID,
    seen,
    memory: remember(memoryOf(before), seen),
  };
  return readGuardrails(input);
}

function causeOf(over: Partial<Observation>, options: Parameters<typeof aPlan>[0] = {}): string | undefined {
  return read(over, options).broken?.cause;
}

it('reads every guardrail once, and holds', () => {
  expect(read()).toEqual({
    broken: undefined,
    readings: [
      { name: 'Restarts during the tests', limit: 0, value: 0, note: '' },
      { name: 'Pods that lost their readiness during the tests', limit: 0, value: 0, note: '' },
      { name: 'Containers without one known image', limit: 0, value: 0, note: '' },
      { name: 'Tested pods without a ready endpoint', limit: 0, value: 0, note: '' },
      { name: 'Endpoints that are of another revision', limit: 0, value: 0, note: '' },
    ],
  });
});

const since = (ms: number | undefined): Pod =>
  aPod({ conditions: [aCondition('Ready', 'True', { lastTransitionTimeMs: ms })] });

describe('closes', () => {
  const more = aPod({ name: 'web-5d4f-2', containers: [aContainer({ imageID: `web@sha256:${'c'.repeat(64)}` })] });
  it.each<[string, Partial<Observation>, string]>([
    ['a restart', { sutPods: [aPod({ containers: [aContainer({ restartCount: 1 })] })] }, 'SutRestarted'],
    ['a pod that is not ready', { sutPods: [aPod({ ready: false })] }, 'SutRestarted'],
    ['a readiness that was lost between two looks', { sutPods: [since(5000)] }, 'SutRestarted'],
    ['a pod that an autoscaler added from a tag that had moved', { sutPods: [aPod(), more] }, 'SutImagesNotFixed'],
    ['no endpoint, though the pod is ready', { around: around([]) }, 'SutNoEndpoints'],
    ['an endpoint that is not ready', { around: around([anEndpoint({ ready: false })]) }, 'SutNoEndpoints'],
    [
      'an endpoint of another revision',
      { around: around([anEndpoint(), anEndpoint({ targetUid: 'old', targetName: 'web-old-1' })]) },
      'EndpointsOfAnotherRevision',
    ],
    [
      'an endpoint behind which is no pod',
      { around: around([anEndpoint(), anEndpoint({ targetUid: undefined })]) },
      'EndpointsOfAnotherRevision',
    ],
  ])('on %s', (_, over, cause) => {
    expect(causeOf(over)).toBe(cause);
  });

  it.each<[string, Partial<Observation>]>([
    ['a tested pod that the last read does not show', { sutPods: [] }],
    ['a read that failed', { reads: { ...anObservation().reads, sutPods: { state: 'pending' } } }],
    ['a pod that does not say since when it is ready', { sutPods: [since(undefined)] }],
    ['a container that does not say what it runs', { sutPods: [aPod({ containers: [aContainer({ imageID: '' })] })] }],
  ])('on what cannot be evaluated: %s', (_, over) => {
    const { broken, readings } = read(over);
    expect(broken?.cause).toBe('GuardrailNotEvaluated');
    expect(readings.filter(({ value }) => value === undefined)).not.toEqual([]);
  });
});

describe('does not close', () => {
  it('on images, where any are allowed', () => {
    const latest = aPod({ containers: [aContainer({ image: 'registry.example/web' })] });
    expect(causeOf({ sutPods: [latest] })).toBe('SutImagesNotFixed');
    expect(causeOf({ sutPods: [latest] }, { mutableImages: 'allow' })).toBeUndefined();
  });

  it.each<[string, Partial<Observation>]>([
    [
      'a container that admission added, whatever its image',
      { sutPods: [aPod({ containers: [aContainer(), aContainer({ name: 'proxy', image: 'proxy', imageID: '' })] })] },
    ],
    [
      'an endpoint of a pod that an autoscaler added',
      {
        sutPods: [aPod(), aPod({ name: 'web-5d4f-2' })],
        around: around([anEndpoint(), anEndpoint({ targetUid: 'uid-pod-web-5d4f-2' })]),
      },
    ],
    [
      'an endpoint of another revision that is terminating',
      {
        around: around([anEndpoint(), anEndpoint({ targetUid: 'old', terminating: true })]),
      },
    ],
    [
      'a slice of another Service',
      {
        around: {
          ...around([anEndpoint()]),
          endpointSlices: [
            ...around([anEndpoint()]).endpointSlices,
            ...around([anEndpoint({ targetUid: 'old' })], { serviceName: 'web' }).endpointSlices,
          ],
        },
      },
    ],
  ])('on %s', (_, over) => {
    expect(causeOf(over)).toBeUndefined();
  });
});

it.each<[string, Surroundings, RegExp]>([
  [
    'not permitted',
    {
      ...NO_SURROUNDINGS,
      reads: {
        ...NO_SURROUNDINGS.reads,
        endpointSlices: { state: 'failing', sinceMs: 0, error: anApiError('forbidden') },
      },
    },
    /^not evaluated: EndpointSlices cannot be read \(forbidden\)$/,
  ],
  ['not read', NO_SURROUNDINGS, /^not evaluated: EndpointSlices were not read$/],
  [
    'not there yet',
    { ...around([]), endpointSlices: [] },
    /^not evaluated: Service web-tcg-1 has no EndpointSlice yet$/,
  ],
])('endpoints that are %s close nothing, and are not counted as good', (_, surroundings, note) => {
  const { broken, readings } = read({ around: surroundings });
  expect(broken).toBeUndefined();
  expect(readings.slice(-2)).toEqual([
    expect.objectContaining({ value: undefined, note: expect.stringMatching(note) }),
    expect.objectContaining({ value: undefined, note: expect.stringMatching(note) }),
  ]);
});

describe('live Services', () => {
  const LIVE = { liveServices: ['web'] };
  const NAME = 'Live Services that do not send to the new revision alone';

  function judged(slices: readonly EndpointSlice[], over: Partial<Plan> = LIVE): ReturnType<typeof readGuardrails> {
    const own = around([anEndpoint()]);
    const surroundings = { ...own, endpointSlices: [...own.endpointSlices, ...slices] };
    const seen = { ...endedWorld({ atMs: 9000 }), around: surroundings };
    const before = anObservation({ ...healthySut(), job: aCompleteJob(), testcarPods: [testingPod()] });
    const memory = remember(memoryOf(before), seen);
    return readGuardrails({ plan: aPlan({}, over), revision: REVISION, jobUid: JOB_UID, seen, memory });
  }
  const web = (...endpoints: Endpoint[]): readonly EndpointSlice[] =>
    around(endpoints, { serviceName: 'web' }).endpointSlices;

  it('hold when they send to the tested pods alone', () => {
    const { broken, readings } = judged(web(anEndpoint()));
    expect(broken).toBeUndefined();
    expect(readings.at(-1)).toEqual({ name: NAME, limit: 0, value: 0, note: '' });
  });

  it.each([
    [
      'send to an address of nobody too',
      web(anEndpoint(), anEndpoint({ targetUid: undefined })),
      'EndpointsOfAnotherRevision',
    ],
    ['send to nothing', web(), 'SutNoEndpoints'],
  ])('close when they %s', (_, slices, cause) => {
    const { broken, readings } = judged(slices);
    expect(broken).toMatchObject({ cause, evidence: { object: 'service/web' } });
    expect(readings.at(-1)).toMatchObject({ name: NAME, value: 1 });
  });

  it.each<[string, Partial<Plan>]>([
    ['a preview, which they do not select', { ...LIVE, watchedDeployment: 'web-tcg-1' }],
    ['a SUT that has none', {}],
  ])('are not asked about %s', (_, over) => {
    const { broken, readings } = judged(web(), over);
    expect(broken).toBeUndefined();
    expect(readings.map(({ name }) => name)).not.toContain(NAME);
  });

  it('that may not be read, or are too many, close nothing, and say why', () => {
    const forbidden: SurroundingRead = { state: 'failing', sinceMs: 0, error: anApiError('forbidden') };
    const reads = { ...NO_SURROUNDINGS.reads, endpointSlices: forbidden };
    const seen = endedWorld({ around: { ...NO_SURROUNDINGS, reads } });
    expect(readLiveServices({ plan: aPlan({}, LIVE), revision: REVISION, seen })).toMatchObject({
      value: undefined,
      note: 'not evaluated: EndpointSlices cannot be read (forbidden)',
    });
    const names = Array.from({ length: 8 }, (_, at) => `web-${at}`);
    const slices = names.flatMap((serviceName) => around([anEndpoint()], { serviceName }).endpointSlices);
    const { broken, readings } = judged(slices, { liveServices: names });
    expect(broken).toBeUndefined();
    expect(readings.at(-1)).toMatchObject({
      value: undefined,
      note: 'not evaluated: 1 of 8 live Services are more than are watched',
    });
  });

  it('that cannot be read close nothing, and are not counted as good', () => {
    for (const state of [
      { state: 'failing', sinceMs: 0, error: anApiError('unreachable') },
      { state: 'pending' },
    ] as const) {
      const seen = endedWorld({
        around: { ...NO_SURROUNDINGS, reads: { ...NO_SURROUNDINGS.reads, endpointSlices: state } },
      });
      expect(readLiveServices({ plan: aPlan({}, LIVE), revision: REVISION, seen })).toEqual({
        name: NAME,
        limit: 0,
        value: undefined,
        note: 'not evaluated: EndpointSlices were not read',
      });
    }
  });
});
