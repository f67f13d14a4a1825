/**
 * Attempts to get a pass that is none: a run that is good in every respect but one, with what the cluster could show of
 * it by then. Each has its harmless twin below.
 */
import { describe, expect, it } from 'vitest';
import { type ProveInput, prove } from '../../../src/core/judge/prove.ts';
import { judgeReady } from '../../../src/core/judge/ready.ts';
import { findRevision, toRevision } from '../../../src/core/judge/revision.ts';
import type { Job, Observation, Pod } from '../../../src/core/model/seen.ts';
import {
  aCompleteJob,
  aCondition,
  aContainer,
  aDeployment,
  aJob,
  aPod,
  aReplicaSet,
  anApiError,
  anEndpoint,
  anEndpointSlice,
  anObservation,
  passingResults,
  waiting,
} from '../../fakes/builders.ts';
import {
  JOB_UID,
  POD_UID,
  REVISION,
  aPlan,
  contextOf,
  endedPod,
  endedWorld,
  healthySut,
  memoryOf,
  testingPod,
} from './world.ts';

type Seen = NonNullable<Parameters<typeof anObservation>[0]>;
type Attack = {
  /** What the last read shows of the SUT and around it; the watches had shown the same just before. */
  last?: Seen;
  /** What the last read shows of testcar. */
  job?: Job;
  pods?: readonly Pod[];
  /** What the watches showed from the beginning of the tests to their end. */
  history?: readonly Observation[];
  tested?: Partial<typeof REVISION>;
};

const READY = anObservation({ ...healthySut(), atMs: 500 });
const TESTING = anObservation({ ...healthySut(), atMs: 1000, job: aJob(), testcarPods: [testingPod()] });

function outcomeOf({ last = {}, job = aCompleteJob(), pods = [endedPod()], history, tested = {} }: Attack): string {
  const plan = aPlan();
  const seen = endedWorld({ atMs: 9000, ...last });
  const watched = endedWorld({ atMs: 8900, ...last });
  const found = findRevision(seen, plan);
  const input: ProveInput = {
    plan,
    end: { job, pod: endedPod(), finished: 'complete', reason: 'CompletionsReached' },
    jobUid: JOB_UID,
    revision: { ...REVISION, ...tested },
    results: passingResults(3),
    memory: memoryOf(...(history ?? [READY, TESTING]), watched),
    seen: watched,
    nowMs: 9000,
    confirmed: { job, pods, revision: found && seen.deployment && toRevision(seen.deployment, found), seen },
  };
  const proof = prove(input);
  return proof.kind === 'failed' ? proof.finding.cause : proof.kind;
}

const complete = aCondition('Complete', 'True', { reason: 'CompletionsReached' });
const completeAnd = (...more: Job['conditions']): Job => aCompleteJob({ conditions: [complete, ...more] });
const webWith = (over: Parameters<typeof aContainer>[0]): Seen => ({
  sutPods: [aPod({ containers: [aContainer(over)] })],
});
const readySince = (lastTransitionTimeMs: number): Seen => ({
  sutPods: [aPod({ conditions: [aCondition('Ready', 'True', { lastTransitionTimeMs })] })],
});
const sendsTo = (atMs: number, ...endpoints: Parameters<typeof anEndpoint>[0][]): Observation =>
  anObservation({
    ...TESTING,
    atMs,
    around: {
      endpointSlices: [
        anEndpointSlice({ serviceName: 'web-tcg-1', endpoints: endpoints.map((one) => anEndpoint(one)) }),
      ],
    },
  });
const ENDPOINTS: Seen = { around: { endpointSlices: [anEndpointSlice({ serviceName: 'web-tcg-1' })] } };
const ADDED = { targetUid: 'uid-added', targetName: 'web-5d4f-2', addresses: ['10.244.0.8'] };
const OLD = { targetUid: 'uid-old', targetName: 'web-old-1', addresses: ['10.244.0.9'] };

it('passes a run with nothing against it', () => {
  expect(outcomeOf({})).toBe('proven');
});

