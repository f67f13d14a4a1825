import { expect, it } from 'vitest';
import { exitCodeOf } from '../../../src/core/judge/exit-code.ts';
import { VERDICT_CLASSES } from '../../../src/core/model/evidence.ts';

it('gives every class its exit code, and 0 to none but PASSED', () => {
  expect(VERDICT_CLASSES.map((verdictClass) => [verdictClass, exitCodeOf({ class: verdictClass })])).toEqual([
    ['PASSED', 0],
    ['TEST_FAILED', 1],
    ['SUT_NOT_READY', 2],
    ['TESTCAR_ERROR', 3],
    ['CLUSTER_ERROR', 4],
    ['INCONCLUSIVE', 5],
    ['CONFIG_ERROR', 64],
    ['CANCELLED', 143],
  ]);
  expect(exitCodeOf({ class: 'CANCELLED' }, 'SIGINT')).toBe(130);
  expect(exitCodeOf({ class: 'CANCELLED' }, 'SIGTERM')).toBe(143);
});
