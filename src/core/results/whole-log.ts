import type { Ledger } from '../model/ledger.ts';

/**
 * Why a log that was read after its end cannot be all of it; undefined when nothing speaks against it. The node serves the
 * newest log file only (10 MiB unless the kubelet is told otherwise), so that what was in the files before is not in it:
 * whole blocks of results may be among that, and what is left looks complete. But those lines came while the log was
 * followed, and are counted. What was not followed far enough shows nothing of this.
 */
export function missingFromLog(log: string, followed: readonly Ledger[]): string | undefined {
  const last = followed.reduce<Ledger | undefined>(
    (a, b) => (a !== undefined && a.restart > b.restart ? a : b),
    undefined,
  );
  const lines = lineCount(log);
  if (last === undefined || last.lines <= lines) return undefined;
  return `the node has only the last ${lines} of at least ${last.lines} lines of the log: it changed log files`;
}

function lineCount(log: string): number {
  let count = log === '' || log.endsWith('\n') ? 0 : 1;
  for (let at = log.indexOf('\n'); at !== -1; at = log.indexOf('\n', at + 1)) count += 1;
  return count;
}
