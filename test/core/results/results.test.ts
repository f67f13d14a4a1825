import { expect, test } from 'vitest';
import type { TestCase, TestOutcome } from '../../../src/core/model/results.ts';
import { countsOf } from '../../../src/core/results/counts.ts';
import { mergeResults } from '../../../src/core/results/merge.ts';

const ended = (outcome: TestOutcome, name = 'a'): TestCase => ({
  suite: 's',
  classname: 'c',
  name,
  timeMs: 1,
  outcome,
  message: '',
  details: '',
});

test.each<[TestOutcome[], object]>([
  [[], { tests: 0, passed: 0, failed: 0, errors: 0, skipped: 0 }],
  [['passed', 'failed', 'error', 'skipped', 'passed'], { tests: 5, passed: 2, failed: 1, errors: 1, skipped: 1 }],
  [['skipped', 'skipped'], { tests: 2, passed: 0, failed: 0, errors: 0, skipped: 2 }],
])('counts of %j', (outcomes, counts) => {
  expect(countsOf(outcomes.map((outcome) => ended(outcome)))).toEqual(counts);
});

test('an outcome that this version does not know is not a passed test', () => {
  expect(countsOf([ended('new' as TestOutcome)])).toEqual({ tests: 1, passed: 0, failed: 0, errors: 1, skipped: 0 });
});

test('cases of all files in order, the same case in two files counted twice', () => {
  const [one, two] = [ended('passed', 'one'), ended('failed', 'two')];
  expect(
    mergeResults(
      [
        { path: 'a.xml', bytes: 10, cases: [one] },
        { path: 'b.xml', bytes: 20, cases: [two, one] },
        { path: 'c.xml', bytes: 30, cases: [] },
      ],
      'ab',
    ),
  ).toEqual({
    counts: { tests: 3, passed: 2, failed: 1, errors: 0, skipped: 0 },
    cases: [one, two, one],
    files: [
      { path: 'a.xml', bytes: 10 },
      { path: 'b.xml', bytes: 20 },
      { path: 'c.xml', bytes: 30 },
    ],
    sha256: 'ab',
  });
});
