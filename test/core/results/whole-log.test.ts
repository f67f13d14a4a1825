import { expect, it } from 'vitest';
import { missingFromLog } from '../../../src/core/results/whole-log.ts';
import { aLedger } from '../../fakes/ledgers.ts';

const NOTHING = { lines: 0, firstMs: undefined };

it.each([
  ['it begins where it began', 'a\nb\n', 1_000, [aLedger({ lines: 2 })]],
  ['it was not followed to its end', 'a\nb\nc\n', 1_000, [aLedger({ lines: 2, end: { kind: 'drain-over' } })]],
  ['nothing was written', '', undefined, [aLedger(NOTHING)]],
  [
    'an instance before the current one began earlier',
    'a\n',
    1_000,
    [aLedger({ lines: 9, firstMs: 5 }), aLedger({ lines: 1, restart: 1 })],
  ],
  ['in any order', 'a\n', 1_000, [aLedger({ lines: 1, restart: 1 }), aLedger({ lines: 9, firstMs: 5 })]],
  [
    'what may be missing came later',
    'a\n',
    1_000,
    [aLedger({ gaps: [{ fromMs: 1_000, toMs: 2_000, cause: 'rotated' }] })],
  ],
] as const)('nothing is missing: %s', (_, log, beginsAtMs, followed) => {
  expect(missingFromLog(log, beginsAtMs, followed)).toBeUndefined();
});

it('misses lines that came and are no longer there', () => {
  const why = (lines: number): string =>
    `the node has only the last ${lines} of at least 3 lines of the log: it changed log files`;
  expect(missingFromLog('b\nc\n', 1_001, [aLedger({ lines: 3 })])).toBe(why(2));
  expect(missingFromLog('b\nc', 1_001, [aLedger({ lines: 3 })])).toBe(why(2));
  expect(missingFromLog('', undefined, [aLedger({ lines: 3, end: { kind: 'stopped' } })])).toBe(why(0));
});

it('misses a beginning also where fewer lines came than there are now', () => {
  const slow = aLedger({ lines: 1, end: { kind: 'drain-over' } });
  expect(missingFromLog('b\nc\n', 1_001, [slow])).toBe('the node has only the end of the log: it changed log files');
});

it.each([
  ['not followed at all', [], 'the log was not followed, so nothing shows that the node still has all of it'],
  [
    'no line came',
    [aLedger(NOTHING)],
    'no line came while the log was followed, so nothing shows that this is all of it',
  ],
] as const)('what is not known is not whole: %s', (_, followed, why) => {
  expect(missingFromLog('a\n', 1_000, followed)).toBe(why);
});
