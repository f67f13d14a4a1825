import { describe, expect, it } from 'vitest';
import { type Control, compare, judgeControl } from '../../../src/core/judge/control.ts';
import type { Finding } from '../../../src/core/causes/finding.ts';
import type { TestCase } from '../../../src/core/model/results.ts';
import { CAUSES } from '../../../src/core/causes/index.ts';
import { aTestCase, resultsOf } from '../../fakes/builders.ts';

const FAILED: Finding = {
  cause: 'TestsFailed',
  evidence: {
    object: 'job/testcar-1',
    details: [
      { label: 'tests', value: '3' },
      { label: 'failed', value: '2' },
      { label: 'first failures', value: 'suite: a, suite: b' },
    ],
  },
};

const here = [aTestCase('a', 'failed'), aTestCase('b', 'error'), aTestCase('c')];

function against(...there: readonly TestCase[]): Control {
  return compare('web-old', resultsOf(here), resultsOf(there));
}

function headline(control: Control): string {
  const { cause, evidence } = judgeControl(FAILED, control);
  return `${cause}: ${CAUSES[cause].headline(evidence)}`;
}

describe('control run', () => {
  it('the same tests fail on both revisions: not this change', () => {
    expect(headline(against(aTestCase('a', 'error'), aTestCase('b', 'failed'), aTestCase('c')))).toBe(
      'TestsFailWithoutChange: 2 of 3 tests failed, and every one of them fails against the stable revision web-old too: not caused by this change: suite: a, suite: b',
    );
  });

  it('other tests that fail only there do not matter', () => {
    const there = [aTestCase('a', 'failed'), aTestCase('b', 'failed'), aTestCase('c', 'failed')];
    expect(judgeControl(FAILED, against(...there)).cause).toBe('TestsFailWithoutChange');
  });

  it('all pass on the stable revision: this change', () => {
    expect(headline(against(aTestCase('a'), aTestCase('b'), aTestCase('c')))).toBe(
      'TestsFailed: 2 of 3 tests failed: suite: a, suite: b; control run: they did not fail against the stable revision web-old',
    );
  });

  it('some fail there too: this change, with the names of both', () => {
    const finding = judgeControl(FAILED, against(aTestCase('a', 'failed'), aTestCase('b'), aTestCase('c')));
    expect(finding.cause).toBe('TestsFailed');
    expect(finding.evidence.details?.slice(3)).toEqual([
      { label: 'control run', value: '1 of 2 fail against the stable revision web-old too' },
      { label: 'fail only on the new revision', value: 'suite: b' },
      { label: 'fail on the stable revision too', value: 'suite: a' },
    ]);
  });

  it.each([
    ['was skipped', [aTestCase('a', 'failed'), aTestCase('b', 'skipped')]],
    ['is missing', [aTestCase('a', 'failed')]],
    ['is one of another suite', [aTestCase('a', 'failed'), aTestCase('b', 'failed', { suite: 'other' })]],
  ])('a test that %s there is no evidence against the tests', (_, there) => {
    const finding = judgeControl(FAILED, against(...there));
    expect(finding.cause).toBe('TestsFailed');
    expect(finding.evidence.details?.find(({ label }) => label === 'control run')?.value).toBe(
      '1 of 2 fail against the stable revision web-old too (1 did not run there)',
    );
  });

  it('tests of one name answer for each other only once', () => {
    const twice = resultsOf([aTestCase('a', 'failed'), aTestCase('a', 'failed')]);
    const once = compare('web-old', twice, resultsOf([aTestCase('a'), aTestCase('a', 'failed')]));
    expect(judgeControl(FAILED, once).cause).toBe('TestsFailed');
    expect(judgeControl(FAILED, compare('web-old', twice, twice)).cause).toBe('TestsFailWithoutChange');
  });

  it('without names of failed tests nothing is compared', () => {
    const nameless = { ...resultsOf([aTestCase('c')]), counts: resultsOf(here).counts };
    expect(headline(compare('web-old', nameless, resultsOf(here)))).toMatch(/^TestsFailed: .+ control run: not done: /);
  });

  it('a control run that could not be done leaves the verdict, and says why', () => {
    expect(headline({ kind: 'not-done', why: 'no Deployment web was live' })).toBe(
      'TestsFailed: 2 of 3 tests failed: suite: a, suite: b; control run: not done: no Deployment web was live',
    );
  });
});
