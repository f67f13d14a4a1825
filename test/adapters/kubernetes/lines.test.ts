import { describe, expect, it } from 'vitest';
import { LineSplitter } from '../../../src/adapters/kubernetes/lines.ts';

function split(chunks: readonly Buffer[], maxBytes = 1000): { lines: string[]; rest: string } {
  const lines: string[] = [];
  const splitter = new LineSplitter(maxBytes, '…cut', (line) => lines.push(line));
  for (const chunk of chunks) splitter.push(chunk);
  return { lines, rest: splitter.rest() };
}

describe('lines', () => {
  const text = Buffer.from('eins\n\nzwölf 🚗\nlast');
  const expected = { lines: ['eins', '', 'zwölf 🚗'], rest: 'last' };

  it.each(Array.from({ length: text.byteLength + 1 }, (_, at) => at))('cut at byte %i', (at) => {
    expect(split([text.subarray(0, at), text.subarray(at)])).toEqual(expected);
  });

  it('byte by byte', () => {
    expect(split([...text].map((byte) => Buffer.from([byte])))).toEqual(expected);
  });

  it.each([
    ['in one chunk', ['aaaaaaaaaaaaaa\nb\n']],
    ['in many chunks', ['aaaaaaa', 'aaaaaaaaa', 'aaaaa', 'a\nb\n']],
    ['ended by a chunk of its own', ['aaaaaaaaaaaaaa', '\n', 'b\n']],
  ])('cuts an overlong line once, %s', (_, chunks) => {
    expect(
      split(
        chunks.map((chunk) => Buffer.from(chunk)),
        10,
      ),
    ).toEqual({ lines: ['aaaaaaaaaa…cut', 'b'], rest: '' });
  });

  it('leaves a line of exactly the limit', () => {
    expect(split([Buffer.from('aaaaaaaaaa\n')], 10)).toEqual({ lines: ['aaaaaaaaaa'], rest: '' });
  });

  it('cuts between characters', () => {
    expect(split([Buffer.from('aaaaaaaaaä\n')], 10).lines).toEqual(['aaaaaaaaa…cut']);
  });

  it.each([
    ['ASCII', 'one\n\ntwo\n', [3, 0, 3]],
    ['beyond it', 'zwölf\n🚗\nb\n', [6, 4, 1]],
    ['no UTF-8', Buffer.from([0xff, 0x0a, 0x61, 0x0a]), [3, 1]],
    ['cut', 'aaaaaaaaaä\nb\n', [13, 1]],
  ])('tells the length of each line in bytes of what is given: %s', (_, text, expected) => {
    const lengths: number[] = [];
    const splitter = new LineSplitter(10, ' cut', (_line, _isCut, bytes) => lengths.push(bytes));
    splitter.push(Buffer.from(text));
    expect(lengths).toEqual(expected);
  });
});