describe('closes when the workload', () => {
  it.each<[string, Attack, string]>([
    [
      'is being deleted',
      { last: { deployment: aDeployment({ meta: { deletionTimestampMs: 8000 } }) } },
      'RevisionChanged',
    ],
    [
      'has a ReplicaSet that is being deleted',
      { last: { replicaSets: [aReplicaSet({ meta: { deletionTimestampMs: 8000 } })] } },
      'RevisionChanged',
    ],
    [
      'was scaled to zero, and its pods are still there',
      { last: { deployment: aDeployment({ specReplicas: 0 }) } },
      'RevisionChanged',
    ],
    [
      'has a template that was changed while it is paused',
      { last: { deployment: aDeployment({ paused: true, updatedReplicas: 0 }) } },
      'RevisionChanged',
    ],
    [
      'has a newer generation than its controller saw',
      { last: { deployment: aDeployment({ observedGeneration: 0 }) } },
      'RevisionChanged',
    ],
    ['lost its revision annotation', { last: { deployment: aDeployment({ revision: undefined }) } }, 'RevisionChanged'],
    ['has no ReplicaSet any more', { last: { replicaSets: [] } }, 'RevisionChanged'],
  ])('%s', (_, attack, cause) => {
    expect(outcomeOf(attack)).toBe(cause);
  });
});

describe('closes when a tested pod, Ready by its condition,', () => {
  it.each<[string, Attack, string]>([
    ['has a container without a state', { last: webWith({ state: { kind: 'unknown' } }) }, 'RevisionChanged'],
    ['has a container that waits', { last: webWith({ state: waiting('ContainerCreating') }) }, 'RevisionChanged'],
    ['has a container that is not ready', { last: webWith({ ready: false }) }, 'RevisionChanged'],
    ['is in phase Unknown', { last: { sutPods: [aPod({ phase: 'Unknown' })] } }, 'RevisionChanged'],
    ['is in phase Pending', { last: { sutPods: [aPod({ phase: 'Pending' })] } }, 'RevisionChanged'],
    [
      'has a second such condition that says no',
      { last: { sutPods: [aPod({ conditions: [aCondition('Ready'), aCondition('Ready', 'False')] })] } },
      'SutRestarted',
    ],
    ['is another one with the same name', { last: { sutPods: [aPod({ uid: 'uid-new' })] } }, 'RevisionChanged'],
    [
      'runs another digest of the same tag',
      { last: webWith({ imageID: `web@sha256:${'e'.repeat(64)}` }) },
      'RevisionChanged',
    ],
    ['belongs to another ReplicaSet', { last: { sutPods: [aPod({ controllerUid: 'other' })] } }, 'RevisionChanged'],
    [
      'got an ephemeral container',
      { last: { sutPods: [aPod({ ephemeralContainers: ['debugger'] })] } },
      'RevisionChanged',
    ],
    [
      'lost its readiness while only the pod of the Job was seen, not the Job',
      {
        last: readySince(4000),
        history: [
          READY,
          anObservation({ ...TESTING, ...readySince(4000), job: undefined, reads: { job: { state: 'pending' } } }),
          anObservation({ ...TESTING, ...readySince(4000), atMs: 5000 }),
        ],
      },
      'SutRestarted',
    ],
  ])('%s', (_, attack, cause) => {
    expect(outcomeOf(attack)).toBe(cause);
  });
});

