import type { InputProblem, RawInputs } from '../options/options.ts';
import { DEFAULT_IMAGE, SUT_PORT } from './objects.ts';
import type { Scenario } from './scenarios.ts';

/** The test of one scenario takes no time; more than this is trouble that a person wants to hear of. */
export const TEST_TIMEOUT = '5m';

/** Inputs of one run of the gate: what the user gave, and what makes it a selftest. */
export function inputsOfRun(
  given: RawInputs,
  { name }: Pick<Scenario, 'name'>,
  reportDir: string,
  pipelineRun: string,
): RawInputs {
  return {
    testcarImage: DEFAULT_IMAGE,
    testTimeout: TEST_TIMEOUT,
    ...given,
    reportDir: reportDirOf(given['reportDir'] ?? reportDir, name),
    mode: 'preview',
    promote: 'false',
    // Never read: the objects are made by the selftest, but the mode asks for a file.
    manifests: 'selftest',
    sutPort: `${SUT_PORT}`,
    pipelineRun,
    attempt: '1',
  };
}

/** One folder per run below the one that was asked for; what is wrong with the input stays as it is, to be told. */
function reportDirOf(given: NonNullable<RawInputs[string]>, name: string): string | readonly string[] {
  const [dir, ...more] = typeof given === 'string' ? [given] : given;
  return dir === undefined || more.length > 0 ? given : `${dir.replace(/[/\\]+$/, '')}/selftest-${name}`;
}

/** The user wrote `--image`, not the option that it sets. */
export function asSelftestFlags(problems: readonly InputProblem[]): readonly InputProblem[] {
  return problems.map((problem) => (problem.input === '--testcar-image' ? { ...problem, input: '--image' } : problem));
}
