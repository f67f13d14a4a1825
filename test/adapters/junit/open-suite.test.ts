import fc from 'fast-check';
import { expect, test } from 'vitest';
import { suiteText } from '../../../src/adapters/junit/built.ts';
import { OpenSuite, addCase } from '../../../src/adapters/junit/open-suite.ts';
import { GrowingText } from '../../../src/adapters/junit/growing-text.ts';
import { safeName } from '../../../src/adapters/junit/safe-text.ts';
import type { TestCase, TestOutcome } from '../../../src/core/model/results.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .array(
      fc.constantFrom('&', '&amp;', '<', '>', '"', "'", '\t', '\n', '\r', '\ud800', '$&', '<testcase ', 'é', 'a'),
      {
        maxLength: 10,
      },
    )
    .map((parts) => parts.join('')),
  fc.constant('\n    <testcase name="place of the cases"/>'),
  fc.constant('x" tests="1" failures="0" errors="0" skipped="0"'),
);

const anyCase = fc.record<TestCase>({
  suite: fc.constant('s'),
  classname: text,
  name: text,
  timeMs: fc.option(fc.oneof(fc.nat(), fc.double({ min: 0, noNaN: true, noDefaultInfinity: true })), {
    nil: undefined,
  }),
  outcome: fc.constantFrom<TestOutcome>('passed', 'passed', 'passed', 'failed', 'error', 'skipped'),
  message: text,
  details: text,
});

test('property: what is put together is what the builder would have written', () => {
  const written = new GrowingText();
  fc.assert(
    fc.property(
      text,
      fc.constantFrom(undefined, 'shard 2 of 3'),
      fc.array(anyCase, { minLength: 1 }),
      (name, shard, cases) => {
        const suite = new OpenSuite(name, shard, written);
        for (const one of cases) suite.add(one);
        const built = suiteText(safeName(name) || 'testcar', (node) => {
          if (shard !== undefined) node.property('testcar-gate shard', shard);
          for (const one of cases) addCase(node, one);
        });
        expect([...suite.pieces()].join('')).toBe(built);
      },
    ),
    { numRuns: 2_000 },
  );
});