describe('closes when the Job is Complete and', () => {
  it.each<[string, Attack, string]>([
    [
      'also Failed, in a second condition',
      { job: completeAnd(aCondition('Failed', 'False'), aCondition('Failed')) },
      'EvidenceContradicts',
    ],
    [
      'not Complete, in a second condition',
      { job: completeAnd(aCondition('Complete', 'False')) },
      'EvidenceContradicts',
    ],
    ['about to fail', { job: completeAnd(aCondition('FailureTarget')) }, 'EvidenceContradicts'],
    ['suspended', { job: completeAnd(aCondition('Suspended')) }, 'EvidenceContradicts'],
    [
      'nobody knows whether it is suspended',
      { job: completeAnd(aCondition('Suspended', 'Unknown')) },
      'EvidenceContradicts',
    ],
    ['had a pod that failed', { job: aCompleteJob({ failed: 1 }) }, 'EvidenceContradicts'],
    ['has an active pod', { job: aCompleteJob({ active: 1 }) }, 'EvidenceContradicts'],
    ['had two pods that succeeded', { job: aCompleteJob({ succeeded: 2 }) }, 'EvidenceContradicts'],
    ['counts no success', { job: aCompleteJob({ succeeded: 0 }) }, 'EvidenceContradicts'],
    ['its pod is gone', { pods: [] }, 'EvidenceContradicts'],
    [
      'its pod got an ephemeral container',
      { pods: [endedPod({ ephemeralContainers: ['debugger'] })] },
      'EvidenceContradicts',
    ],
    [
      'the pod is of another Job with the same labels',
      { pods: [endedPod({ controllerUid: 'other' })] },
      'EvidenceContradicts',
    ],
  ])('%s', (_, attack, cause) => {
    expect(outcomeOf(attack)).toBe(cause);
  });
});

describe("closes when the run's Service", () => {
  it.each<[string, Attack, string]>([
    [
      'sent to an old pod for a while',
      { last: ENDPOINTS, history: [READY, sendsTo(1000, {}), sendsTo(5000, OLD), sendsTo(6000, {})] },
      'EndpointsOfAnotherRevision',
    ],
    [
      'sent to an old pod as well for a while',
      { last: ENDPOINTS, history: [READY, sendsTo(1000, {}), sendsTo(5000, {}, OLD), sendsTo(6000, {})] },
      'EndpointsOfAnotherRevision',
    ],
    [
      'sent to an old pod for a while, before an autoscaler brought another one of its own',
      {
        last: ENDPOINTS,
        history: [
          READY,
          sendsTo(1000, {}),
          sendsTo(5000, OLD),
          { ...sendsTo(6000, {}, ADDED), sutPods: [aPod(), aPod({ name: 'web-5d4f-2', uid: 'uid-added' })] },
        ],
      },
      'EndpointsOfAnotherRevision',
    ],
    [
      'was deleted under the tests',
      { last: { around: { endpointSlices: [] } }, history: [READY, sendsTo(1000, {})] },
      'SutNoEndpoints',
    ],
    [
      'sent to an address of nobody for a while',
      {
        last: ENDPOINTS,
        history: [READY, sendsTo(1000, {}), sendsTo(5000, { ...OLD, targetUid: undefined }), sendsTo(6000, {})],
      },
      'EndpointsOfAnotherRevision',
    ],
  ])('%s', (_, attack, cause) => {
    expect(outcomeOf(attack)).toBe(cause);
  });
});

