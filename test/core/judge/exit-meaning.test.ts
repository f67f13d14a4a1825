import { describe, expect, it } from 'vitest';
import { CAUSES } from '../../../src/core/causes/index.ts';
import { endOf } from '../../../src/core/judge/job-end.ts';
import { judgeOutcome } from '../../../src/core/judge/outcome.ts';
import type { ResultsProblem, ResultsRead } from '../../../src/core/model/results.ts';
import type { ContainerState } from '../../../src/core/model/seen.ts';
import type { Options } from '../../../src/core/options/options.ts';
import { aContainer, aFailedJob, anObservation, exited, passingResults, waiting } from '../../fakes/builders.ts';
import { JOB_UID, REVISION, aPlan, endedPod, healthySut, memoryOf, testContainer, testingPod } from './world.ts';

const ABSENT: ResultsProblem = { kind: 'absent' };

/** Cause and headline of a run whose test container ended like this. */
function told(
  state: ContainerState,
  options: Partial<Options>,
  results: ResultsRead = { ok: false, problem: ABSENT },
  containers = [testContainer({ state })],
): { cause: string; headline: string; steps: string } {
  const pod = endedPod({ phase: 'Failed', containers });
  const job = aFailedJob();
  const before = anObservation({ ...healthySut(), atMs: 1000, job, testcarPods: [testingPod()] });
  const seen = anObservation({ ...healthySut(), atMs: 9000, job, testcarPods: [pod] });
  const outcome = judgeOutcome({
    plan: aPlan(options),
    end: { job, pod, ...(endOf(job) ?? { finished: 'failed', reason: '' }) },
    jobUid: JOB_UID,
    revision: REVISION,
    results,
    memory: memoryOf(before, seen),
    seen,
    nowMs: 9000,
  });
  if (outcome.kind !== 'failed') return { cause: outcome.kind, headline: '', steps: '' };
  const { cause, evidence } = outcome.finding;
  return {
    cause,
    headline: CAUSES[cause].headline(evidence),
    steps: CAUSES[cause].entry.remediation(evidence).join(' '),
  };
}

const BY_CODE = { results: 'exit-code' } as const;

describe('results: exit-code', () => {
  it('a code that means failed tests is a failure of tests', () => {
    expect(told(exited(1), { ...BY_CODE, runner: 'pytest' })).toMatchObject({
      cause: 'TestsFailed',
      headline: expect.stringContaining(
        'ended with exit code 1, which means: tests failed (pytest); results=exit-code, no test was counted',
      ),
    });
    expect(told(exited(7), { ...BY_CODE, exitCodes: [{ code: 7, meaning: 'tests-failed' }] }).cause).toBe(
      'TestsFailed',
    );
  });

  it.each<[string, number, Partial<Options>, string]>([
    ['of no known meaning', 1, {}, 'ended with exit code 1 (Error); with results=exit-code only 0 is a pass'],
    ['of the runner itself', 4, { runner: 'pytest' }, 'which means: the runner itself failed'],
    ['that may be either', 1, { runner: 'jest' }, 'which means: tests failed, or the runner did'],
    ['beside the table', 77, { runner: 'pytest' }, 'ended with exit code 77 (Error); with results=exit-code'],
  ])('a code %s is an error of testcar', (_, code, options, headline) => {
    const found = told(exited(code, { reason: 'Error' }), { ...BY_CODE, ...options });
    expect(found.cause).toBe('TestcarExitWithoutResults');
    expect(found.headline).toContain(headline);
    expect(found.steps).toContain('Set runner, or exitCodes such as 1=tests-failed');
  });

  it('a code that means no tests says so', () => {
    expect(told(exited(5), { ...BY_CODE, runner: 'pytest' }).cause).toBe('TestcarNoTests');
  });

  it.each([
    [127, 'TestcarCommandNotFound'],
    [126, 'TestcarCommandNotFound'],
    [137, 'TestcarCrashed'],
    [139, 'TestcarCrashed'],
    [143, 'TestcarCrashed'],
  ])('%i is not the code of the runner, whatever its row says', (code, cause) => {
    const exitCodes = [{ code, meaning: 'tests-failed' }] as const;
    expect(told(exited(code), { ...BY_CODE, runner: 'mocha', exitCodes }).cause).toBe(cause);
  });

  it('the code of another container has no meaning', () => {
    const seed = aContainer({ name: 'seed', kind: 'init', ready: false, state: exited(1) });
    const waits = testContainer({ state: waiting('PodInitializing') });
    const found = told(exited(0), { ...BY_CODE, runner: 'pytest' }, undefined, [seed, waits]);
    expect(found.cause).toBe('TestcarExitWithoutResults');
    expect(found.headline).not.toContain('which means');
  });
});

describe('results that were promised', () => {
  it.each(['courier', 'log'] as const)('from %s are missing also when the code says that tests failed', (results) => {
    const found = told(exited(1), { results, runner: 'pytest' });
    expect(found.cause).toBe('TestcarExitWithoutResults');
    expect(found.headline).toContain('which means: tests failed (pytest) and left no test results');
    expect(found.steps.includes('TESTCAR_RESULTS_BEGIN')).toBe(results === 'log');
    expect(found.steps.includes('$TESTCAR_RESULTS_DIR')).toBe(results === 'courier');
  });

  it('from the log that are cut say where to look', () => {
    const problem = { kind: 'incomplete', detail: 'TAP: 3 tests were planned, 2 came' } as const;
    const found = told(exited(2), { results: 'log', runner: 'pytest' }, { ok: false, problem });
    expect(found).toMatchObject({ cause: 'TestcarResultsIncomplete', steps: expect.stringContaining('end marker') });
    expect(found.headline).toContain('3 tests were planned, 2 came');
    expect(told(exited(2), {}, { ok: false, problem }).steps).toContain("courier's container");
  });

  it('that say "passed" against the code name its meaning', () => {
    const found = told(exited(2), { runner: 'schemathesis' }, { ok: true, results: passingResults(3) });
    expect(found.cause).toBe('TestcarExitContradictsResults');
    expect(found.headline).toContain('the code means: the runner itself failed');
  });
});
