import { expect, test } from 'vitest';
import type { TestCase, TestOutcome } from '../../../src/core/model/results.ts';
import { tallyOf } from '../../../src/core/results/tally.ts';

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
  expect(tallyOf(outcomes.map((outcome) => ended(outcome))).counts).toEqual(counts);
});

test('an outcome that this version does not know is not a passed test', () => {
  const tally = tallyOf([ended('new' as TestOutcome)]);
  expect(tally.counts).toEqual({ tests: 1, passed: 0, failed: 0, errors: 1, skipped: 0 });
  expect(tally.failed).toHaveLength(1);
});

test('the first that failed are kept, with short texts', () => {
  const long = 'x'.repeat(5_000);
  const cases = Array.from({ length: 600 }, (_, i) => ({ ...ended('failed', `${i}`), message: 'm', details: long }));
  const { counts, failed } = tallyOf([ended('passed'), ...cases]);
  expect([counts.failed, failed.length, failed[0]?.name, failed.at(-1)?.name]).toEqual([600, 500, '0', '499']);
  expect(failed[0]).toMatchObject({
    message: 'm',
    details: `${'x'.repeat(4_096)}… (cut)\n[904 more characters are in junit.xml]`,
  });
});
