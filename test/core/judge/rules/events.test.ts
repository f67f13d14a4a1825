import { describe, expect, it } from 'vitest';
import { eventOf, eventsOf, newestOf } from '../../../../src/core/judge/rules/events.ts';
import type { ClusterEvent } from '../../../../src/core/model/seen.ts';
import { aPod, anEvent, anObservation } from '../../../fakes/builders.ts';

const at = (message: string, lastSeenMs: number | undefined): ClusterEvent =>
  anEvent('FailedMount', message, undefined, { lastSeenMs });
const newest = (...events: readonly ClusterEvent[]): string | undefined => newestOf(events)?.message;

describe('the newest event', () => {
  it('is the one that was seen last, wherever it stands', () => {
    expect(newest(at('a', 1), at('b', 3), at('c', 2))).toBe('b');
    expect(newest(at('a', 3), at('b', 1))).toBe('a');
  });

  it('is the last of those of one moment, as the API lists them in the order of their making', () => {
    expect(newest(at('a', 3), at('b', 3))).toBe('b');
  });

  it('is not one without a time, unless there is no other', () => {
    expect(newest(at('a', 1), at('b', undefined))).toBe('a');
    expect(newest(at('a', undefined), at('b', 1))).toBe('b');
    expect(newest(at('a', undefined), at('b', undefined))).toBe('b');
    expect(newest(at('a', undefined))).toBe('a');
    expect(newest()).toBeUndefined();
  });
});

it('is about this very pod, and for one of these reasons', () => {
  const other = anEvent('FailedMount', 'of another', { kind: 'Pod', name: 'web-5d4f-2' });
  const seen = anObservation({ events: [other, anEvent('BackOff', 'of no interest'), at('a', 1), at('b', 2)] });
  expect(eventsOf({ seen }, aPod(), ['FailedMount', 'FailedAttachVolume']).map(({ message }) => message)).toEqual([
    'a',
    'b',
  ]);
  expect(eventOf({ seen }, aPod(), 'FailedMount')?.message).toBe('a');
  expect(eventOf({ seen }, aPod(), 'FailedCreate')).toBeUndefined();
});
