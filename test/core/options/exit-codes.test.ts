import { describe, expect, test } from 'vitest';
import { parseExitCodes } from '../../../src/core/options/exit-codes.ts';
import type { RawInputs } from '../../../src/core/options/options.ts';
import { parseOptions } from '../../../src/core/options/parse.ts';
import { EXIT_MEANINGS } from '../../../src/core/results/exit-meanings.ts';

function parse(...items: readonly string[]): { rows: unknown; problems: readonly string[] } {
  const problems: string[] = [];
  const rows = parseExitCodes(items, (found, expected) => problems.push(`${found}: ${expected}`));
  return { rows, problems };
}

describe('exitCodes', () => {
  test('are read by code', () => {
    expect(parse('1=tests-failed', ' 3 = no-tests ', '255=runner-error')).toEqual({
      rows: [
        { code: 1, meaning: 'tests-failed' },
        { code: 3, meaning: 'no-tests' },
        { code: 255, meaning: 'runner-error' },
      ],
      problems: [],
    });
  });

  const RANGE = 'CODE=MEANING with a code from 1 to 255; 0 always says "no complaint"';
  const ALL = `a meaning: one of ${Object.keys(EXIT_MEANINGS).join(', ')}`;
  test.each([
    ['0=tests-failed', RANGE],
    ['256=tests-failed', RANGE],
    ['-1=tests-failed', RANGE],
    ['1e2=tests-failed', RANGE],
    ['=tests-failed', RANGE],
    ['1=no-tests=x', RANGE],
    ['tests-failed', RANGE],
    ['137=tests-failed', 'a code of the runner; 137 is how shells, runtimes and Kubernetes end a container'],
    ['1=test-failed', 'did you mean tests-failed?'],
    ['1=passed', ALL],
    ['1=toString', ALL],
    ['1', ALL],
  ])('%s is refused', (item, expected) => {
    expect(parse(item)).toEqual({ rows: [], problems: [`${item}: ${expected}`] });
  });

  test('come once', () => {
    expect(parse('1=no-tests', '1=tests-failed').problems).toEqual(['1=tests-failed: 1 once']);
  });
});

describe('results: exit-code asks for nothing that it cannot say', () => {
  const given: RawInputs = { manifests: 'a.yaml', testcarImage: 'a/b:1', pipelineRun: 'r', results: 'exit-code' };
  const problemsOf = (raw: RawInputs): unknown => {
    const parsed = parseOptions({ ...given, ...raw }, 'azure');
    return parsed.ok ? [] : parsed.problems;
  };

  test('and is fine with a runner whose 0 is a pass', () => {
    expect(problemsOf({})).toEqual([]);
    expect(problemsOf({ runner: 'pytest', exitCodes: '3=no-tests', minTests: '1' })).toEqual([]);
  });

  test.each<[string, RawInputs, string, string, string]>([
    ['a count', { minTests: '2' }, 'minTests', '2', '1: results is exit-code, which counts no test'],
    [
      'a comparison of tests',
      { control: 'true' },
      'control',
      'true',
      'false: results is exit-code, which counts no test, so that none can be compared',
    ],
    [
      'a runner whose 0 is no proof',
      { runner: 'mocha' },
      'results',
      'exit-code',
      'courier or log: exit code 0 of mocha is also that of no tests without --fail-zero',
    ],
    [
      'a runner whose 0 is no proof, whatever its other codes mean',
      { runner: 'k6', exitCodes: '99=tests-failed' },
      'results',
      'exit-code',
      'courier or log: exit code 0 of k6 is also that of failed checks without a threshold',
    ],
  ])('not %s', (_, raw, input, found, expected) => {
    expect(problemsOf(raw)).toEqual([{ input, found, expected }]);
  });

  test.each(['courier', 'log'])('while %s can say all of it', (results) => {
    expect(problemsOf({ results, minTests: '2', runner: 'mocha', control: 'true' })).toEqual([]);
  });

  test('and other words are no source or runner', () => {
    expect(problemsOf({ results: 'stdout' })).toMatchObject([{ expected: 'one of courier, log, exit-code' }]);
    expect(problemsOf({ runner: 'toString' })).toMatchObject([{ input: 'runner', found: 'toString' }]);
  });
});
