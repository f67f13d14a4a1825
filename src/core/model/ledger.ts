/**
 * What is known about the completeness of one container's log: one ledger per pod, container and restart. It never
 * decides a verdict; it tells a reader whether the lines before their eyes are all lines.
 *
 * Times are the node's, taken from the stamps of the lines.
 */
export type Ledger = {
  pod: string;
  container: string;
  /** 0 = the first instance of the container. */
  restart: number;
  firstMs: number | undefined;
  lastMs: number | undefined;
  lines: number;
  /** As the container wrote them, with line ends, without time stamps. */
  bytes: number;
  /** Lines that were longer than the gate holds; their beginning is there. */
  cutLines: number;
  /** Lines without a time stamp. No container wrote them, so they are not among `lines`. */
  undated: { count: number; first: string } | undefined;
  /** How often the stream had to be opened again. */
  reopens: number;
  /** In order of time, at most `MAX_GAPS`; `moreGaps` says how many were left out. */
  gaps: readonly LogGap[];
  moreGaps: number;
  end: LogEnding;
};

export const MAX_GAPS = 20;

/** Lines between these two may be missing; `toMs` undefined = nothing was read after it. */
export type LogGap = { fromMs: number; toMs: number | undefined; cause: LogGapCause };

export const LOG_GAP_CAUSES = [
  /** The node no longer had what follows the last line: it serves the newest log file only. */
  'rotated',
  /** The reader was behind, and the node may have skipped a whole file. */
  'slow-reader',
] as const;
export type LogGapCause = (typeof LOG_GAP_CAUSES)[number];

export const LOG_ENDS = [
  /** The container has ended, and a further read brought nothing new. */
  'read-to-end',
  'never-started',
  /** The gate needed no more of it. */
  'stopped',
  /** The time for what was left of it was over. */
  'drain-over',
  'pod-gone',
  /** The container was restarted twice or more; the node keeps one log before the current one. */
  'instance-gone',
  /** The node's container runtime no longer has it. */
  'log-gone',
  'refused',
  'unreachable',
] as const;
export type LogEndKind = (typeof LOG_ENDS)[number];

/** `detail` is the server's own message. */
export type LogEnding = { kind: LogEndKind; detail?: string };

export type Completeness =
  { state: 'complete' } | { state: 'truncated'; why: readonly string[] } | { state: 'lost'; why: readonly string[] };

const END_WORDS: Record<LogEndKind, string> = {
  'read-to-end': 'read to its end',
  'never-started': 'the container never started',
  stopped: 'the gate stopped reading while it was open',
  'drain-over': 'the time to read the rest was over',
  'pod-gone': 'the pod was deleted before its log was read to the end',
  'instance-gone': 'the container was restarted again before the log was read to the end',
  'log-gone': 'the node no longer has it',
  refused: 'reading it was refused',
  unreachable: 'it could not be reached',
};

const GAP_WORDS: Record<LogGapCause, string> = {
  rotated: 'the node changed log files',
  'slow-reader': 'the log was read more slowly than it was written',
};

export function gapInWords({ fromMs, toMs, cause }: LogGap, time: (ms: number) => string): string {
  const when = toMs === undefined ? `after ${time(fromMs)}` : `between ${time(fromMs)} and ${time(toMs)}`;
  return `lines ${when} may be missing: ${GAP_WORDS[cause]}`;
}

/** Total: what is not known to be complete is not complete. A container that never started wrote nothing. */
export function completenessOf(ledger: Ledger, time: (ms: number) => string): Completeness {
  const { end, gaps, moreGaps, cutLines, undated, lines } = ledger;
  const why = gaps.map((gap) => gapInWords(gap, time));
  if (moreGaps > 0) why.push(`and ${moreGaps} more gaps`);
  if (cutLines > 0) why.push(`${counted(cutLines, 'line was', 'lines were')} longer than the gate holds and cut`);
  if (undated !== undefined && (end.kind === 'read-to-end' || end.kind === 'never-started'))
    why.push(`${counted(undated.count, 'line', 'lines')} without a time stamp left out, the first: ${undated.first}`);
  if (end.kind === 'never-started' && lines > 0) why.push('there are lines of a container that never started');
  if (end.kind === 'read-to-end' || end.kind === 'never-started')
    return why.length === 0 ? { state: 'complete' } : { state: 'truncated', why };
  why.push(`${END_WORDS[end.kind]}${end.detail === undefined ? '' : ` (${end.detail})`}`);
  return { state: lines === 0 && end.kind !== 'stopped' ? 'lost' : 'truncated', why };
}

/** `complete`, `truncated (…)` or `lost (…)`: how the ledger is told to people. */
export function completenessInWords(ledger: Ledger, time: (ms: number) => string): string {
  const known = completenessOf(ledger, time);
  if (known.state === 'complete')
    return ledger.end.kind === 'never-started' ? 'complete (it never started)' : 'complete';
  return `${known.state} (${known.why.join('; ')})`;
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