describe('passes all the same when', () => {
  it.each<[string, Attack]>([
    ['the Deployment was paused', { last: { deployment: aDeployment({ paused: true }) } }],
    ['the Deployment was scaled up', { last: { deployment: aDeployment({ specReplicas: 5 }) } }],
    [
      'the Job was resumed from a queue',
      { job: completeAnd(aCondition('Suspended', 'False', { reason: 'JobResumed' })) },
    ],
    ['the Job was once about to fail', { job: completeAnd(aCondition('FailureTarget', 'False')) }],
    [
      'somebody had looked into the pod before the tests',
      {
        last: { sutPods: [aPod({ ephemeralContainers: ['debugger'] })] },
        tested: { ephemeralContainers: ['web-5d4f-1/debugger'] },
      },
    ],
    [
      'an init container has ended, as it should',
      {
        last: {
          sutPods: [
            aPod({
              containers: [
                aContainer({
                  name: 'init',
                  kind: 'init',
                  state: {
                    kind: 'terminated',
                    exitCode: 0,
                    signal: undefined,
                    reason: 'Completed',
                    message: '',
                    startedAtMs: 0,
                    finishedAtMs: 0,
                  },
                  ready: false,
                }),
                aContainer(),
              ],
            }),
          ],
        },
      },
    ],
    [
      'the pod became ready long before the tests',
      {
        last: readySince(1),
        history: [anObservation({ ...READY, ...readySince(1) }), anObservation({ ...TESTING, ...readySince(1) })],
      },
    ],
    [
      "the run's Service still showed what an earlier one had under its name",
      { last: ENDPOINTS, history: [READY, sendsTo(900, OLD), sendsTo(1000, {})] },
    ],
    ['its EndpointSlices were never there to be read', { last: { around: { endpointSlices: [] } } }],
    [
      'its EndpointSlices may not be read any more',
      {
        last: {
          around: { reads: { endpointSlices: { state: 'failing', sinceMs: 0, error: anApiError('forbidden') } } },
        },
        history: [READY, sendsTo(1000, {})],
      },
    ],
    [
      'an autoscaler brought a pod and took it away again',
      {
        last: ENDPOINTS,
        history: [
          READY,
          sendsTo(1000, {}),
          { ...sendsTo(5000, {}, ADDED), sutPods: [aPod(), aPod({ name: 'web-5d4f-2', uid: 'uid-added' })] },
          sendsTo(6000, {}),
        ],
      },
    ],
    [
      'a foreign endpoint never took a request',
      {
        last: ENDPOINTS,
        history: [READY, sendsTo(1000, {}), sendsTo(5000, {}, { ...OLD, ready: false }, { ...OLD, terminating: true })],
      },
    ],
  ])('%s', (_, attack) => {
    expect(outcomeOf(attack)).toBe('proven');
  });
});

it('names where the Service sent to for a time', () => {
  const history = [READY, sendsTo(1000, {}), sendsTo(5000, OLD), sendsTo(6000, {})];
  const seen = endedWorld({ atMs: 9000, ...ENDPOINTS });
  const proof = prove({
    plan: aPlan(),
    end: { job: aCompleteJob(), pod: endedPod(), finished: 'complete', reason: 'CompletionsReached' },
    jobUid: JOB_UID,
    revision: REVISION,
    results: passingResults(3),
    memory: memoryOf(...history, seen),
    seen,
    nowMs: 9000,
    confirmed: { job: aCompleteJob(), pods: [endedPod()], revision: REVISION, seen },
  });
  expect(proof).toMatchObject({
    finding: {
      evidence: {
        object: 'service/web-tcg-1',
        details: [{ value: 'pods of ReplicaSet web-5d4f' }, { value: 'web-old-1 for a time' }],
      },
    },
  });
});

describe('a Deployment that is being deleted is not tested', () => {
  const going = anObservation({
    ...healthySut(),
    deployment: aDeployment({ meta: { deletionTimestampMs: 5 } }),
    atMs: 10,
  });

  it('and not waited for when it is ours', () => {
    expect(judgeReady(contextOf(going))).toMatchObject({
      kind: 'failed',
      finding: { cause: 'RevisionChanged', evidence: { object: 'deployment/web', reason: 'Deleted' } },
    });
  });

  it('but in observe somebody may make it anew', () => {
    const plan = aPlan({ mode: 'observe' });
    expect(judgeReady(contextOf(going, { plan }))).toMatchObject({
      kind: 'waiting',
      forWhat: 'Deployment web, which is being deleted',
      nextAtMs: 300_000,
    });
    expect(judgeReady(contextOf(going, { plan, nowMs: 300_000 }))).toMatchObject({ finding: { cause: 'SutNotFound' } });
  });
});

it('a container that somebody added is part of what was found ready', () => {
  const seen = anObservation({ ...healthySut(), sutPods: [aPod({ ephemeralContainers: ['debugger'] })] });
  const judged = judgeReady(contextOf(seen));
  expect(judged).toMatchObject({
    kind: 'done',
    value: { podUids: [POD_UID], ephemeralContainers: ['web-5d4f-1/debugger'] },
  });
});
