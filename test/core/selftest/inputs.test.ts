import { describe, expect, it } from 'vitest';
import { parseOptions } from '../../../src/core/options/parse.ts';
import type { RawInputs } from '../../../src/core/options/options.ts';
import { asSelftestFlags, inputsOfRun } from '../../../src/core/selftest/inputs.ts';

const inputs = (given: RawInputs) => inputsOfRun(given, { name: 'bad' }, 'default-report', 'run-1');

describe('inputs of one run', () => {
  it('without any flag they are complete', () => {
    const parsed = parseOptions(inputs({}), 'cli');
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    expect(parsed.options).toMatchObject({
      mode: 'preview',
      promote: false,
      keep: 'never',
      testcar: { kind: 'image', image: 'busybox:1.36' },
      testTimeoutMs: 300_000,
      reportDir: 'default-report/selftest-bad',
      pipelineRun: 'run-1',
    });
  });

  it.each<{ name: string; given: RawInputs; expected: RawInputs }>([
    { name: 'an image', given: { testcarImage: ['alpine:3'] }, expected: { testcarImage: ['alpine:3'] } },
    { name: 'a folder', given: { reportDir: ['out/'] }, expected: { reportDir: 'out/selftest-bad' } },
    { name: 'two folders stay a mistake', given: { reportDir: ['a', 'b'] }, expected: { reportDir: ['a', 'b'] } },
    // Nothing that a user gives can make it deploy anything for good.
    {
      name: 'promote',
      given: { promote: ['true'], mode: ['in-place'] },
      expected: { promote: 'false', mode: 'preview' },
    },
  ])('$name', ({ given, expected }) => {
    expect(inputs(given)).toMatchObject(expected);
  });

  it('problems name the flag that the user wrote', () => {
    const parsed = parseOptions(inputs({ testcarImage: ['no image'], namespace: ['NO'] }), 'cli');
    const problems = parsed.ok ? [] : asSelftestFlags(parsed.problems);
    expect(problems.map(({ input }) => input)).toEqual(['--namespace', '--image']);
  });
});
