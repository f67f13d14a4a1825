import { describe, expect, test } from 'vitest';
import { resultsInLog } from '../../../src/core/results/log-blocks.ts';

const RUN = 'web-4f2a91';
const BEGIN = `TESTCAR_RESULTS_BEGIN ${RUN}`;
const END = `TESTCAR_RESULTS_END ${RUN}`;
const COUNT_2 = `TESTCAR_RESULTS_COUNT ${RUN} 2`;

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
    expect(found(`${BEGIN} api.xml`, '<a/>', END, `${BEGIN} web.xml`, '<b/>', END, COUNT_2)).toEqual({
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

describe('a log that says how many results it holds', () => {
  const COUNT = `TESTCAR_RESULTS_COUNT ${RUN}`;
  const two = [`${BEGIN} a`, '<a/>', END, `${BEGIN} b`, '<b/>', END];
  const blocks = [
    { name: 'a', lines: ['<a/>'] },
    { name: 'b', lines: ['<b/>'] },
  ];

  test.each<[string, readonly string[]]>([
    ['and holds them', [...two, `${COUNT} 2`]],
    ['with other lines behind it', [...two, `${COUNT}  2\r`, 'done']],
    ['as the shell says it that shows its commands', [...two, `+ echo '${COUNT} 2'`, `${COUNT} 2`]],
    ['in another run', ['TESTCAR_RESULTS_COUNT other 7', ...two, `TESTCAR_RESULTS_COUNT ${RUN}-ctl 7`, `${COUNT} 2`]],
  ])('%s', (_, lines) => {
    expect(found(...lines)).toEqual({ kind: 'blocks', blocks });
  });

  const nameless = (name: string): string =>
    `results "${name}" have a name, so there can be others: print TESTCAR_RESULTS_COUNT $TESTCAR_RUN_ID and their number behind the last of them`;
  const lacking = (said: number, came: number): string =>
    `the log says that it holds ${said} results, and ${came} came: the rest was cut off or never printed`;

  test.each<[string, readonly string[], string]>([
    ['and has lost the first of them', [...two.slice(3), `${COUNT} 2`], lacking(2, 1)],
    ['does not, but has a name', two, nameless('a')],
    ['does not, and may have lost others', two.slice(3), nameless('b')],
    ['does not, and has one without a name too', [BEGIN, '<c/>', END, ...two.slice(3)], nameless('b')],
    ['and has lost all', ['x', `${COUNT} 2`], lacking(2, 0)],
    ['and has more', [...two, `${COUNT} 1`], lacking(1, 2)],
    ['where TAP is left', ['TAP version 14', '1..1', 'ok 1', `${COUNT} 1`], lacking(1, 0)],
    [
      'before the last one',
      [...two.slice(0, 3), `${COUNT} 2`, ...two.slice(3)],
      'results begin behind TESTCAR_RESULTS_COUNT: print it behind the last of them',
    ],
    ['twice', [...two, `${COUNT} 2`, `${COUNT} 2`], 'TESTCAR_RESULTS_COUNT came twice'],
    [
      'behind other text',
      [...two, `done.${COUNT} 2`],
      'other output stands before TESTCAR_RESULTS_COUNT in its line: print a line break before it',
    ],
    ...['', ' ', ' two', ' 0', ' -1', ' 2.0', ' 2 3', ' 1234567'].map((rest): [string, readonly string[], string] => [
      `as ${JSON.stringify(rest)}`,
      [...two, `${COUNT}${rest}`],
      'TESTCAR_RESULTS_COUNT needs the number of results behind $TESTCAR_RUN_ID',
    ]),
  ])('%s is broken', (_, lines, why) => {
    expect(found(...lines)).toEqual(broken(why));
  });
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
