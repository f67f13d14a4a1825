import { describe, expect, it } from 'vitest';
import type { Container, ContainerState, Observation } from '../../../src/core/model/seen.ts';
import { containerRestarts, emptyMemory, firstSeenMs, remember, timesSeen } from '../../../src/core/judge/memory.ts';
import { topicKey } from '../../../src/core/judge/sightings.ts';
import {
  aCondition,
  aContainer,
  aJob,
  aPod,
  anApiError,
  anEvent,
  anObservation,
  exited,
  running,
  waiting,
} from '../../fakes/builders.ts';
import { JOB_UID, POD_UID, memoryOf } from './world.ts';

const PULL = topicKey(POD_UID, 'web', 'ImagePull');

function at(atMs: number, state: ContainerState, over: Partial<Container> = {}): Observation {
  const container = aContainer({ state, ready: state.kind === 'running', ...over });
  return anObservation({ atMs, sutPods: [aPod({ ready: state.kind === 'running', containers: [container] })] });
}

const failedPull = (atMs: number): Observation => at(atMs, waiting('ErrImagePull', 'x: not found'));
const backOff = (atMs: number): Observation => at(atMs, waiting('ImagePullBackOff', 'Back-off pulling image "x"'));

describe('sightings', () => {
  it('a pull that fails and backs off is one trouble with one age', () => {
    const memory = memoryOf(failedPull(1000), backOff(4000));
    expect([firstSeenMs(memory, PULL, 9000), timesSeen(memory, PULL)]).toEqual([1000, 1]);
  });

  it('counts the second try, not the second look', () => {
    const twice = memoryOf(failedPull(1000), failedPull(1000), failedPull(2000));
    expect(timesSeen(twice, PULL)).toBe(1);
    expect(timesSeen(memoryOf(failedPull(1000), backOff(4000), failedPull(11_000)), PULL)).toBe(2);
  });

  it('keeps the age while the container waits for another reason in between', () => {
    const memory = memoryOf(failedPull(1000), at(2000, waiting('ContainerCreating')), failedPull(3000));
    expect([firstSeenMs(memory, PULL, 9000), timesSeen(memory, PULL)]).toEqual([1000, 2]);
  });

  it('a container that has run starts afresh', () => {
    const memory = memoryOf(failedPull(1000), at(2000, running()), failedPull(3000));
    expect([firstSeenMs(memory, PULL, 9000), timesSeen(memory, PULL)]).toEqual([3000, 1]);
  });

  it('forgets what is no longer true of a pod', () => {
    const key = topicKey(POD_UID, '', 'Unschedulable');
    const pending = (atMs: number): Observation =>
      anObservation({
        atMs,
        sutPods: [aPod({ conditions: [aCondition('PodScheduled', 'False', { reason: 'Unschedulable' })] })],
      });
    expect(firstSeenMs(memoryOf(pending(1000), pending(2000)), key, 9000)).toBe(1000);
    expect(firstSeenMs(memoryOf(pending(1000), at(2000, running()), pending(3000)), key, 9000)).toBe(3000);
  });

  it('another pod of the same name has its own age', () => {
    const other = aPod({ uid: 'other', ready: false, containers: [aContainer({ state: waiting('ErrImagePull') })] });
    const memory = memoryOf(failedPull(1000), anObservation({ atMs: 5000, sutPods: [other] }));
    expect(firstSeenMs(memory, topicKey('other', 'web', 'ImagePull'), 9000)).toBe(5000);
  });

  it('an event is as old as its first sighting', () => {
    const event = anEvent('FailedCreate', 'quota', { kind: 'ReplicaSet', name: 'web-5d4f' });
    const memory = memoryOf(
      anObservation({ atMs: 1000, events: [event] }),
      anObservation({ atMs: 2000, events: [event, { ...event, count: 9 }] }),
    );
    expect(firstSeenMs(memory, topicKey(event.involved.uid, '', 'event:FailedCreate'), 9000)).toBe(1000);
  });
});

it('keeps the text of the last failed pull, which the back-off hides', () => {
  const memory = memoryOf(failedPull(1000), backOff(4000));
  expect([...memory.pullErrors.values()]).toEqual(['x: not found']);
});

it('keeps the highest restart count', () => {
  const memory = memoryOf(at(1000, running(), { restartCount: 3 }), at(2000, running(), { restartCount: 1 }));
  expect(containerRestarts(memory, aPod(), aContainer({ restartCount: 1 }))).toBe(3);
});

describe('lost readiness', () => {
  const ready = (sinceMs: number): Observation =>
    anObservation({
      atMs: sinceMs + 500,
      sutPods: [aPod({ conditions: [aCondition('Ready', 'True', { lastTransitionTimeMs: sinceMs })] })],
    });
  const lost = (...observations: readonly Observation[]): number | undefined =>
    memoryOf(...observations).pods.get(POD_UID)?.lostReadyAtMs;

  it('is seen when it happens', () => {
    expect(lost(ready(1000), at(2000, exited(1)), ready(3000))).toBe(2000);
  });

  it('is seen between two looks by the time of the condition', () => {
    expect(lost(ready(1000), ready(3000))).toBe(3500);
  });

  it('does not fire before the pod was ready, nor while it stays ready', () => {
    expect(lost(at(500, waiting('ContainerCreating')), ready(1000), ready(1000))).toBeUndefined();
  });
});

describe('pods and Jobs that are gone', () => {
  it('keeps the last state of a pod', () => {
    const memory = memoryOf(at(1000, running()), anObservation({ atMs: 2000 }));
    expect(memory.pods.get(POD_UID)).toMatchObject({ goneSinceMs: 2000, pod: { meta: { uid: POD_UID } } });
  });

  it('does not take a lost connection for a deletion', () => {
    const failing = { state: 'failing' as const, sinceMs: 1500, error: anApiError('unreachable') };
    const memory = memoryOf(at(1000, running()), anObservation({ atMs: 2000, reads: { sutPods: failing } }));
    expect(memory.pods.get(POD_UID)).toMatchObject({ goneSinceMs: undefined });
  });

  it('notes when the Job went, by UID', () => {
    const seen = anObservation({ atMs: 1000, job: aJob() });
    expect(
      memoryOf(seen, anObservation({ atMs: 2000 }), anObservation({ atMs: 3000 })).jobs.get(JOB_UID),
    ).toMatchObject({ firstMs: 1000, goneSinceMs: 2000 });
    expect(
      memoryOf(seen, anObservation({ atMs: 2000, job: aJob({ uid: 'other' }) })).jobs.get(JOB_UID)?.goneSinceMs,
    ).toBe(2000);
    expect(memoryOf(seen, seen).jobs.get(JOB_UID)?.goneSinceMs).toBeUndefined();
    const failing = { state: 'failing' as const, sinceMs: 1500, error: anApiError('unreachable') };
    expect(
      memoryOf(seen, anObservation({ atMs: 2000, reads: { job: failing } })).jobs.get(JOB_UID)?.goneSinceMs,
    ).toBeUndefined();
  });
});

it('does not change the memory that it was given', () => {
  const before = memoryOf(failedPull(1000));
  const copy = structuredClone(before);
  remember(before, backOff(2000));
  expect(before).toEqual(copy);
  expect(emptyMemory.pods.size).toBe(0);
});
