/** How writers of JUnit XML say that a test did not pass. */
import type { TestOutcome } from '../../core/model/results.ts';

export type NotPassed = Exclude<TestOutcome, 'passed'>;

/** Child elements of a test case. */
export const OUTCOMES: ReadonlyMap<string, NotPassed> = new Map([
  ['failure', 'failed'],
  ['error', 'error'],
  ['skipped', 'skipped'],
  // Another try of a test that failed for good (surefire, nextest); of one that passed it is a `flakyFailure`.
  ['rerunFailure', 'failed'],
  ['rerunError', 'error'],
]);

/** In small letters, without what stands between words. */
const WORDS: Readonly<Record<NotPassed, string>> = {
  failed: 'fail failed failure undefined ambiguous',
  error: 'error broken aborted timeout timedout crashed panicked interrupted cancelled canceled killed unknown',
  skipped:
    'skip skipped disabled notrun notexecuted suppressed ignored pending inconclusive incomplete untested blocked',
};
const STATUS: ReadonlyMap<string, NotPassed> = new Map(
  (['failed', 'error', 'skipped'] as const).flatMap((outcome) =>
    WORDS[outcome].split(' ').map((word) => [word, outcome] as const),
  ),
);

/**
 * Values of `status` or `result` that some writers use in place of a child element: GoogleTest, CTest, Allure, and NUnit's
 * own transformation (nunit-transforms, nunit3-junit.xslt), which says only so of an inconclusive test.
 */
export function outcomeOfStatus(value: string): NotPassed | undefined {
  return STATUS.get(value.toLowerCase().replace(/[\s_-]/g, ''));
}

/** Node's runner and Catch2 put both into a case that failed as its author said it would; neither fails the run. */
export function isExpectedToFail(type: string | undefined, message: string): boolean {
  return type === 'todo' || message === 'TEST_CASE tagged with !mayfail';
}
