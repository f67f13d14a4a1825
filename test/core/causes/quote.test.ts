import { describe, expect, it } from 'vitest';
import { quote, shorten } from '../../../src/core/causes/quote.ts';

describe('quote', () => {
  it.each([
    ['plain text', 'not found', '"not found"'],
    ['inner quotes and tabs', 'a "b" c\td', `"a 'b' c d"`],
    ['several lines', 'one\r\n\n two\n', '"one two"'],
    ['escape sequences', '\u001b[31mred\u001b[0m', '"red"'],
    ['too long a text', 'abcdefghijkl', '"abcdefghij… (cut)"'],
    ['exactly the limit', 'abcdefghij', '"abcdefghij"'],
    ['nothing', '', '""'],
  ])('%s', (_, text, expected) => {
    expect(quote(text, 10)).toBe(expected);
  });

  it('never cuts a character in two', () => {
    expect(shorten('😀😀😀😀', 3)).toBe('😀😀😀… (cut)');
  });

  it('says that a huge text of invisible characters was cut', () => {
    expect(shorten('\u200b'.repeat(100_000), 10)).toBe('… (cut)');
  });
});
