import { spelling } from '../../core/options/option-spec.ts';
import type { RawInputs } from '../../core/options/options.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The runner gives each input as INPUT_<NAME>, upper case, spaces as `_`, hyphens kept; an input that is not set is an
 * empty string (https://docs.github.com/actions/reference/workflows-and-actions/metadata-syntax#inputs).
 */
export function readActionInputs(env: Env, names: readonly string[]): RawInputs {
  return Object.fromEntries(
    names.map((name) => {
      const value = env[`INPUT_${spelling(name, 'github').replaceAll(' ', '_').toUpperCase()}`]?.trim();
      return [name, value === '' ? undefined : value];
    }),
  );
}

/**
 * Which run of which workflow this is. The jobs of a matrix share run id and job name, and the runner tells an action
 * nothing about its place in the matrix; what differs are its inputs, so their hash stands for it.
 */
export function githubPipelineRun(
  env: Env,
  inputsHash: string,
): { pipelineRun: string | undefined; attempt: string | undefined } {
  const run = env['GITHUB_RUN_ID'];
  if (run === undefined || run === '') return { pipelineRun: undefined, attempt: undefined };
  const place = [env['GITHUB_REPOSITORY'], run, env['GITHUB_JOB'], env['GITHUB_ACTION'], inputsHash];
  return {
    pipelineRun: place.filter((part) => part !== undefined && part !== '').join('/'),
    attempt: env['GITHUB_RUN_ATTEMPT'] ?? '1',
  };
}

/** State that the main step left for the post step (`GITHUB_STATE`). */
export function readActionState(env: Env, name: string): string | undefined {
  const value = env[`STATE_${name}`];
  return value === '' ? undefined : value;
}
