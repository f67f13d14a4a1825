import type { TestCase, TestCounts } from '../model/results.ts';
import { markCut } from '../report/cut.ts';

/** Enough for every list that a person reads; more are in the JUnit file. */
export const MAX_FAILED = 500;
const MAX_TEXT = 4_096;

/** Counts every case once, by its outcome, and keeps the first that failed. Counts are ours, never a file's own. */
export class Tally {
  readonly counts = noCounts();
  readonly failed: TestCase[] = [];

  add(one: TestCase): void {
    countCase(this.counts, one);
    if (one.outcome === 'passed' || one.outcome === 'skipped') return;
    if (this.failed.length < MAX_FAILED) this.failed.push(short(one));
  }
}

export function noCounts(): TestCounts {
  return { tests: 0, passed: 0, failed: 0, errors: 0, skipped: 0 };
}

export function countCase(counts: TestCounts, { outcome }: TestCase): void {
  counts.tests += 1;
  if (outcome === 'passed') counts.passed += 1;
  else if (outcome === 'skipped') counts.skipped += 1;
  else if (outcome === 'failed') counts.failed += 1;
  // An outcome that this version does not know is no pass.
  else counts.errors += 1;
}

export function tallyOf(cases: Iterable<TestCase>): Tally {
  const tally = new Tally();
  for (const one of cases) tally.add(one);
  return tally;
}

function short(one: TestCase): TestCase {
  const { message, details } = one;
  if (message.length <= MAX_TEXT && details.length <= MAX_TEXT) return one;
  return { ...one, message: cut(message), details: cut(details) };
}

function cut(text: string): string {
  if (text.length <= MAX_TEXT) return text;
  return `${markCut(text.slice(0, MAX_TEXT))}\n[${text.length - MAX_TEXT} more characters are in junit.xml]`;
}
