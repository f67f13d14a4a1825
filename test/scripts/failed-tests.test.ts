import { describe, expect, it } from 'vitest';
import { type TestReport, failedTests } from '../../scripts/failed-tests.mjs';

type Results = TestReport['testResults'][number]['assertionResults'];
const file = (assertionResults: Results, message = ''): TestReport => ({
  testResults: [{ name: '/repo/test/a.test.ts', message, assertionResults }],
});

describe('the failed tests of a run', () => {
  it('names each by its title and the first line of what it said', () => {
    const reports = [
      file([
        { title: 'holds', status: 'passed', failureMessages: [] },
        {
          title: 'opens the gate',
          status: 'failed',
          failureMessages: ['AssertionError: \u001b[31mexpected\u001b[39m 0\nat line 3'],
        },
      ]),
      file([{ title: 'ends', status: 'failed', failureMessages: ['Error: Test timed out'] }]),
    ];
    expect(failedTests(reports, '/repo')).toEqual([
      'FAILED opens the gate: expected 0',
      'FAILED ends: Error: Test timed out',
    ]);
  });

  it('names a file that could not be loaded', () => {
    expect(failedTests([file([], 'Cannot find module')], '/repo')).toEqual([
      'FAILED test/a.test.ts: Cannot find module',
    ]);
  });

  it('says nothing of a green run', () => {
    expect(failedTests([file([{ title: 'holds', status: 'passed', failureMessages: [] }])], '/repo')).toEqual([]);
  });

  it('keeps each line short, whatever a test said', () => {
    const [line] = failedTests(
      [file([{ title: 't'.repeat(500), status: 'failed', failureMessages: ['m'.repeat(500)] }])],
      '/repo',
    );
    expect(line?.length).toBeLessThan(320);
  });
});
