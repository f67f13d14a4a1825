import type {
  Cases,
  Results,
  ResultsProblem,
  ResultsRead,
  ResultsSource,
  TestCase,
  TestCounts,
} from '../model/results.ts';
import { RESULTS_SOURCES } from '../model/results.ts';
import { MAX_FAILED } from './tally.ts';

/** The results of all shards as one, each case with its shard. Of shards without results, the first one's problem. */
export function mergeResults(reads: readonly ResultsRead[]): ResultsRead {
  const problem = reads.map((read) => (read.ok ? undefined : read.problem)).find((one) => one !== undefined);
  if (problem !== undefined || reads.length === 0) return { ok: false, problem: problem ?? ABSENT };
  const merged = mergeReadable(reads);
  return merged === undefined ? { ok: false, problem: ABSENT } : { ok: true, results: merged };
}

const ABSENT: ResultsProblem = { kind: 'absent' };

/** What could be read, also when other shards have nothing: for the report, never for a proof. */
export function mergeReadable(reads: readonly ResultsRead[]): Results | undefined {
  const parts = reads.flatMap((read, index) => (read.ok ? [{ index, results: read.results }] : []));
  if (parts.length === 0) return undefined;
  const failed = parts.flatMap(({ index, results }) => results.failed.map((one) => ({ ...one, shard: index })));
  const checksums = parts.map(({ results }) => results.sha256);
  return {
    source: weakestOf(parts.map(({ results }) => results.source)),
    counts: parts.map(({ results }) => results.counts).reduce(sum),
    cases: casesOf(parts),
    failed: failed.slice(0, MAX_FAILED),
    files: parts.flatMap(({ index, results }) =>
      results.files.map(({ path, bytes }) => ({ path: `shard-${index + 1}/${path}`, bytes })),
    ),
    contradictions: parts.flatMap(({ index, results }) =>
      results.contradictions.map((text) => `shard ${index + 1}: ${text}`),
    ),
    // One checksum for each shard; where one is missing, there is none of the whole.
    sha256: checksums.includes('') ? '' : checksums.join(' '),
  };
}

function weakestOf(sources: readonly ResultsSource[]): ResultsSource {
  return [...RESULTS_SOURCES].reverse().find((source) => sources.includes(source)) ?? 'exit-code';
}

function sum(a: TestCounts, b: TestCounts): TestCounts {
  return {
    tests: a.tests + b.tests,
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    errors: a.errors + b.errors,
    skipped: a.skipped + b.skipped,
  };
}

/** Shard by shard, unpacked only while somebody goes through them. */
function casesOf(parts: readonly { index: number; results: Results }[]): Cases {
  return {
    length: parts.reduce((all, { results }) => all + results.cases.length, 0),
    *[Symbol.iterator](): Generator<TestCase, void> {
      for (const { index, results } of parts) for (const one of results.cases) yield { ...one, shard: index };
    },
  };
}
