/** Verdict classes and the exit code of each (design §3). CANCELLED exits 130 (SIGINT) or 143 (SIGTERM). */
export const VERDICT_CLASSES = [
  'PASSED',
  'TEST_FAILED',
  'SUT_NOT_READY',
  'TESTCAR_ERROR',
  'CLUSTER_ERROR',
  'INCONCLUSIVE',
  'CONFIG_ERROR',
  'CANCELLED',
] as const;
export type VerdictClass = (typeof VERDICT_CLASSES)[number];
export type FailureClass = Exclude<VerdictClass, 'PASSED'>;

/** Titles are fixed by the remediation playbook. */
export const SECTION_TITLES = {
  cluster: 'Kubernetes cluster goes offline',
  sut: 'System Under Test unavailable or offline',
  testcar: 'Errors internal to Testcar',
} as const;
export type PlaybookSection = keyof typeof SECTION_TITLES;

/** What a rule saw. Every cause is worded from this and nothing else, so that words can be tested without a cluster. */
export type Evidence = {
  /** `pod/web-1`, `job/x`, `input testTimeout`, … */
  object: string;
  /** Of the run, for the commands of the entry: the context of whoever pastes them may name another. */
  namespace?: string;
  container?: string;
  image?: string;
  node?: string;
  /** Of a sharded run: `shard 2 of 4 (index 1)`. */
  shard?: string;
  exitCode?: number;
  signal?: number;
  /** Kubernetes reason, for example ErrImagePull. */
  reason?: string;
  /** Kubernetes or tool text; hostile. */
  message?: string;
  /** When it was first seen, gate's clock. */
  sinceMs?: number;
  /** Further facts in the order in which a person wants them. */
  details?: readonly { label: string; value: string }[];
};
