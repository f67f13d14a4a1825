import { describe, expect, it } from 'vitest';
import { githubPipelineRun, readActionInputs, readActionState } from '../../../src/adapters/github/inputs.ts';

describe('readActionInputs', () => {
  it('reads INPUT_ with hyphens, trims, and takes an empty text as not given', () => {
    const env = { 'INPUT_TEST-TIMEOUT': ' 5m ', INPUT_MODE: '', INPUT_MANIFESTS: 'a\nb', OTHER: 'x' };
    expect(readActionInputs(env, ['testTimeout', 'mode', 'manifests', 'keep'])).toEqual({
      testTimeout: '5m',
      mode: undefined,
      manifests: 'a\nb',
      keep: undefined,
    });
  });
});

describe('githubPipelineRun', () => {
  const env = {
    GITHUB_REPOSITORY: 'o/r',
    GITHUB_RUN_ID: '9',
    GITHUB_JOB: 'gate',
    GITHUB_ACTION: 'step1',
    GITHUB_RUN_ATTEMPT: '2',
  };
  it('names run, job, step and inputs', () => {
    expect(githubPipelineRun(env, 'abc')).toEqual({ pipelineRun: 'o/r/9/gate/step1/abc', attempt: '2' });
  });
  it('tells the jobs of a matrix apart by their inputs', () => {
    expect(githubPipelineRun(env, 'abc')).not.toEqual(githubPipelineRun(env, 'abd'));
  });
  it('is unknown outside of a workflow', () => {
    expect(githubPipelineRun({}, 'abc')).toEqual({ pipelineRun: undefined, attempt: undefined });
  });
});

describe('readActionState', () => {
  it.each([
    [{ 'STATE_left-behind': '[]' }, '[]'],
    [{ 'STATE_left-behind': '' }, undefined],
    [{}, undefined],
  ])('%j', (env, expected) => {
    expect(readActionState(env, 'left-behind')).toBe(expected);
  });
});
