import { describe, expect, test } from 'vitest';
import { isReservedExitCode, meaningOf, zeroIsNoProof } from '../../../src/core/results/exit-code-meaning.ts';
import { fromExitCode } from '../../../src/core/results/from-exit-code.ts';
import type { Runner } from '../../../src/core/results/exit-meanings.ts';
import { RUNNERS } from '../../../src/core/results/runner-exit-codes.ts';

describe('the table of runners', () => {
  const rows: readonly (readonly [string, Runner])[] = Object.entries(RUNNERS);

  test.each(rows)('%s: codes are in order, apart from each other, and never 0', (_, { codes, source }) => {
    let last = 0;
    for (const [from, to] of codes) {
      expect(from).toBeGreaterThan(last);
      expect(to).toBeGreaterThanOrEqual(from);
      last = to;
    }
    expect(last).toBeLessThanOrEqual(255);
    expect(source).not.toBe('');
  });
});

describe('what a code means', () => {
  const none = { runner: 'none', exitCodes: [] } as const;

  test('by the runner', () => {
    expect(meaningOf(5, { ...none, runner: 'pytest' })).toEqual({ meaning: 'no-tests', by: 'pytest' });
    expect(meaningOf(99, { ...none, runner: 'k6' })).toEqual({ meaning: 'tests-failed', by: 'k6' });
    expect(meaningOf(200, { ...none, runner: 'robot' })).toEqual({ meaning: 'tests-failed', by: 'robot' });
  });

  test.each([
    ['cypress', 111, 'tests-failed'],
    ['cypress', 112, 'tests-or-runner'],
    ['cypress', 113, 'tests-failed'],
    ['karma', 1, 'tests-or-runner'],
    ['pytest', 6, 'tests-or-runner'],
    ['tavern', 6, 'tests-or-runner'],
  ] as const)('%s, %i: %s', (runner, code, meaning) => {
    expect(meaningOf(code, { ...none, runner })?.meaning).toBe(meaning);
  });

  test('by the own list first', () => {
    const exitCodes = [{ code: 5, meaning: 'runner-error' }] as const;
    const own = { meaning: 'runner-error', by: 'option exitCodes' };
    expect(meaningOf(5, { runner: 'pytest', exitCodes })).toEqual(own);
    expect(meaningOf(5, { runner: 'none', exitCodes })).toEqual(own);
    expect(meaningOf(1, { runner: 'pytest', exitCodes })).toEqual({ meaning: 'tests-failed', by: 'pytest' });
  });

  test('is unknown where nobody says it', () => {
    expect(meaningOf(1, none)).toBeUndefined();
    expect(meaningOf(77, { ...none, runner: 'pytest' })).toBeUndefined();
    expect(meaningOf(0, { ...none, runner: 'pytest' })).toBeUndefined();
  });

  test.each([126, 127, 128, 137, 139, 143])('%i is never the runner: shells and Kubernetes end with it', (code) => {
    expect(isReservedExitCode(code)).toBe(true);
    const exitCodes = [{ code, meaning: 'tests-failed' }] as const;
    expect(meaningOf(code, { runner: 'mocha', exitCodes })).toBeUndefined();
  });

  test('0 is no proof of some runners', () => {
    expect(zeroIsNoProof('k6')).toBe('is also that of failed checks without a threshold');
    expect(zeroIsNoProof('pytest')).toBeUndefined();
    expect(zeroIsNoProof('none')).toBeUndefined();
  });
});

describe('results from the exit code', () => {
  test('0 is one case that says how little it is', () => {
    const read = fromExitCode(0);
    expect(read.ok && read.results).toMatchObject({
      source: 'exit-code',
      counts: { tests: 1, passed: 1 },
      cases: [{ name: 'exit code 0 (results: exit-code; tests are not counted)', outcome: 'passed' }],
      sha256: '',
    });
  });

  test.each([1, 2, 137, -1, undefined])('%s is none', (code) => {
    expect(fromExitCode(code)).toEqual({ ok: false, problem: { kind: 'absent' } });
  });
});
