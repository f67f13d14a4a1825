import { expect, test } from 'vitest';
import { GrowingText } from '../../../src/adapters/junit/growing-text.ts';

test('gives back what was added, in pieces that end before a line feed, and is empty then', () => {
  const text = new GrowingText();
  const lines = Array.from({ length: 5_000 }, (_, i) => `\nline ${i}: ${'€𝄞é'.repeat(i % 7)}`);
  for (const turn of [1, 2]) {
    for (const line of lines) text.add(line);
    const pieces = [...text.taken()];
    expect(pieces.join(''), `turn ${turn}`).toBe(lines.join(''));
    expect(pieces.length).toBeGreaterThan(5);
    expect(pieces.every((piece) => piece.startsWith('\n') && Buffer.byteLength(piece) < 10_000)).toBe(true);
  }
  expect([...text.taken()]).toEqual([]);
});

test('holds one piece without a line feed that is larger than everything before', () => {
  const text = new GrowingText();
  text.add('a');
  text.add('€'.repeat(100_000));
  expect([...text.taken()].join('')).toBe(`a${'€'.repeat(100_000)}`);
});

test('does not look for line feeds behind its end', () => {
  const text = new GrowingText();
  text.add(`${'x'.repeat(9_000)}\n${'y'.repeat(9_000)}`);
  expect([...text.taken()].length).toBe(2);
  text.add('z'.repeat(8_500));
  expect([...text.taken()]).toEqual(['z'.repeat(8_500)]);
});
