import { exitCodeOf } from '../core/judge/exit-code.ts';
import type { Verdict } from '../core/judge/verdict.ts';

/** The exit code of the process; a cancelled run's evidence names the signal that cancelled it. */
export function exitCodeOfVerdict(verdict: Verdict): number {
  const byUser = verdict.kind === 'failed' && verdict.finding.evidence.reason === 'SIGINT';
  return exitCodeOf(verdict, byUser ? 'SIGINT' : 'SIGTERM');
}
