import { expect, it } from 'vitest';
import { missingFromLog } from '../../../src/core/results/whole-log.ts';
import { aLedger } from '../../fakes/ledgers.ts';

it.each([
  ['as many lines as came', 'a\nb\n', [aLedger({ lines: 2 })]],
  ['a last line without its end', 'a\nb', [aLedger({ lines: 2 })]],
  [
    'more lines than came: it was not followed to its end',
    'a\nb\nc\n',
    [aLedger({ lines: 2, end: { kind: 'drain-over' } })],
  ],
  ['nothing, and nothing came', '', [aLedger({ lines: 0 })]],
  ['a log that was not followed', 'a\n', []],
  ['an instance before the current one was longer', 'a\n', [aLedger({ lines: 9 }), aLedger({ lines: 1, restart: 1 })]],
  ['in any order', 'a\n', [aLedger({ lines: 1, restart: 1 }), aLedger({ lines: 9 })]],
] as const)('nothing is missing: %s', (_, log, followed) => {
  expect(missingFromLog(log, followed)).toBeUndefined();
});

it('misses lines that came and are no longer there', () => {
  const why = (lines: number): string =>
    `the node has only the last ${lines} of at least 3 lines of the log: it changed log files`;
  expect(missingFromLog('b\nc\n', [aLedger({ lines: 3 })])).toBe(why(2));
  expect(missingFromLog('b\nc', [aLedger({ lines: 3 })])).toBe(why(2));
  expect(missingFromLog('', [aLedger({ lines: 3, end: { kind: 'stopped' } })])).toBe(why(0));
});
