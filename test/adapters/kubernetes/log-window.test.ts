import { expect, it } from 'vitest';
import { BROKEN, LogWindow, REPEATED, UNDATED } from '../../../src/adapters/kubernetes/log-window.ts';

const at = (second: number, fraction = ''): string => `2026-01-01T00:00:${String(second).padStart(2, '0')}${fraction}Z`;

/** Gives the text of lines as they would be printed, after one open per list. */
function read(opens: readonly string[][], acceptBreak = false): { given: string[]; window: LogWindow } {
  const window = new LogWindow();
  const given: string[] = [];
  for (const lines of opens) {
    window.reopened(acceptBreak);
    for (const line of lines) {
      const taken = window.take(line);
      if (taken === BROKEN) given.push(`broken: ${line.slice(line.indexOf(' ') + 1)}`);
      else if (taken === UNDATED) given.push(`undated: ${line}`);
      else if (taken !== REPEATED) given.push(taken);
    }
  }
  return { given, window };
}

it.each<[string, string[][], string[]]>([
  ['takes the stamp off', [[`${at(1)} a  b `]], ['a  b ']],
  ['keeps empty lines', [[`${at(1)} `, at(2)]], ['', '']],
  ['skips what was given', [[`${at(1, '.1')} a`], [`${at(1, '.1')} a`, `${at(1, '.2')} b`]], ['a', 'b']],
  ['counts lines of the same stamp', [[`${at(1)} a`], [`${at(1)} a`, `${at(1)} b`, `${at(1)} c`]], ['a', 'b', 'c']],
  [
    'keeps a late line with an earlier stamp',
    [[`${at(1, '.5')} out`], [`${at(1, '.5')} out`, `${at(1, '.4')} err`]],
    ['out', 'err'],
  ],
  [
    'remembers the second before',
    [
      [`${at(1, '.9')} a`, `${at(2)} b`],
      [`${at(1, '.9')} a`, `${at(2)} b`, `${at(3)} c`],
    ],
    ['a', 'b', 'c'],
  ],
  [
    'goes on behind the last line in the order of the file, whatever the stamps say',
    [
      [`${at(2, '.2')} out`, `${at(2, '.1')} err`],
      [`${at(2, '.2')} out`, `${at(2, '.1')} err`, `${at(2, '.15')} late`],
    ],
    ['out', 'err', 'late'],
  ],
  ['tells when the last line does not come again', [[`${at(1)} a`], [`${at(5)} x`]], ['a', 'broken: x']],
  [
    'does not take what it was given for new when the file begins before it',
    [[`${at(3)} c`], [`${at(1)} a`, `${at(2)} b`, `${at(3)} c`, `${at(4)} d`]],
    ['c', 'd'],
  ],
  [
    'skips a file that the stream gives once more from its start',
    [[`${at(1)} a`, `${at(5)} b`, `${at(1)} a`, `${at(5)} b`, `${at(6)} c`]],
    ['a', 'b', 'c'],
  ],
  ['gives the same text twice when it was written twice', [[`${at(1)} a`, `${at(2)} a`]], ['a', 'a']],
  [
    'knows zones',
    [['2026-01-01T02:00:01.5+02:00 a'], ['2026-01-01T02:00:01.5+02:00 a', '2026-01-01T02:00:02+02:00 b']],
    ['a', 'b'],
  ],
  [
    'tells what no container wrote',
    [['unable to retrieve container logs for x']],
    ['undated: unable to retrieve container logs for x'],
  ],
  ['tells an empty line without stamp', [['']], ['undated: ']],
])('%s', (_, opens, given) => {
  expect(read(opens).given).toEqual(given);
});

it.each([
  ['nothing yet', [], undefined],
  ['one second early', [`${at(5, '.123456789')} a`], at(4)],
  ['in UTC', ['2026-01-01T02:00:05+02:00 a'], at(4)],
  ['by the last line, where it is the earlier one', [`${at(5)} a`, `${at(9)} b`, `${at(8)} c`], at(8)],
])('reopens: %s', (_, lines, since) => {
  expect(read([lines]).window.sinceTime()).toBe(since);
});

it('takes the next line when what it waited for is known to be gone', () => {
  const { given, window } = read([[`${at(1)} a`], [`${at(5)} x`, `${at(6)} y`]], true);
  expect(given).toEqual(['a', 'x', 'y']);
  expect(window.isAwaiting).toBe(false);
});

it('recognises 200,000 lines of one second again', () => {
  const lines = Array.from(
    { length: 200_000 },
    (_, line) => `${at(1, `.${String(line + 1).padStart(9, '0')}`)} ${line}`,
  );
  const { given } = read([lines, [...lines, `${at(2)} next`]]);
  expect(given).toHaveLength(200_001);
  expect(given.at(-1)).toBe('next');
});

it('tells that a stream which began again did not come back to where it was', () => {
  const { window, given } = read([
    [`${at(1)} a`, `${at(9)} b`, `${at(1)} after the clock was set back`, `${at(10)} c`],
  ]);
  expect(given).toEqual(['a', 'b', 'broken: c']);
  expect(window.wasRewound).toBe(true);
  expect(window.brokenAtMs).toBe(Date.parse(at(10)));
});
