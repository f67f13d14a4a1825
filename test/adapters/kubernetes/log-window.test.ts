import { expect, it } from 'vitest';
import { LogWindow } from '../../../src/adapters/kubernetes/log-window.ts';

const at = (second: number, fraction = ''): string => `2026-01-01T00:00:${String(second).padStart(2, '0')}${fraction}Z`;

/** Gives the text of lines as they would be printed, after one open per list. */
function read(...opens: string[][]): { given: string[]; since: string | undefined } {
  const window = new LogWindow();
  const given: string[] = [];
  for (const lines of opens) {
    window.reopened();
    for (const line of lines) {
      const taken = window.take(line);
      if (taken.kind === 'line') given.push(taken.text);
      if (taken.kind === 'undated') given.push(`undated: ${line}`);
    }
  }
  return { given, since: window.sinceTime() };
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
  expect(read(...opens).given).toEqual(given);
});

it.each([
  ['nothing yet', [], undefined],
  ['one second early', [`${at(5, '.123456789')} a`], at(4)],
  ['in UTC', ['2026-01-01T02:00:05+02:00 a'], at(4)],
  ['by the newest stamp', [`${at(9)} a`, `${at(5)} b`], at(8)],
])('reopens: %s', (_, lines, since) => {
  expect(read(lines).since).toBe(since);
});
