import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KnownValues } from '../../../src/core/report/known-values.ts';

function knowing(...texts: readonly string[]): KnownValues<string> {
  const known = new KnownValues<string>();
  for (const text of texts) known.add(text, text);
  return known;
}

const masked = (known: KnownValues<string>, line: string): string => known.replace(line, () => '***');

describe('known values', () => {
  test.each([
    ['at the start, in the middle, at the end', 'abcdef', 'abcdef x abcdef y abcdef', '*** x *** y ***'],
    ['side by side', 'abcdef', 'abcdefabcdef', '******'],
    ['after a part of itself', 'ababac', 'abababac', 'ab***'],
    ['exactly the line', 'abcdef', 'abcdef', '***'],
    ['the line is shorter', 'abcdefg', 'abcdef', 'abcdef'],
    ['the same start', 'abcdefg', 'abcdefx', 'abcdefx'],
    ['beyond ASCII', 'pässwörter', 'xpässwörtery', 'x***y'],
  ])('%s', (_, text, line, expected) => {
    const known = knowing(text);
    expect(masked(known, line)).toBe(expected);
    expect(known.has(line)).toBe(expected !== line);
  });

  test('the longest of those that begin at a place, in whatever order they came', () => {
    expect(masked(knowing('abcdef', 'abcdefghi', 'abcdefgh'), 'abcdefghij')).toBe('***j');
  });

  test('the first meaning of a text stays, and texts under six characters are none', () => {
    const known = new KnownValues<number>();
    known.add('abcdef', 1);
    known.add('abcdef', 2);
    known.add('abcde', 3);
    expect(known.replace('abcdef abcde', String)).toBe('1 abcde');
  });

  test('finds what a regular expression of all texts finds', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 6, maxLength: 9 });
    const line = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd'), maxLength: 60 });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 30 }), line, (texts, searched) => {
        const longestFirst = [...texts].sort((a, b) => b.length - a.length);
        const expected = searched.replace(new RegExp(longestFirst.join('|'), 'g'), '***');
        expect(masked(knowing(...texts), searched)).toBe(expected);
      }),
      { numRuns: 500, seed: 7 },
    );
  });
});
