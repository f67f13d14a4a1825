import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mayHoldKey } from '../../../src/core/report/key-blocks.ts';
import { SHAPES, mayHoldShape } from '../../../src/core/report/secret-shapes.ts';
import { type Finder, Suspects, finderOf } from '../../../src/core/report/suspects.ts';
import { findLongLine, findNotPlain, isPlain } from '../../../src/core/report/text.ts';

const CASES = { numRuns: 500, seed: 7 };

describe('suspects', () => {
  test('the nearest place of all finders, each asked once for each place', () => {
    const asked: [string, number][] = [];
    const noted = (name: string, find: Finder): Finder => {
      return (text, from) => {
        asked.push([name, from]);
        return find(text, from);
      };
    };
    const text = 'a\nb\nx\na\nx';
    const suspects = new Suspects(text, [noted('x', finderOf(/x/g)), noted('b', finderOf(/b/g))]);
    expect([0, 2, 4, 6, 8].map((from) => suspects.next(from))).toEqual([2, 2, 4, 8, 8]);
    expect(suspects.next(9)).toBe(Infinity);
    expect(asked).toEqual([
      ['x', 0],
      ['b', 0],
      ['b', 4],
      ['x', 6],
      ['x', 9],
    ]);
  });
});

describe('finders', () => {
  /** A word of what a shape can match, without what may not stand beside it. */
  const matching = (pattern: RegExp): fc.Arbitrary<string> => {
    const source = pattern.source
      .replace(/\(\?<?[!=](?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|\\b/g, '')
      .replace(/\{(\d+),\d{3,}\}/g, '{$1,90}');
    return fc.stringMatching(new RegExp(source));
  };

  test.each(SHAPES.map((shape, i) => [`${i + 1}, ${shape.kind}`, shape.pattern] as const))(
    'no shape without a hint: %s',
    (_, pattern) => {
      let matches = 0;
      fc.assert(
        fc.property(matching(pattern), (text) => {
          for (const line of [text, ` ${text} `, `x ${text}@x`, text.toUpperCase(), ` ${text.toLowerCase()} `]) {
            if (line.search(pattern) === -1) continue;
            matches += 1;
            expect(mayHoldShape(line)).toBe(true);
          }
        }),
        { numRuns: 200, seed: 7 },
      );
      expect(matches).toBeGreaterThan(0);
    },
  );

  test('a run of 64 characters of base64, wherever it is', () => {
    const run = fc.nat(140).map((length) => 'aB3+'.repeat(40).slice(0, length));
    fc.assert(
      fc.property(fc.array(fc.tuple(run, fc.constantFrom(' ', '-', '\n', '\u0141')), { maxLength: 6 }), (runs) => {
        const text = runs.flat().join('');
        expect(mayHoldKey(text)).toBe(/[A-Za-z0-9+/]{64}/.test(text));
      }),
      CASES,
    );
  });

  test('the first line that is longer', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(12), { maxLength: 8 }), (lengths) => {
        const lines = lengths.map((length) => 'x'.repeat(length));
        const expected = lines.findIndex((line) => line.length > 8);
        const start = lines.slice(0, expected).reduce((sum, line) => sum + line.length + 1, 0);
        expect(findLongLine(8)(lines.join('\n'), 0)).toBe(expected === -1 ? -1 : start);
      }),
      CASES,
    );
  });

  test('a character that is not plain, but no line feed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (text) => {
        const at = findNotPlain(text, 0);
        expect(isPlain((at === -1 ? text : text.slice(0, at)).replaceAll('\n', ''))).toBe(true);
        if (at !== -1) expect(isPlain(text.slice(at, at + 1))).toBe(false);
      }),
      CASES,
    );
  });
});
