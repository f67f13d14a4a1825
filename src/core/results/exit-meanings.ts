/** What an exit code of a test runner says. */
export const EXIT_MEANINGS = {
  'tests-failed': 'tests failed',
  'tests-or-runner': 'tests failed, or the runner did: this code does not tell them apart',
  'no-tests': 'no tests were found',
  'runner-error': 'the runner itself failed: its configuration, its plan or its start',
  'sut-unreachable': 'the system under test could not be reached',
  interrupted: 'the run was interrupted',
} as const;
export type ExitMeaning = keyof typeof EXIT_MEANINGS;

/** First and last code of a range, both inclusive. */
type Codes = readonly (readonly [from: number, to: number, meaning: ExitMeaning])[];

export type Runner = {
  codes: Codes;
  /** Why exit code 0 is no proof of this runner, as the end of "exit code 0 …". */
  zeroIsNoProof?: string;
  /** Where the runner's own sources or docs say it. */
  source: string;
};
