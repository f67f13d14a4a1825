import { describe, expect, test } from 'vitest';
import { DURATION_PATTERN, formatDuration, parseDuration } from '../../../src/core/options/duration.ts';

const READ: readonly [string, number | undefined][] = [
  ['90s', 90_000],
  ['5m', 300_000],
  ['1h30m', 5_400_000],
  ['500ms', 500],
  ['1h2m3s4ms', 3_723_004],
  ['0s', 0],
  ['', undefined],
  ['90', undefined],
  ['5 m', undefined],
  ['30m1h', undefined],
  ['-5m', undefined],
  ['1.5h', undefined],
  ['5M', undefined],
  ['1e3s', undefined],
  ['9999999999s', undefined],
];

describe('parseDuration', () => {
  test.each(READ)('%j is %j ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each(READ)('the pattern of the schema agrees on %j', (text, ms) => {
    expect(new RegExp(DURATION_PATTERN).test(text)).toBe(ms !== undefined);
  });
});

describe('formatDuration', () => {
  test.each([
    [0, '0s'],
    [500, '500ms'],
    [90_000, '1m30s'],
    [300_000, '5m'],
    [5_400_000, '1h30m'],
    [86_400_000, '24h'],
    [1_999.9, '1s999ms'],
    [-5, '0s'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  test.each([1, 999, 61_001, 86_399_999])('%d ms survives writing and reading', (ms) => {
    expect(parseDuration(formatDuration(ms))).toBe(ms);
  });
});
