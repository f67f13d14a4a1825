import { describe, expect, test } from 'vitest';
import { resultsInLog } from '../../../src/core/results/log-blocks.ts';

const RUN = 'web-4f2a91';
const BEGIN = `TESTCAR_RESULTS_BEGIN ${RUN}`;
const END = `TESTCAR_RESULTS_END ${RUN}`;

function found(...lines: readonly string[]): unknown {
  return resultsInLog(lines.join('\n'), RUN);
}

const broken = (why: string): unknown => ({ kind: 'broken', why });

describe('results between markers', () => {
  test('are the lines between them, and nothing around', () => {
    expect(found('starts', BEGIN, '<testsuite/>', END, 'ends')).toEqual({
      kind: 'blocks',
      blocks: [{ name: 'log', lines: ['<testsuite/>'] }],
    });
  });

  test('may be several, each with a name', () => {
    expect(found(`${BEGIN} api.xml`, '<a/>', END, `${BEGIN} web.xml`, '<b/>', END)).toEqual({
      kind: 'blocks',
      blocks: [
        { name: 'api.xml', lines: ['<a/>'] },
        { name: 'web.xml', lines: ['<b/>'] },
      ],
    });
  });

  test('of a file without a line break at its end, and with those of Windows', () => {
    expect(found(`${BEGIN}\r`, '<a>\r', `</a>${END}\r`)).toEqual({
      kind: 'blocks',
      blocks: [{ name: 'log', lines: ['<a>', '</a>'] }],
    });
  });

  test('of another run inside them are lines like any other', () => {
    expect(found(BEGIN, '<a/>', 'TESTCAR_RESULTS_END other', END)).toEqual({
      kind: 'blocks',
      blocks: [{ name: 'log', lines: ['<a/>', 'TESTCAR_RESULTS_END other'] }],
    });
  });

  test.each<[string, readonly string[], string]>([
    ['without an end', [BEGIN, '<a/>'], 'results "log" have no end'],
    ['whose beginning was cut off', ['<a/>', END], 'results end that have not begun: the log may have been cut'],
    ['that come twice', [BEGIN, '<a/>', END, BEGIN, '<a/>', END], 'results "log" came twice'],
    ['in each other', [BEGIN, `${BEGIN} b`, END, END], 'results "b" begin before "log" have ended'],
    ['that end twice', [BEGIN, '<a/>', END, END], 'results end that have not begun: the log may have been cut'],
    [
      'of another run',
      ['TESTCAR_RESULTS_BEGIN other', '<a/>', 'TESTCAR_RESULTS_END other'],
      'all results are of another run: the marker needs $TESTCAR_RUN_ID',
    ],
    [
      'of no run',
      ['TESTCAR_RESULTS_BEGIN', '<a/>'],
      'all results are of another run: the marker needs $TESTCAR_RUN_ID',
    ],
    ['of a run whose name only begins the same', [BEGIN, '<a/>', `${END}-ctl`], 'results "log" have no end'],
  ])('%s are no results', (_, lines, why) => {
    expect(found(...lines)).toEqual(broken(why));
  });
});

test.each([`done.${BEGIN}`, `\u001b[32m${BEGIN}`])('a begin marker behind other text is told: %j', (line) => {
  expect(found(line, '<a/>', END)).toEqual(
    broken('other output stands before TESTCAR_RESULTS_BEGIN in its line: print a line break before it'),
  );
});

describe('TAP without markers', () => {
  test('goes from its version to the end of the log', () => {
    expect(found('npm test', 'TAP version 13', '1..1', 'ok 1', '')).toEqual({
      kind: 'blocks',
      blocks: [{ name: 'TAP', lines: ['TAP version 13', '1..1', 'ok 1', ''] }],
    });
  });

  test.each(['ok 2', 'ok 2 - a # SK', 'not ok 2 - a', '    ok 2 - a', '1..1'])(
    'that ends within %j is cut: what is missing may say that nothing was tested',
    (last) => {
      expect(found('TAP version 13', '1..2', 'ok 1', last)).toEqual(broken('the log ends within a line of its TAP'));
    },
  );

  test('may end in words that have no end', () => {
    expect(found('TAP version 13', '1..1', 'ok 1', 'done')).toMatchObject({ kind: 'blocks' });
  });

  test('needs its version: a log that lost its beginning has no results', () => {
    expect(found('1..1', 'ok 1')).toEqual({ kind: 'absent' });
    expect(found('')).toEqual({ kind: 'absent' });
  });

  test('is not looked for beside markers', () => {
    expect(found(BEGIN, '<a/>', END, 'TAP version 13', '1..1', 'ok 1')).toEqual({
      kind: 'blocks',
      blocks: [{ name: 'log', lines: ['<a/>'] }],
    });
  });
});
