import type { Results, TestCase } from '../model/results.ts';
import { countsOf } from './counts.ts';

export type ReadFile = { path: string; bytes: number; cases: readonly TestCase[] };

/** All files of one delivery as one set of results, in the order of the files. Counts are ours, never a file's own. */
export function mergeResults(files: readonly ReadFile[], sha256: string): Results {
  const cases = files.flatMap((file) => file.cases);
  return {
    counts: countsOf(cases),
    cases,
    files: files.map(({ path, bytes }) => ({ path, bytes })),
    sha256,
  };
}
