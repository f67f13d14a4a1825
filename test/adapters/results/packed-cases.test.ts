import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PackedCases } from '../../../src/adapters/results/packed-cases.ts';
import type { TestCase, TestOutcome } from '../../../src/core/model/results.ts';

/** Any 16 bits, halves of characters among them, and what ends a line or a text for somebody. */
const text = fc
  .array(
    fc.oneof(
      fc.nat(0xffff).map((unit) => String.fromCharCode(unit)),
      fc.constantFrom('\u2028', '\u2029', '\u0085', '\u0000', '\n', '\r', '"', '\\', '\ud800', '\udc00', '\ufeff', '𝄞'),
    ),
    { maxLength: 40 },
  )
  .map((units) => units.join(''));
const anyCase: fc.Arbitrary<TestCase> = fc.record({
  suite: text,
  classname: text,
  name: text,
  timeMs: fc.option(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }), { nil: undefined }),
  outcome: fc.constantFrom<TestOutcome>('passed', 'failed', 'error', 'skipped'),
  message: text,
  details: text,
});

test('property: what was put in comes out, in order and more than once', () => {
  fc.assert(
    fc.property(fc.array(anyCase, { maxLength: 20 }), fc.integer({ min: 1, max: 120 }), (some, times) => {
      const packed = new PackedCases();
      const all = Array.from({ length: times }, () => some).flat();
      for (const one of all) packed.add(one);
      expect(packed.length).toBe(all.length);
      expect([...packed]).toEqual(all);
      expect([...packed]).toEqual(all);
    }),
    { numRuns: 40, seed: 20_261_121 },
  );
});

test('property: so it is where a block is just full, too full, or larger than all', () => {
  // A row is written where three bytes for each of its characters have room in what is left of 256 KiB.
  const details = fc.tuple(
    fc.constantFrom('x', 'é', '€', '𝄞', '\u2028', '\u0000', '\ud800'),
    fc.oneof(
      fc.integer({ min: 0, max: 50 }),
      fc.integer({ min: 87_300, max: 87_400 }),
      fc.integer({ min: 262_080, max: 262_160 }),
      fc.integer({ min: 0, max: 90_000 }),
    ),
  );
  fc.assert(
    fc.property(fc.array(details, { maxLength: 12 }), (sizes) => {
      const all = sizes.map(([unit, count], i): TestCase => ({
        suite: 's',
        classname: '',
        name: `${i}`,
        timeMs: undefined,
        outcome: 'failed',
        message: '',
        details: unit.repeat(count),
      }));
      const packed = new PackedCases();
      for (const one of all) packed.add(one);
      const back = [...packed];
      // Not as a whole: a difference would be megabytes long.
      expect(back.map(({ name }) => name)).toEqual(all.map(({ name }) => name));
      expect(back.every((one, i) => one.details === all[i]?.details)).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test('after 128 MiB of texts, cases stay and their texts are left out', () => {
  const packed = new PackedCases();
  const details = 'x'.repeat(64 * 1024 * 1024);
  const one = {
    suite: '',
    classname: '',
    name: 'a',
    timeMs: undefined,
    outcome: 'failed',
    message: '',
    details,
  } as const;
  for (let i = 0; i < 3; i += 1) packed.add(one);
  expect([...packed].map(({ message, details: kept }) => [message.slice(0, 9), kept.length])).toEqual([
    ['', details.length],
    ['', details.length],
    ['[left out', 0],
  ]);
});

test('cases of any size keep their order: one that is larger than a block is a block of its own', () => {
  const packed = new PackedCases();
  const sizes = [10, 90_000, 10, 40_000, 40_000, 40_000, 300_000, 400_000, 0];
  const all = sizes.map((size, i): TestCase => {
    return {
      suite: '',
      classname: '',
      name: `${i}`,
      timeMs: i,
      outcome: 'failed',
      message: '\n',
      details: 'ü'.repeat(size),
    };
  });
  for (const one of all) packed.add(one);
  expect([...packed]).toEqual(all);
});
