import { describe, expect, it } from 'vitest';
import { oldestFirst, rememberedPods } from '../../../src/core/judge/job-end.ts';
import type { Pod } from '../../../src/core/model/seen.ts';
import { anObservation } from '../../fakes/builders.ts';
import { JOB_UID, endedPod, memoryOf } from './world.ts';

const created = (name: string, creationTimestampMs: number | undefined, controllerUid = JOB_UID): Pod =>
  endedPod({ name, controllerUid, meta: { creationTimestampMs } });
const names = (pods: readonly Pod[]): readonly string[] => pods.map(({ meta }) => meta.name);

describe('the remembered pods of a Job', () => {
  const remembered = (...looks: readonly (readonly [atMs: number, pods: readonly Pod[]])[]): readonly string[] =>
    names(
      rememberedPods(memoryOf(...looks.map(([atMs, testcarPods]) => anObservation({ atMs, testcarPods }))), JOB_UID),
    );

  it('come in the order in which they were created, also those that are gone', () => {
    expect(remembered([0, [created('b', 2), created('d', 4)]], [9, [created('c', 3), created('a', 1)]])).toEqual([
      'a',
      'b',
      'c',
      'd',
    ]);
  });

  it('by when they were first seen where the API gives no time', () => {
    expect(remembered([7, [created('b', undefined)]], [8, [created('a', 5), created('c', undefined)]])).toEqual([
      'a',
      'b',
      'c',
    ]);
  });

  it('are not those of another Job of that name', () => {
    expect(remembered([0, [created('a', 1), created('b', 2, 'other')]])).toEqual(['a']);
  });
});

it('puts pods without a time first, and keeps the list that it was given', () => {
  const pods = [created('b', 2), created('a', 1), created('none', undefined)];
  expect(names(oldestFirst(pods))).toEqual(['none', 'a', 'b']);
  expect(names(pods)).toEqual(['b', 'a', 'none']);
});
