import type { ResultsSource } from '../model/results.ts';
import type { ExitCodeMeaning } from '../results/exit-code-meaning.ts';
import { RUNNERS, type RunnerName } from '../results/runner-exit-codes.ts';
import type { Graces } from './graces.ts';

export const MODES = ['preview', 'in-place', 'observe'] as const;
export type Mode = (typeof MODES)[number];

export const ON_FAILURE = ['rollback', 'keep'] as const;
export const KEEP = ['never', 'on-failure'] as const;
export const REACH = ['http', 'tcp', 'off'] as const;
export const PIN_IMAGES = ['auto', 'off'] as const;
export const MUTABLE_IMAGES = ['refuse', 'allow'] as const;
export const UNCHANGED = ['allow', 'refuse'] as const;
export const SCHEMES = ['http', 'https'] as const;

export const RUNNER_NAMES: readonly ['none', ...RunnerName[]] = ['none', ...Object.keys(RUNNERS).filter(isRunner)];

function isRunner(name: string): name is RunnerName {
  return Object.hasOwn(RUNNERS, name);
}

export type TestcarSource =
  | { kind: 'manifest'; path: string }
  | { kind: 'image'; image: string; command: readonly string[]; env: readonly { name: string; value: string }[] };

/** What the user asked for, parsed and complete. Built only by `parseOptions`. */
export type Options = {
  kubeconfig: string | undefined;
  context: string | undefined;
  namespace: string | undefined;

  mode: Mode;
  /** Files or folders with the SUT's manifests; empty only in `observe`. */
  manifests: readonly string[];
  /** Name of the Deployment: required in `observe`, else must match the manifest when given. */
  deployment: string | undefined;
  /** A main container of the revision must carry it: in `observe` a reference, tag or digest, else a digest. */
  expectImage: string | undefined;
  previewReplicas: number;
  onFailure: (typeof ON_FAILURE)[number];
  promote: boolean;
  pinImages: (typeof PIN_IMAGES)[number];
  /** Whether the SUT may name images without a fixed version, and run another image in each pod. */
  mutableImages: (typeof MUTABLE_IMAGES)[number];
  /** `in-place`: whether a run may test a Deployment that its manifests did not change. */
  unchanged: (typeof UNCHANGED)[number];
  readyTimeoutMs: number;

  /** Container port of the SUT; undefined = the template's only (or first) port. */
  sutPort: number | undefined;
  sutScheme: (typeof SCHEMES)[number];
  reach: (typeof REACH)[number];
  reachPath: string;
  reachTimeoutMs: number;

  testcar: TestcarSource;
  /** Container of the Job that tests; undefined = `testcar`, or the only one. */
  testcarContainer: string | undefined;
  serviceAccount: string | undefined;
  testTimeoutMs: number;
  minTests: number;
  results: ResultsSource;
  runner: RunnerName | 'none';
  /** What exit codes of testcar mean; goes before the runner's own. */
  exitCodes: readonly ExitCodeMeaning[];
  /** Pods among which the tests are split, each with its index; 1 = one pod runs them all. */
  shards: number;
  resultsDir: string;
  courierImage: string | undefined;
  /** Patterns of files below the results folder that are kept with the report; empty = none. */
  attachments: readonly string[];
  /** Of one pod, together. */
  attachmentsMaxBytes: number;

  /** Whether failed tests are repeated against the stable revision. */
  control: boolean;
  /** What replaces the graces of single causes. */
  gracesMs: Graces;

  reportDir: string;
  keep: (typeof KEEP)[number];
  /** Identity of the pipeline run: same run and attempt adopts what is there, any other is refused. */
  pipelineRun: string;
  attempt: string;
};

/** Raw input as a front end found it, before any judgement. Lists come from repeated flags or one item per line. */
export type RawInputs = Readonly<Record<string, string | readonly string[] | undefined>>;

/** One thing wrong with the input. All are collected and shown together; nothing is deployed. */
export type InputProblem = {
  /** The input as the user's front end spells it, or a file path. */
  input: string;
  /** What was found; absent when something is missing. */
  found: string | undefined;
  /** What is allowed or expected, as a sentence fragment after "expected". */
  expected: string;
};
