import { describe, expect, it } from 'vitest';
import { narrowed, offsetOf } from '../../../src/core/model/clock-offset.ts';

const DATE = 'Sat, 21 Nov 2026 15:00:00 GMT';
const DATE_MS = Date.parse(DATE);

describe('what a Date header says of another clock', () => {
  it.each([
    ['at once, the same clock', DATE_MS + 300, DATE_MS + 300, -300, 700],
    ['after 4 s', DATE_MS - 1_000, DATE_MS + 3_000, -3_000, 2_000],
    ['a clock an hour ahead', DATE_MS - 3_600_000, DATE_MS - 3_599_900, 3_599_900, 3_601_000],
  ])('%s', (_, askedMs, answeredMs, leastMs, mostMs) => {
    expect(offsetOf(DATE, askedMs, answeredMs)).toEqual({ leastMs, mostMs });
  });

  it.each([[undefined], [''], ['##vso[task.complete]'], ['yesterday']])('nothing: %s', (date) => {
    expect(offsetOf(date, 0, 1)).toBeUndefined();
  });

  it('is what two answers agree on, and else what the later one says', () => {
    const first = { leastMs: -500, mostMs: 4_000 };
    expect(narrowed(undefined, first)).toEqual(first);
    expect(narrowed(first, { leastMs: -9_000, mostMs: 200 })).toEqual({ leastMs: -500, mostMs: 200 });
    expect(narrowed(first, { leastMs: 3_000, mostMs: 9_000 })).toEqual({ leastMs: 3_000, mostMs: 4_000 });
    expect(narrowed(first, { leastMs: 70_000, mostMs: 71_000 })).toEqual({ leastMs: 70_000, mostMs: 71_000 });
  });
});
