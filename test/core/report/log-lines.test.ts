import { describe, expect, test } from 'vitest';
import { makeLogLines } from '../../../src/core/report/log-lines.ts';
import {
  type SafeBlock,
  neutraliseForAzure,
  neutraliseForGitHub,
  type SafeLine,
} from '../../../src/core/report/neutralise.ts';
import { makeRedactor } from '../../../src/core/report/redact.ts';

const KEY_LINE = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj';

/** What is shown in one step is one item, so that it can be seen what went together. */
function stage() {
  const items: string[] = [];
  const lines = makeLogLines(makeRedactor(['hunter2!']));
  const shown = {
    line: (text: SafeLine) => void items.push(text),
    block: (text: SafeBlock) => void items.push(text),
  };
  return {
    items,
    relay: (source: string, batch: readonly string[], neutralise = neutraliseForAzure) => {
      lines.relayAll(source, batch, neutralise, shown);
    },
  };
}

// That what is shown is the same as line by line is held by test/fuzz/relay.test.ts.
describe('many lines at once', () => {
  test('lines in which nothing is to be done go together', () => {
    const { items, relay } = stage();
    relay('c', ['one', '', 'größer → 12', 'status=200 #4']);
    expect(items).toEqual(['c | one\nc | \nc | größer → 12\nc | status=200 #4\n']);
  });

  test.each([
    ['a known value', 'is hunter2!', 'is ***'],
    ['a shape', 'password=x', 'password=***'],
    ['an escape', '\u001b[1mbold', 'bold'],
    ['a marker', '##[error]x', '#_#[error]x'],
    ['a mark of a cut', 'before tok… (cut)', 'before tok… (cut)'],
  ])('%s takes only its own line out', (_, line, expected) => {
    const { items, relay } = stage();
    relay('c', ['one', 'two', line, 'three', 'four']);
    expect(items).toEqual(['c | one\nc | two\n', `c | ${expected}`, 'c | three\nc | four\n']);
  });

  test('a long line is wrapped, and a line as long as one may be is not looked at', () => {
    const { items, relay } = stage();
    relay('c', ['x '.repeat(450), `${'x '.repeat(450)}x`, 'y']);
    expect(items.map((item) => item.length)).toEqual([905, 904, 5, 6]);
  });

  test('a line of a key without its block, and the line behind it, which may be its last', () => {
    const { items, relay } = stage();
    relay('c', ['one', KEY_LINE, 'two', 'three', 'four']);
    expect(items).toEqual(['c | one\n', 'c | ***', 'c | two', 'c | three\nc | four\n']);
  });

  test('while a key is open, from one call to the next, each line is looked at', () => {
    const { items, relay } = stage();
    relay('c', ['-----BEGIN PRIVATE KEY-----']);
    relay('c', ['c2hvcnQgbGluZQ', '-----END PRIVATE KEY-----', 'calm', 'again']);
    expect(items).toEqual(['c | ***', 'c | ***', 'c | ***', 'c | calm\nc | again\n']);
  });

  test('a source that is not neutral', () => {
    const { items, relay } = stage();
    relay('::error::$&', ['one', 'two'], neutraliseForGitHub);
    relay('$& $1', ['one', 'two'], neutraliseForGitHub);
    expect(items).toEqual([':_:error::$& | one', ':_:error::$& | two', '$& $1 | one\n$& $1 | two\n']);
  });

  test('a carriage return at the end of a line is no line of its own', () => {
    const { items, relay } = stage();
    relay('c', ['one\r', '50 %\r100 %\r', '\r']);
    expect(items).toEqual(['c | one', 'c | 50 %', 'c | 100 %', 'c | ']);
  });

  test('a line feed inside of a line does not begin a line without its source', () => {
    const { items, relay } = stage();
    relay('c', ['one\n::error::two'], neutraliseForGitHub);
    expect(items).toEqual(['c | one\nc | ::error::two\n']);
  });
});
