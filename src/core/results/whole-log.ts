import type { Ledger } from '../model/ledger.ts';

/**
 * Why a log that was read after its end is not known to be all of it; undefined when it is. The node serves the newest log
 * file only (10 MiB unless the kubelet is told otherwise), so that what was in the files before is not in it: whole
 * blocks of results may be among that, and what is left looks complete. It is all of it when it begins with the line with
 * which the log began when it was followed. `beginsAtMs` is asked for after `log` was read; undefined = it has no line.
 */
export function missingFromLog(
  log: string,
  beginsAtMs: number | undefined,
  followed: readonly Ledger[],
): string | undefined {
  const last = followed.reduce<Ledger | undefined>(
    (a, b) => (a !== undefined && a.restart > b.restart ? a : b),
    undefined,
  );
  if (last === undefined) return 'the log was not followed, so nothing shows that the node still has all of it';
  const { firstMs } = last;
  if (beginsAtMs === firstMs) return undefined;
  if (firstMs === undefined) return 'no line came while the log was followed, so nothing shows that this is all of it';
  const lines = lineCount(log);
  if (lines >= last.lines) return 'the node has only the end of the log: it changed log files';
  return `the node has only the last ${lines} of at least ${last.lines} lines of the log: it changed log files`;
}

function lineCount(log: string): number {
  let count = log === '' || log.endsWith('\n') ? 0 : 1;
  for (let at = log.indexOf('\n'); at !== -1; at = log.indexOf('\n', at + 1)) count += 1;
  return count;
}
