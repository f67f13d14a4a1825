import { describe, expect, it } from 'vitest';
import { fail } from '../../../src/core/judge/prove.ts';
import { exitCodeOf } from '../../../src/core/judge/exit-code.ts';
import type { Verdict } from '../../../src/core/judge/verdict.ts';
import { type Cause, CAUSES } from '../../../src/core/causes/index.ts';
import { asExpected, goesOn, judgeSelftest, type ScenarioRun } from '../../../src/core/selftest/judgement.ts';
import { SCENARIOS } from '../../../src/core/selftest/scenarios.ts';
import { PASSED } from '../../main/stand-ins.ts';

const failed = (cause: Cause): Verdict => fail({ cause, evidence: { object: 'job/x' } }, []);

/** Runs of the scenarios in order that ended so; `PASSED` or a cause. */
function runs(...ends: readonly ('PASSED' | Cause)[]): readonly ScenarioRun[] {
  return ends.flatMap((end, index) => {
    const scenario = SCENARIOS[index];
    if (scenario === undefined) throw new Error('more ends than scenarios');
    const verdict = end === 'PASSED' ? PASSED : failed(end);
    return [{ scenario, verdict, exitCode: exitCodeOf(verdict), reason: `why ${end}` }];
  });
}

const PREFIX = 'TESTCAR GATE SELFTEST: ';

describe('the judgement', () => {
  it.each<{ name: string; ends: readonly ('PASSED' | Cause)[]; exitCode: number; headline: string }>([
    {
      name: 'all as they should be',
      ends: ['PASSED', 'TestsFailed', 'TestcarCrashed'],
      exitCode: 0,
      headline: 'the gate opens and closes as it should in namespace shop',
    },
    {
      name: 'the bad Job opens the gate',
      ends: ['PASSED', 'PASSED', 'TestcarCrashed'],
      exitCode: 5,
      headline:
        'THE GATE OPENS WRONGLY in namespace shop: it passed a Job that fails its test -> Do not rely on it here; report this with the files of the run.',
    },
    {
      name: 'an opened gate outranks a cluster in trouble',
      ends: ['PASSED', 'PASSED', 'ApiUnreachable'],
      exitCode: 5,
      headline:
        'THE GATE OPENS WRONGLY in namespace shop: it passed a Job that fails its test -> Do not rely on it here; report this with the files of the run.',
    },
    {
      name: 'the good Job is not let through',
      ends: ['SutNeverReady'],
      exitCode: 5,
      headline: 'run "good" did not end as it should in namespace shop: expected PASSED, got why SutNeverReady',
    },
    {
      name: 'the right class for another reason is not right',
      ends: ['PASSED', 'TestsFailed', 'CourierFailed'],
      exitCode: 5,
      headline:
        'run "crash" did not end as it should in namespace shop: expected TESTCAR_ERROR TestcarCrashed, got why CourierFailed',
    },
    {
      name: 'two wrong ones',
      ends: ['CourierFailed', 'CourierFailed', 'TestcarCrashed'],
      exitCode: 5,
      headline:
        'run "good" did not end as it should in namespace shop (and 1 more, see the table): expected PASSED, got why CourierFailed',
    },
    {
      name: 'the cluster prevents it',
      ends: ['PASSED', 'ApiUnreachable'],
      exitCode: 4,
      headline: 'the test could not be made in run "bad": why ApiUnreachable',
    },
    {
      name: 'the input prevents it',
      ends: ['InputInvalid'],
      exitCode: 64,
      headline: 'the test could not be made in run "good": why InputInvalid',
    },
    {
      name: 'cancelled',
      ends: ['PASSED', 'Cancelled'],
      exitCode: 143,
      headline: 'the test was stopped in run "bad": why Cancelled',
    },
    {
      name: 'a run is missing',
      ends: ['PASSED', 'TestsFailed'],
      exitCode: 5,
      headline: 'not every run was made in namespace shop, so nothing is proven',
    },
    {
      name: 'no run at all',
      ends: [],
      exitCode: 5,
      headline: 'not every run was made in namespace shop, so nothing is proven',
    },
  ])('$name', ({ ends, exitCode, headline }) => {
    const judgement = judgeSelftest(runs(...ends), 'shop');
    expect({ exitCode: judgement.exitCode, headline: judgement.headline }).toEqual({
      exitCode,
      headline: PREFIX + headline,
    });
  });

  it('shows expected and actual of each run, also of those that were not made', () => {
    expect(judgeSelftest(runs('PASSED', 'PASSED'), 'shop').table).toEqual([
      'run    testcar                          expected                      actual',
      'good   passes its test                  PASSED                        PASSED   ok',
      'bad    fails its test                   TEST_FAILED TestsFailed       PASSED   WRONG',
      'crash  is killed before it has results  TESTCAR_ERROR TestcarCrashed  not run  not proven',
    ]);
  });

  it('a long reason does not make a second line of the last one', () => {
    const [run] = runs('ApiUnreachable');
    if (run === undefined) throw new Error('no run');
    expect(judgeSelftest([{ ...run, reason: 'x'.repeat(5_000) }], 'n'.repeat(63)).headline.length).toBeLessThan(900);
  });

  it('does not believe a run that says 0 and is no pass', () => {
    expect(
      judgeSelftest(
        runs('ApiUnreachable').map((run) => ({ ...run, exitCode: 0 })),
        'shop',
      ).exitCode,
    ).toBe(5);
  });

  it('gives 0 for nothing but three right verdicts, whatever the verdicts are', () => {
    const ends = ['PASSED', ...(Object.keys(CAUSES) as Cause[])] as const;
    const right = ['PASSED', 'TestsFailed', 'TestcarCrashed'] as const;
    for (const [index] of right.entries()) {
      for (const end of ends) {
        const all = right.map((each, at) => (at === index ? end : each));
        expect(judgeSelftest(runs(...all), 'shop').exitCode === 0, all.join()).toBe(end === right[index]);
      }
    }
  });
});

describe('after a run', () => {
  it.each<{ end: 'PASSED' | Cause; next: boolean }>([
    { end: 'PASSED', next: true },
    { end: 'TestsFailed', next: true },
    { end: 'CourierFailed', next: true },
    { end: 'GateInternalError', next: true },
    { end: 'SutNeverReady', next: false },
    { end: 'ApiUnreachable', next: false },
    { end: 'InputInvalid', next: false },
    { end: 'Cancelled', next: false },
  ])('$end: the next one can tell something: $next', ({ end, next }) => {
    expect(runs(end).map(goesOn)).toEqual([next]);
  });

  it('the good one is right only with a pass', () => {
    expect(runs('PASSED').map(asExpected)).toEqual([true]);
    expect(runs('TestsFailed').map(asExpected)).toEqual([false]);
  });
});
