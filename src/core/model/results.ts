/** The outcome of one JUnit `testcase`. `error` and `failure` are both failed tests; JUnit keeps them apart. */
export type TestOutcome = 'passed' | 'failed' | 'error' | 'skipped';

export type TestCase = {
  suite: string;
  classname: string;
  name: string;
  timeMs: number | undefined;
  outcome: TestOutcome;
  message: string;
  /** Stack or body text of the failure. */
  details: string;
  /** Index of the shard that ran it, of a sharded run. */
  shard?: number;
};

export type TestCounts = { tests: number; passed: number; failed: number; errors: number; skipped: number };

/** Why a set of result files is not proof. Closed list: each is one cause or evidence of one. */
export type ResultsProblem =
  /** No frame of the courier was found in its log. */
  | { kind: 'absent' }
  /** The courier said it found no result file. */
  | { kind: 'no-files' }
  /** Frames missing, out of order, of another run, no end frame, or the checksum differs. */
  | { kind: 'incomplete'; detail: string }
  /** A file is not the JUnit XML that we can read. */
  | { kind: 'invalid'; file: string; detail: string };

/** In the order of the files. Can be gone through again and again; a reader may keep them packed, so there is no index. */
export type Cases = Iterable<TestCase> & { readonly length: number };

/** Where results come from, the strongest first: only the courier's cannot be written by a test. */
export const RESULTS_SOURCES = ['courier', 'log', 'exit-code'] as const;
export type ResultsSource = (typeof RESULTS_SOURCES)[number];

export type Results = {
  source: ResultsSource;
  counts: TestCounts;
  cases: Cases;
  /** The first failed and errored cases, with their texts cut: what a person reads. All of them are in `cases`. */
  failed: readonly TestCase[];
  files: readonly { path: string; bytes: number }[];
  /** Where a file's own counters say something else than its cases. */
  contradictions: readonly string[];
  /** Of the archive, as announced by the courier and recomputed by the gate; of the text, from the log; empty for `exit-code`. */
  sha256: string;
};

export type ResultsRead = { ok: true; results: Results } | { ok: false; problem: ResultsProblem };
