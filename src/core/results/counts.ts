import type { TestCase, TestCounts } from '../model/results.ts';

/** Counts every case once, by its outcome. */
export function countsOf(cases: readonly TestCase[]): TestCounts {
  const counts: TestCounts = { tests: cases.length, passed: 0, failed: 0, errors: 0, skipped: 0 };
  for (const { outcome } of cases) {
    if (outcome === 'passed') counts.passed += 1;
    else if (outcome === 'failed') counts.failed += 1;
    else if (outcome === 'skipped') counts.skipped += 1;
    else counts.errors += 1;
  }
  return counts;
}
