import type { Runner } from './exit-meanings.ts';

const T = 'tests-failed';
const E = 'runner-error';
const M = 'tests-or-runner';

const PYTEST = [
  [1, 1, T],
  [2, 2, 'interrupted'],
  [3, 4, E],
  [5, 5, 'no-tests'],
  // More warnings than --max-warnings allows.
  [6, 6, M],
] as const;

/** Codes of runners in use, as far as their own sources and docs tell. What is not in a row has no meaning. */
export const RUNNERS = {
  artillery: {
    codes: [
      [1, 1, M],
      [7, 7, E],
      [8, 8, 'interrupted'],
      [21, 21, T],
    ],
    zeroIsNoProof: 'is also that of failed requests without `ensure` or `expect`',
    source: 'packages/artillery/lib/cmds/run.ts; artillery-plugin-ensure; artillery-plugin-expect',
  },
  bats: { codes: [[1, 1, M]], source: 'docs/source/usage.md' },
  behave: { codes: [[1, 1, M]], source: 'behave/__main__.py' },
  'cucumber-js': { codes: [[1, 1, M]], source: 'src/cli/run.ts' },
  cypress: {
    codes: [
      [1, 1, M],
      [2, 111, T],
      // With --posix-exit-codes: Cypress Cloud could not be reached. Without, as many failures.
      [112, 112, M],
      [113, 255, T],
    ],
    zeroIsNoProof: 'is also that of 256 failures; use --posix-exit-codes and its report',
    source: 'docs.cypress.io: command line, exit code',
  },
  'dotnet-test': { codes: [[1, 1, M]], source: 'microsoft/vstest issue 44' },
  gatling: {
    codes: [],
    zeroIsNoProof: 'is also that of failed requests without assertions',
    source: 'gatling/gatling issue 3754',
  },
  gauge: {
    codes: [
      [1, 1, T],
      [2, 3, E],
    ],
    source: 'execution/exitcode.go',
  },
  'go-test': {
    codes: [
      [1, 1, M],
      [2, 2, E],
    ],
    source: 'golang/go issue 45508',
  },
  hurl: {
    codes: [
      [1, 2, E],
      [3, 3, 'sut-unreachable'],
      [4, 4, T],
    ],
    source: 'docs/manual/hurl.md, EXIT CODES',
  },
  jest: {
    codes: [[1, 1, M]],
    source: 'seen: jest 30 ends with 1 for failed tests and for a test file that does not load',
  },
  jmeter: {
    codes: [[1, 1, E]],
    zeroIsNoProof: 'is also that of failed samples and assertions',
    source: 'apache/jmeter pull request 456',
  },
  'junit-console': {
    codes: [
      [1, 1, T],
      [2, 2, 'no-tests'],
      [3, 3, E],
      [255, 255, E],
    ],
    zeroIsNoProof: 'is also that of no tests without --fail-if-no-tests',
    source: 'JUnit 5 user guide, console launcher',
  },
  k6: {
    codes: [
      [97, 97, T],
      [98, 98, E],
      [99, 99, T],
      [100, 102, E],
      [103, 103, 'interrupted'],
      [104, 104, E],
      [105, 105, 'interrupted'],
      [106, 107, E],
      [108, 108, M],
      [109, 109, E],
      [110, 110, T],
    ],
    zeroIsNoProof: 'is also that of failed checks without a threshold',
    source: 'grafana/k6 errext/exitcodes/codes.go',
  },
  karate: {
    codes: [
      [1, 1, T],
      [2, 3, E],
    ],
    zeroIsNoProof: 'is also that of no path given',
    source: 'karate-core cli/RunCommand.java',
  },
  karma: { codes: [[1, 1, M]], source: 'karma docs/config/01-configuration-file.md' },
  locust: {
    codes: [
      [1, 1, M],
      [2, 2, E],
      [255, 255, E],
    ],
    source: 'locust/main.py',
  },
  mocha: {
    codes: [[1, 255, M]],
    zeroIsNoProof: 'is also that of no tests without --fail-zero',
    source: 'bin/mocha.js, lib/cli/run-helpers.cjs',
  },
  'ms-testing-platform': {
    codes: [
      [1, 1, E],
      [2, 2, T],
      [3, 3, 'interrupted'],
      [4, 7, E],
      [8, 8, 'no-tests'],
      [9, 9, 'no-tests'],
      [10, 12, E],
      [13, 13, T],
    ],
    source: 'learn.microsoft.com: Microsoft.Testing.Platform exit codes',
  },
  newman: { codes: [[1, 1, M]], source: 'bin/newman.js' },
  nunit: {
    codes: [
      [1, 100, T],
      [251, 255, E],
    ],
    source: 'docs.nunit.org: console runner',
  },
  phpunit: {
    codes: [
      [1, 1, T],
      [2, 2, M],
    ],
    source: 'src/TextUI/ShellExitCodeCalculator.php',
  },
  playwright: {
    codes: [
      [1, 1, M],
      [130, 130, 'interrupted'],
    ],
    source: 'microsoft/playwright issues 14109, 34741',
  },
  pytest: { codes: PYTEST, source: 'pytest doc/en/reference/exit-codes.rst' },
  robot: {
    codes: [
      [1, 250, T],
      [251, 252, E],
      [253, 253, 'interrupted'],
      [255, 255, E],
    ],
    source: 'Robot Framework user guide, return codes',
  },
  rspec: {
    codes: [[1, 1, M]],
    zeroIsNoProof: 'is also that of no examples without --fail-if-no-examples',
    source: 'rspec-core runner.rb',
  },
  schemathesis: {
    codes: [
      [1, 1, T],
      [2, 2, E],
    ],
    source: 'docs/reference/cli.md',
  },
  tavern: { codes: PYTEST, source: 'tavern core.py calls pytest.main' },
  venom: {
    codes: [
      [1, 1, E],
      [2, 2, M],
    ],
    source: 'cmd/venom/run/cmd.go',
  },
  vitest: { codes: [[1, 1, M]], source: 'packages/vitest/src/node/cli/cli-api.ts' },
} as const satisfies Record<string, Runner>;
export type RunnerName = keyof typeof RUNNERS;
