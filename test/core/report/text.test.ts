import { describe, expect, test } from 'vitest';
import {
  clean,
  firstLine,
  isPlain,
  oneLine,
  splitLines,
  truncate,
  utf8Length,
  wrap,
} from '../../../src/core/report/text.ts';

describe('splitLines', () => {
  test.each([
    ['unix', 'a\nb', ['a', 'b']],
    ['windows', 'a\r\nb', ['a', 'b']],
    ['old mac and progress bars', 'a\rb', ['a', 'b']],
    ['next line U+0085', 'a\u0085b', ['a', 'b']],
    ['line and paragraph separator', 'a\u2028b\u2029c', ['a', 'b', 'c']],
    ['no line end', 'ab', ['ab']],
    ['empty', '', ['']],
    ['at the end', 'a\n', ['a', '']],
  ])('%s', (_, text, lines) => {
    expect(splitLines(text)).toEqual(lines);
  });
});

describe('clean', () => {
  test.each([
    ['leaves printable text, tabs and other scripts alone', 'héllo\t世界 🚗 a#b', 'héllo\t世界 🚗 a#b'],
    ['colours', '\u001b[1;31mred\u001b[0m', 'red'],
    ['8-bit CSI', '\u009b31mred', 'red'],
    ['window title ended by BEL', '\u001b]0;title\u0007text', 'text'],
    ['link ended by ST', '\u001b]8;;https://evil.example\u001b\\text\u001b]8;;\u001b\\', 'text'],
    ['an unended string keeps its text', '\u001b]0;title', '0;title'],
    ['escape without anything', 'a\u001b', 'a'],
    ['control characters', 'a\u0000\u0007\u0008b\u007fc\u0090', 'abc'],
    ['zero width and joiners', '#\u200b#\u200c\u200d\u2060\ufeff\u00advso', '##vso'],
    ['bidirectional controls', '\u202eabc\u202c\u2066d\u2069\u200f', 'abcd'],
    ['variation selectors, tags and fillers', 'a\ufe0f\u{e0041}\u034f\u3164b', 'ab'],
    ['lone surrogate', 'a\ud800b', 'a\ufffdb'],
  ])('%s', (_, text, expected) => {
    expect(clean(text)).toBe(expected);
    expect(clean(clean(text))).toBe(expected);
  });
});

test('the short cut for plain text agrees with the rules for every character', () => {
  for (let unit = 0; unit <= 0xffff; unit++) {
    const char = String.fromCharCode(unit);
    if (!isPlain(char)) continue;
    expect(char).not.toMatch(/[^\P{Cc}\t]|\p{Cf}|\p{Default_Ignorable_Code_Point}|[\u2028\u2029]|\p{Cs}|\p{M}/u);
  }
});

test('oneLine joins what says something; firstLine takes the first of it', () => {
  expect(oneLine(' a \r\n\n b\u2028c ')).toBe('a b c');
  expect(firstLine('\n \n second\nthird')).toBe('second');
  expect(firstLine('')).toBe('');
});

test.each([
  ['', 0],
  ['abc', 3],
  ['é', 2],
  ['世', 3],
  ['🚗', 4],
  ['\ud800', 3],
  ['\udc00\ud800', 6],
])('utf8Length(%j)', (text, bytes) => {
  expect(utf8Length(text)).toBe(bytes);
  expect(utf8Length(text)).toBe(new TextEncoder().encode(text).length);
});

describe('truncate', () => {
  test('leaves a text that fits exactly', () => {
    expect(truncate('世'.repeat(10), 30)).toBe('世'.repeat(10));
  });
  test('cuts between code points, says how much there was, and stays in the budget', () => {
    const cut = truncate('🚗'.repeat(100), 50);
    expect(cut).toBe(`${'🚗'.repeat(5)} … (cut; 400 bytes in all)`);
    expect(utf8Length(cut)).toBeLessThanOrEqual(50);
  });
});

describe('wrap', () => {
  test('a short and an empty line stay one line', () => {
    expect(wrap('abc', 3)).toEqual(['abc']);
    expect(wrap('', 3)).toEqual(['']);
  });
  test('never cuts a surrogate pair', () => {
    expect(wrap('ab🚗cd', 3)).toEqual(['ab', '🚗c', 'd']);
  });
});
