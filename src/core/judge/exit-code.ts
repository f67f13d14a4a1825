import type { Verdict } from './verdict.ts';
import type { VerdictClass } from '../model/evidence.ts';

const EXIT_CODES: Readonly<Record<Exclude<VerdictClass, 'CANCELLED'>, number>> = {
  PASSED: 0,
  TEST_FAILED: 1,
  SUT_NOT_READY: 2,
  TESTCAR_ERROR: 3,
  CLUSTER_ERROR: 4,
  INCONCLUSIVE: 5,
  CONFIG_ERROR: 64,
};

/** 128 + signal number, as shells report it. */
const SIGNAL_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** The exit code of the process (design §3); `signal` is what cancelled it, SIGTERM when that is not known. */
export function exitCodeOf(verdict: Pick<Verdict, 'class'>, signal: 'SIGINT' | 'SIGTERM' = 'SIGTERM'): number {
  return verdict.class === 'CANCELLED' ? SIGNAL_CODES[signal] : EXIT_CODES[verdict.class];
}
